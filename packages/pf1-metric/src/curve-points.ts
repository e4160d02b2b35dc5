/** What a plot of breasts shows: the operating point on ROC and precision-recall, and how the probabilities of both classes lie. */
import { confusionMatrix } from './confusion-matrix.ts'

export interface CurvePoint {
  readonly falsePositiveRate: number
  /** Sensitivity, the recall. */
  readonly truePositiveRate: number
  /** 1 where nothing is called positive, as in `precisionRecallCurve`. */
  readonly precision: number
}

/**
 * Where a threshold lies on both curves.
 *
 * @throws MetricError as `confusionMatrix`
 * @example
 * operatingPoint([0, 1], [0.2, 0.7], 0.5) // { falsePositiveRate: 0, truePositiveRate: 1, precision: 1 }
 */
export function operatingPoint(
  targets: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  threshold: number,
): CurvePoint {
  const { truePositives, falseNegatives, falsePositives, trueNegatives } = confusionMatrix(
    targets,
    probabilities,
    threshold,
  )
  const called = truePositives + falsePositives
  return {
    falsePositiveRate: falsePositives / (falsePositives + trueNegatives),
    truePositiveRate: truePositives / (truePositives + falseNegatives),
    precision: called === 0 ? 1 : truePositives / called,
  }
}

export interface ProbabilityBin {
  readonly target: 0 | 1
  readonly low: number
  readonly high: number
  /** Of the breasts with this target, 0 to 1. */
  readonly share: number
}

/**
 * The shares of each class in bins of equal width, negatives first; a probability on an edge belongs to the upper bin.
 *
 * @example
 * probabilityBins([0, 1], [0.2, 0.7], 2)[3] // { target: 1, low: 0.5, high: 1, share: 1 }
 */
export function probabilityBins(
  targets: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  bins: number,
): ProbabilityBin[] {
  return ([0, 1] as const).flatMap((target) => {
    const members = Array.from(probabilities).filter((_, i) => targets[i] === target)
    const binOf = (probability: number) => {
      const bin = Math.floor(probability * bins)
      // The product of an edge may round to just below it: 0.29 times 100 is 28.999999999999996.
      return Math.min(bins - 1, (bin + 1) / bins <= probability ? bin + 1 : bin)
    }
    return Array.from({ length: bins }, (_, bin) => {
      const count = members.filter((probability) => binOf(probability) === bin).length
      return { target, low: bin / bins, high: (bin + 1) / bins, share: count / members.length }
    })
  })
}

/** At most about `maxPoints` points of a curve, evenly drawn, the first and the last among them. */
export function thinCurve<Point>(points: readonly Point[], maxPoints: number): Point[] {
  const step = Math.max(1, points.length / maxPoints)
  const kept = Array.from({ length: Math.ceil(points.length / step) }, (_, i) => points[Math.floor(i * step)])
  const last = points.at(-1)
  if (last !== undefined && kept.at(-1) !== last) kept.push(last)
  return kept
}
