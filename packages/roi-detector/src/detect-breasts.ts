import type { Box, GrayImage } from './gray-image.ts'
import { shrink } from './mask/shrink.ts'
import type { Detection, Yolov5Detector } from './yolov5/load-yolov5-detector.ts'

/** What is asked of a YOLOv5 model. */
export type BreastDetector = Pick<Yolov5Detector, 'detect' | 'inputWidth' | 'inputHeight'>

/** Which boxes of the detector count as a breast. */
export interface DetectionOptions {
  /** Least score of a box, 0 to 1; empty pictures and negatives stay below 0.45. @default 0.35 */
  readonly confidence?: number
  /** Least share of the frame that a box covers, 0 to 1. @default 0.04 */
  readonly minArea?: number
}

/** The best box of a detector, whole pixels of the image, or why there is none. */
export type DetectedBreast = { readonly box: Box; readonly score: number } | { readonly reason: string }

/**
 * Runs a detector on mammograms of any sizes as one batch; each is shrunk by whole-factor means first, so that fine texture does not alias.
 *
 * @example
 * const [found] = await detectBreasts(await loadYolov5Detector('breast.onnx'), [{ data, width, height }])
 */
export async function detectBreasts(
  detector: BreastDetector,
  images: readonly GrayImage[],
  options: DetectionOptions = {},
): Promise<DetectedBreast[]> {
  const factors = images.map(({ width, height }) =>
    Math.max(1, Math.floor(Math.max(width / detector.inputWidth, height / detector.inputHeight))),
  )
  const shrunk = images.map((image, i) => shrink(image, factors[i]))
  // Far below the wanted confidence, so that the reason can name the best score.
  const found = await detector.detect(shrunk, { confidence: 0.01, maxDetections: 20 })
  return images.map((image, i) => chooseBox(found[i], image, factors[i], options))
}

function chooseBox(found: Detection[], image: GrayImage, factor: number, options: DetectionOptions): DetectedBreast {
  const { confidence = 0.35, minArea = 0.04 } = options
  if (found.length === 0) return { reason: 'no box' }
  const [best] = found
  if (best.score < confidence) return { reason: `best score ${best.score.toFixed(3)} is below ${confidence}` }
  const large = found.find(
    (box) => box.score >= confidence && box.width * box.height * factor ** 2 >= minArea * image.width * image.height,
  )
  if (!large) return { reason: `best box covers less than ${100 * minArea} % of the frame` }
  const x = Math.max(0, Math.floor(large.x * factor))
  const y = Math.max(0, Math.floor(large.y * factor))
  return {
    box: {
      x,
      y,
      width: Math.min(image.width, Math.ceil((large.x + large.width) * factor)) - x,
      height: Math.min(image.height, Math.ceil((large.y + large.height) * factor)) - y,
    },
    score: large.score,
  }
}
