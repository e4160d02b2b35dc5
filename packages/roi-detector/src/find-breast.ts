/** Where the breast is: the chain detector -> threshold -> full frame, with what was followed and why. */
import { loadBreastDetector } from './breast-detector.ts'
import { type BreastDetector, type DetectedBreast, type DetectionOptions, detectBreasts } from './detect-breasts.ts'
import type { Box, GrayImage } from './gray-image.ts'
import { intersectionOverUnion } from './intersection-over-union.ts'
import { type BreastMask, type BreastMaskOptions, breastMask, type NoBreast } from './mask/breast-mask.ts'

export type RoiMethod = 'yolov5' | 'threshold' | 'full-frame'

export interface FindOptions {
  /** What to try first; the chain ends with the full frame. @default 'yolov5' */
  readonly method?: RoiMethod
  /** A YOLOv5 model whose boxes are breasts, from `loadYolov5Detector`. @default the model that this package ships */
  readonly detector?: BreastDetector
  /** Which of its boxes count. */
  readonly detection?: DetectionOptions
  /** What a detector found in this image where it was asked before, for example in a batch; it is not asked again. */
  readonly detected?: DetectedBreast
  /** Options of the threshold method. */
  readonly mask?: BreastMaskOptions
}

/** A breast in pixels of the image; no box at the chain's end, no mask where it was not followed. */
export interface BreastFinding {
  readonly method: RoiMethod
  /** Why this method and not the one before it in the chain, or what else is amiss; empty where all went well. */
  readonly reason: string
  /** 0 to 1: of the box for 'yolov5'; share of the variance that the mask explains for 'threshold'; 0 for the full frame. */
  readonly score: number
  readonly box?: Box
  readonly mask?: BreastMask
}

/** IoU of the detector's and the mask's box from which both mean the same breast. */
const minAgreement = 0.6

/** Least score of a detector that stands alone: an even or noisy picture may look like a breast that fills its frame. */
const confidenceAlone = 0.9

/** Finds the breast in an image; never throws because of what is in the picture. */
export async function findBreast(image: GrayImage, options: FindOptions): Promise<BreastFinding> {
  const { method = 'yolov5', detection } = options
  if (method === 'full-frame') return { method, reason: '', score: 0 }
  // The mask is needed in any case: it says what is background and where the chest wall lies.
  const mask = breastMask(image, options.mask)
  if (method === 'threshold') return withoutDetector(mask)
  if (options.detected) return combine(options.detected, mask)
  const [detected] = await detectBreasts(options.detector ?? (await loadBreastDetector()), [image], detection)
  return combine(detected, mask)
}

function combine(found: DetectedBreast, mask: BreastMask | NoBreast): BreastFinding {
  const method = 'yolov5'
  if ('reason' in found) return withoutDetector(mask, `yolov5: ${found.reason}`)
  if ('reason' in mask) {
    if (found.score >= confidenceAlone) return { method, reason: `background kept: ${mask.reason}`, ...found }
    const score = found.score.toFixed(3)
    return withoutDetector(mask, `yolov5: score ${score} is below ${confidenceAlone}, the least where no mask agrees`)
  }
  const agreement = intersectionOverUnion(found.box, mask.box)
  // The detector knows what is a breast, the mask where it ends to the pixel.
  if (agreement >= minAgreement) return { method, reason: '', ...found, box: mask.box, mask }
  const reason = `background kept: IoU of its box and that of the threshold is ${agreement.toFixed(2)}`
  return { method, reason, ...found }
}

function withoutDetector(mask: BreastMask | NoBreast, reason = ''): BreastFinding {
  if ('box' in mask) return { method: 'threshold', reason, score: mask.score, box: mask.box, mask }
  const reasons = reason === '' ? mask.reason : `${reason}; threshold: ${mask.reason}`
  return { method: 'full-frame', reason: reasons, score: 0 }
}
