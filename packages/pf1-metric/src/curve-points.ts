/** What a plot of breasts shows: the operating point on ROC and precision-recall, and how the probabilities of both classes lie. */
import { checkOption } from './check-inputs.ts'
import { confusionMatrix } from './confusion-matrix.ts'

/** One threshold as a point of the ROC and of the precision-recall curve. */
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

/** Share of the breasts of one class whose probability lies between two edges. */
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

/**
 * The fewest of a curve's points, found by halving, from whose straight lines none of the others is further away than `tolerance`; the first
 * and the last are among them.
 *
 * Reference: Ramer, "An iterative procedure for the polygonal approximation of plane curves", 1972; Douglas and Peucker, 1973.
 *
 * @param tolerance distance along each axis that counts as none, such as half a pixel in units of the axis; above 0
 * @throws MetricError `bad-option`
 * @example
 * simplifyCurve([{ x: 0, y: 0 }, { x: 1, y: 0.1 }, { x: 2, y: 0 }], { x: 0.5, y: 0.5 }) // [{ x: 0, y: 0 }, { x: 2, y: 0 }]
 */
export function simplifyCurve<Point extends { readonly x: number; readonly y: number }>(
  points: readonly Point[],
  tolerance: { readonly x: number; readonly y: number },
): Point[] {
  checkOption('tolerance.x', tolerance.x, Number.MIN_VALUE, Number.MAX_VALUE)
  checkOption('tolerance.y', tolerance.y, Number.MIN_VALUE, Number.MAX_VALUE)
  if (points.length < 3) return [...points]
  const isKept = new Uint8Array(points.length)
  isKept[0] = isKept[points.length - 1] = 1
  const parts: [first: number, last: number][] = [[0, points.length - 1]]
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
    const [first, last] = part
    const { index, distance } = furthest(points, first, last, tolerance)
    if (distance <= 1) continue
    isKept[index] = 1
    parts.push([first, index], [index, last])
  }
  return points.filter((_, i) => isKept[i] === 1)
}

/** The point between two others that is furthest from the line between them, in tolerances. */
function furthest(
  points: readonly { readonly x: number; readonly y: number }[],
  first: number,
  last: number,
  tolerance: { readonly x: number; readonly y: number },
) {
  const [x0, y0] = [points[first].x / tolerance.x, points[first].y / tolerance.y]
  const [dx, dy] = [points[last].x / tolerance.x - x0, points[last].y / tolerance.y - y0]
  const squaredLength = dx * dx + dy * dy
  let index = first
  let distance = 0
  for (let i = first + 1; i < last; i++) {
    const [px, py] = [points[i].x / tolerance.x - x0, points[i].y / tolerance.y - y0]
    const along = squaredLength === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / squaredLength))
    const away = Math.hypot(px - along * dx, py - along * dy)
    if (away > distance) [index, distance] = [i, away]
  }
  return { index, distance }
}
