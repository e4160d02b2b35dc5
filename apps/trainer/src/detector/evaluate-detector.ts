/** How well a detector's boxes lie on those of a labelled set: intersection over union, and average precision. */
import type { Detection, Picture } from '@mammokit/roi-detector'
import type { DetectionSample, PixelBox } from './detection-set.ts'

export interface DetectorReport {
  readonly images: number
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

/** @param detect detections of one picture, best first */
export async function evaluateDetector(
  samples: readonly DetectionSample[],
  detect: (picture: Picture) => Promise<readonly Detection[]>,
): Promise<DetectorReport> {
  const ious: { name: string; iou: number; score: number }[] = []
  const boxes: { score: number; iou: number; first: boolean }[] = []
  for (const { name, image, box } of samples) {
    if (!box) continue
    const found = await detect(image)
    const overlaps = found.map((one) => overlap(one, box))
    ious.push({ name, iou: overlaps[0] ?? 0, score: found[0]?.score ?? 0 })
    const match = overlaps.indexOf(Math.max(...overlaps))
    found.forEach(({ score }, i) => {
      boxes.push({ score, iou: overlaps[i], first: i === match })
    })
  }
  boxes.sort((a, b) => b.score - a.score)
  const thresholds = Array.from({ length: 10 }, (_, i) => 0.5 + 0.05 * i)
  const worst = ious.reduce((low, one) => (one.iou < low.iou ? one : low))
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  return {
    images: ious.length,
    meanIou: mean(ious.map(({ iou }) => iou)),
    worstIou: worst.iou,
    worstImage: worst.name,
    above80: ious.filter(({ iou }) => iou > 0.8).length / ious.length,
    ap50: averagePrecision(boxes, 0.5, ious.length),
    ap: mean(thresholds.map((threshold) => averagePrecision(boxes, threshold, ious.length))),
    meanScore: mean(ious.map(({ score }) => score)),
  }
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

export function overlap(a: PixelBox, b: PixelBox): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  if (width <= 0 || height <= 0) return 0
  return (width * height) / (a.width * a.height + b.width * b.height - width * height)
}
