/** How well a detector's boxes lie on those of a labeled set: intersection over union, and average precision. */
import { Yolov5Error } from './yolov5-error.ts'

/** Pixels of the image. */
export interface PixelBox {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** A box with its score. */
export interface ScoredBox extends PixelBox {
  readonly score: number
}

/** An image, and the box of the object in it; none where there is no object. */
export interface LabeledImage<Image> {
  readonly name: string
  readonly image: Image
  readonly box?: PixelBox
}

/** Figures of a detector on a set. */
export interface DetectorReport {
  /** Images with a box. */
  readonly images: number
  /** Images without one, and the highest score of a box in them: 0 where they are none. */
  readonly emptyImages: number
  readonly highestEmptyScore: number
  /** Of the best box; 0 where there is none. */
  readonly meanIou: number
  readonly worstIou: number
  readonly worstImage: string
  /** Share of images with an IoU above 0.8. */
  readonly above80: number
  /** Average precision at IoU 0.5, and its mean over 0.50 to 0.95 (COCO's AP). */
  readonly ap50: number
  readonly ap: number
  readonly meanScore: number
}

/** A report and the worst image with what was found in it: of images without a box the one with the highest score. */
export interface DetectorEvaluation<Image> {
  readonly report: DetectorReport
  readonly worst: { readonly sample: LabeledImage<Image>; readonly found: PixelBox | undefined }
}

/**
 * Detects in every image and compares with the labels.
 *
 * @param detect boxes of one image, best first
 * @throws Yolov5Error `invalid-label` where there is no image; whatever `detect` throws
 * @example
 * (await evaluateDetector(images, detect)).report.ap50 // 0.98
 */
export async function evaluateDetector<Image>(
  samples: readonly LabeledImage<Image>[],
  detect: (image: Image) => Promise<readonly ScoredBox[]>,
): Promise<DetectorEvaluation<Image>> {
  const best: { sample: LabeledImage<Image>; found: ScoredBox | undefined; iou: number }[] = []
  const boxes: { score: number; iou: number; first: boolean }[] = []
  const empty: { sample: LabeledImage<Image>; found: ScoredBox | undefined }[] = []
  for (const sample of samples) {
    const { image, box } = sample
    const found = await detect(image)
    if (!box) {
      empty.push({ sample, found: found[0] })
      // A box where none belongs is a false one of every threshold.
      boxes.push(...found.map(({ score }) => ({ score, iou: 0, first: false })))
      continue
    }
    const overlaps = found.map((one) => intersectionOverUnion(one, box))
    best.push({ sample, found: found[0], iou: overlaps[0] ?? 0 })
    const match = overlaps.indexOf(Math.max(...overlaps))
    found.forEach(({ score }, i) => {
      boxes.push({ score, iou: overlaps[i], first: i === match })
    })
  }
  if (samples.length === 0) {
    throw new Yolov5Error(
      'invalid-label',
      'Expected images but received none. Pass at least one, with a box or without.',
    )
  }
  boxes.sort((a, b) => b.score - a.score)
  const thresholds = Array.from({ length: 10 }, (_, i) => 0.5 + 0.05 * i)
  const scoreOf = (one: { found: ScoredBox | undefined }) => one.found?.score ?? 0
  empty.sort((a, b) => scoreOf(b) - scoreOf(a))
  best.sort((a, b) => a.iou - b.iou)
  const worst = best[0] ?? empty[0]
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
  const report = {
    images: best.length,
    emptyImages: empty.length,
    highestEmptyScore: empty.length > 0 ? scoreOf(empty[0]) : 0,
    meanIou: mean(best.map(({ iou }) => iou)),
    worstIou: best[0]?.iou ?? 0,
    worstImage: worst.sample.name,
    above80: mean(best.map(({ iou }) => Number(iou > 0.8))),
    ap50: averagePrecision(boxes, 0.5, best.length),
    ap: mean(thresholds.map((threshold) => averagePrecision(boxes, threshold, best.length))),
    meanScore: mean(best.map(scoreOf)),
  }
  return { report, worst }
}

/** Area under the precision envelope at 101 recalls, as COCO. */
function averagePrecision(boxes: { iou: number; first: boolean }[], threshold: number, objects: number): number {
  let hits = 0
  const curve = boxes.map(({ iou, first }, i) => {
    if (first && iou >= threshold) hits++
    return { recall: hits / objects, precision: hits / (i + 1) }
  })
  for (let i = curve.length - 2; i >= 0; i--) curve[i].precision = Math.max(curve[i].precision, curve[i + 1].precision)
  let sum = 0
  for (let i = 0; i <= 100; i++) sum += curve.find(({ recall }) => recall >= i / 100)?.precision ?? 0
  return sum / 101
}

function intersectionOverUnion(a: PixelBox, b: PixelBox): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  const shared = Math.max(0, width) * Math.max(0, height)
  return shared === 0 ? 0 : shared / (a.width * a.height + b.width * b.height - shared)
}
