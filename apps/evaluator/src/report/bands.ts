/** 95 % bands of ROC and precision-recall: intervals of shares at some thresholds, breasts of a patient counted as dependent. */
import {
  type Bounds,
  type BreastPrediction,
  clopperPearson,
  effectiveCounts,
  numberGroups,
  wilson,
} from '@mammokit/pf1-metric'

export interface BandPoint extends Bounds {
  readonly x: number
}

/** Thresholds of each class at which a band is computed; between them it is drawn straight. */
const perClass = 20

const numbersOf = (breasts: readonly BreastPrediction[]) =>
  numberGroups(breasts.map(({ patientId }) => patientId)).numbers

/** Of the sensitivity (Clopper and Pearson) at the share of healthy breasts that is called at the same threshold. */
export function rocBand(breasts: readonly BreastPrediction[]): BandPoint[] {
  const { positives, thresholds, negatives } = byClass(breasts)
  const patients = numbersOf(positives)
  return thresholds.map((threshold) => ({
    x: countFrom(negatives, threshold) / negatives.length,
    ...intervalOf(
      positives.map(({ probability }) => Number(probability >= threshold)),
      patients,
      clopperPearson,
    ),
  }))
}

/** Of the precision (Wilson) at the sensitivity of the same threshold. */
export function precisionBand(breasts: readonly BreastPrediction[]): BandPoint[] {
  const { positives, thresholds } = byClass(breasts)
  const numbers = numbersOf(breasts)
  const outcomes = new Uint8Array(breasts.length)
  const patients = new Uint32Array(breasts.length)
  return thresholds.map((threshold) => {
    let [called, found] = [0, 0]
    for (const [i, { target, probability }] of breasts.entries()) {
      if (probability < threshold) continue
      outcomes[called] = target
      patients[called++] = numbers[i]!
      found += target
    }
    const bounds = intervalOf(outcomes.subarray(0, called), patients.subarray(0, called), wilson)
    return { x: found / positives.length, ...bounds }
  })
}

function byClass(breasts: readonly BreastPrediction[]) {
  const positives = breasts.filter(({ target }) => target === 1)
  const [found, negatives] = [1, 0].map((of) =>
    new Float64Array(breasts.flatMap(({ target, probability }) => (target === of ? probability : []))).sort(),
  ) as [Float64Array, Float64Array]
  return { positives, negatives, thresholds: thresholdsOf(found, negatives) }
}

/** How many of rising values are at least this much. */
function countFrom(sorted: Float64Array, least: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]! < least) low = middle + 1
    else high = middle
  }
  return sorted.length - low
}

/** The interval of the share of rows for which something is true. */
export function shareInterval(
  rows: readonly BreastPrediction[],
  isTrue: (row: BreastPrediction) => boolean,
  interval: (successes: number, trials: number) => Bounds,
): Bounds {
  return intervalOf(
    rows.map((row) => Number(isTrue(row))),
    numbersOf(rows),
    interval,
  )
}

function intervalOf(
  outcomes: ArrayLike<number>,
  patients: Uint32Array,
  interval: (successes: number, trials: number) => Bounds,
): Bounds {
  const { successes, trials } = effectiveCounts(outcomes, patients)
  return interval(Math.min(successes, trials), trials)
}

/** Falling: quantiles of the rising probabilities of both classes. */
function thresholdsOf(...classes: readonly Float64Array[]): number[] {
  const chosen = classes.flatMap((sorted) => {
    const step = Math.max(1, (sorted.length - 1) / perClass)
    const count = Math.min(perClass + 1, sorted.length)
    return Array.from({ length: count }, (_, i) => sorted[Math.min(sorted.length - 1, Math.round(i * step))]!)
  })
  return [...new Set(chosen)].sort((a, b) => b - a)
}
