/**
 * Confidence filter and class-aware non-maximum suppression.
 *
 * Reference: `non_max_suppression` in ultralytics/yolov5 v7.0 `utils/general.py` (best class only, agnostic off).
 */

export interface SuppressionOptions {
  /** Least objectness, and least objectness times class score, 0 to 1. @default 0.25 */
  readonly confidence?: number
  /** Boxes of one class that overlap by more than this are one object, 0 to 1. @default 0.45 */
  readonly iou?: number
  /** @default 300 */
  readonly maxDetections?: number
}

/** Corners in pixels, score 0 to 1. */
export interface Candidate {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
  readonly score: number
  readonly classIndex: number
}

/** The reference looks at the best so many only. */
const maxCandidates = 30_000

/** @param rows float32 [boxes, 5 + classes]: center x, y, width, height, objectness, class scores */
export function nonMaxSuppression(rows: Float32Array, classes: number, options: SuppressionOptions = {}): Candidate[] {
  const { confidence = 0.25, iou = 0.45, maxDetections = 300 } = options
  const candidates: Candidate[] = []
  const length = 5 + classes
  for (let row = 0; row < rows.length; row += length) {
    if (!(rows[row + 4] > confidence)) continue
    let best = 0
    for (let i = 1; i < classes; i++) if (rows[row + 5 + i] > rows[row + 5 + best]) best = i
    const score = Math.fround(rows[row + 4] * rows[row + 5 + best])
    if (!(score > confidence)) continue
    const [x, y, width, height] = rows.subarray(row, row + 4)
    candidates.push({
      left: x - width / 2,
      top: y - height / 2,
      right: x + width / 2,
      bottom: y + height / 2,
      score,
      classIndex: best,
    })
  }
  // A stable sort: of equal scores the earlier row comes first.
  candidates.sort((a, b) => b.score - a.score)
  const kept: Candidate[] = []
  for (const candidate of candidates.slice(0, maxCandidates)) {
    if (kept.length >= maxDetections) break
    const isNew = kept.every((other) => other.classIndex !== candidate.classIndex || overlap(other, candidate) <= iou)
    if (isNew) kept.push(candidate)
  }
  return kept
}

/** Intersection over union of two boxes, 0 to 1. */
export function overlap(
  a: Pick<Candidate, 'left' | 'top' | 'right' | 'bottom'>,
  b: Pick<Candidate, 'left' | 'top' | 'right' | 'bottom'>,
): number {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left)
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)
  if (width <= 0 || height <= 0) return 0
  const area = (box: typeof a) => (box.right - box.left) * (box.bottom - box.top)
  return (width * height) / (area(a) + area(b) - width * height)
}
