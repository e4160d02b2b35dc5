/** 95 % bands of ROC and precision-recall: intervals of shares at some thresholds, breasts of a patient counted as dependent. */
import { type Bounds, type BreastPrediction, clopperPearson, effectiveCounts, wilson } from '@mammokit/pf1-metric'

export interface BandPoint extends Bounds {
  readonly x: number
}

/** Thresholds of each class at which a band is computed; between them it is drawn straight. */
const perClass = 20

/** Of the sensitivity (Clopper and Pearson) at the share of healthy breasts that is called at the same threshold. */
export function rocBand(breasts: readonly BreastPrediction[]): BandPoint[] {
  const positives = breasts.filter(({ target }) => target === 1)
  const negatives = breasts.filter(({ target }) => target === 0)
  return thresholdsOf(positives, negatives).map((threshold) => {
    const called = negatives.filter(({ probability }) => probability >= threshold).length
    return {
      x: called / negatives.length,
      ...shareInterval(positives, (one) => one.probability >= threshold, clopperPearson),
    }
  })
}

/** Of the precision (Wilson) at the sensitivity of the same threshold. */
export function precisionBand(breasts: readonly BreastPrediction[]): BandPoint[] {
  const positives = breasts.filter(({ target }) => target === 1)
  const negatives = breasts.filter(({ target }) => target === 0)
  return thresholdsOf(positives, negatives).map((threshold) => {
    const called = breasts.filter(({ probability }) => probability >= threshold)
    const found = called.filter(({ target }) => target === 1).length
    return { x: found / positives.length, ...shareInterval(called, ({ target }) => target === 1, wilson) }
  })
}

/** The interval of the share of rows for which something is true. */
export function shareInterval(
  rows: readonly BreastPrediction[],
  isTrue: (row: BreastPrediction) => boolean,
  interval: (successes: number, trials: number) => Bounds,
): Bounds {
  const outcomes = rows.map((row) => Number(isTrue(row)))
  const { successes, trials } = effectiveCounts(
    outcomes,
    rows.map(({ patientId }) => patientId),
  )
  return interval(Math.min(successes, trials), trials)
}

/** Falling: quantiles of both classes. */
function thresholdsOf(...classes: readonly (readonly BreastPrediction[])[]): number[] {
  const chosen = classes.flatMap((rows) => {
    const sorted = Float64Array.from(rows, ({ probability }) => probability).sort()
    const step = Math.max(1, (sorted.length - 1) / perClass)
    const count = Math.min(perClass + 1, sorted.length)
    return Array.from({ length: count }, (_, i) => sorted[Math.min(sorted.length - 1, Math.round(i * step))]!)
  })
  return [...new Set(chosen)].sort((a, b) => b - a)
}
