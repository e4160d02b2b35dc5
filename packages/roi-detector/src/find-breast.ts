/** Where the breast is: the chain detector -> threshold -> full frame, with what was followed and why. */
import { loadBreastDetector } from './breast-detector.ts'
import { type BreastDetector, type DetectedBreast, type DetectionOptions, detectBreasts } from './detect-breasts.ts'
import type { Box, GrayImage } from './gray-image.ts'
import type { BreastMask, BreastMaskOptions, NoBreast } from './mask/found-mask.ts'
import { type MaskSearch, searchMask } from './mask/mask-search.ts'
import { agreement, coverage, intersectionOverUnion, union } from './overlap.ts'

/** What found the region of a breast. */
export type RoiMethod = 'yolov5' | 'threshold' | 'full-frame'

/** How `findBreast` looks for the breast. */
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

/** A breast in pixels of the image; no box at the chain's end. */
export interface BreastFinding {
  readonly method: RoiMethod
  /** Why this method and not the one before it in the chain, or what else is amiss; empty where all went well. */
  readonly reason: string
  /** 0 to 1: of the box for 'yolov5'; share of the variance that the mask explains for 'threshold'; 0 for the full frame. */
  readonly score: number
  readonly box?: Box
  /** Where the breast ends; without one the background is kept. */
  readonly mask?: BreastMask
  /** The mask that knows the chest wall, where the background is kept and a mask was found. */
  readonly shape?: BreastMask
}

/** Share of the detector's box that may lie outside the mask's: its edges are that exact. Beyond it the mask may have lost tissue. */
const looseness = 0.12

/** Least share of the detector's box that a mask of the same breast covers: half-ellipses cover 0.79 of theirs. */
const minFill = 0.4

/** A mask that covers less of the detector's box is of something else, such as the light around a film. */
const strangerFill = 0.02

/** Least score of a detector that stands alone. */
const confidenceAlone = 0.6

/** Space on each side of a box that only the detector knows, by its size: half of its boxes end within the breast. */
const spaceAlone = 0.05

/** Finds the breast in an image; never throws because of what is in the picture. */
export async function findBreast(image: GrayImage, options: FindOptions = {}): Promise<BreastFinding> {
  const { method = 'yolov5', detection } = options
  if (method === 'full-frame') return { method, reason: '', score: 0 }
  // The mask is needed in any case: it says what is background and where the chest wall lies.
  const search = searchMask(image, options.mask)
  if (method === 'threshold') return withoutDetector(search)
  const [detected] = options.detected
    ? [options.detected]
    : await detectBreasts(options.detector ?? (await loadBreastDetector()), [image], detection)
  if ('reason' in detected) return withoutDetector(search, `yolov5: ${detected.reason}`)
  return 'reason' in search.best
    ? withoutMask(detected, search.best, search, image)
    : combine(detected, search.best, search, image)
}

type Found = Extract<DetectedBreast, { box: Box }>

/** The detector says which object is the breast, the mask where it ends; what either holds stays in, except bare film. */
function combine(
  found: Found,
  mask: BreastMask,
  { closestTo, trimmedTo }: MaskSearch,
  image: GrayImage,
): BreastFinding {
  const method = 'yolov5'
  const { score } = found
  const iou = intersectionOverUnion(found.box, mask.box)
  const filled = fillOf(found.box, mask)
  if (filled < strangerFill && score >= confidenceAlone) {
    const reason = `background kept, detector alone: the threshold's mask covers ${(100 * filled).toFixed(0)} % of its box`
    return { method, reason, score, box: withSpace(found.box, image) }
  }
  if (filled < minFill) {
    const reason = `background kept, both boxes joined: the threshold's mask covers ${(100 * filled).toFixed(0)} % of the detector's box`
    return { method, reason, score, box: union(found.box, mask.box), shape: mask }
  }
  const beyond = 1 - coverage(found.box, mask.box)
  if (iou >= agreement && beyond <= looseness) return { method, reason: '', score, box: mask.box, mask }
  const other = closestTo(found.box)
  if (other) {
    const to = intersectionOverUnion(found.box, other.box).toFixed(2)
    const reason = `bare film left out: another threshold raises the IoU of both boxes from ${iou.toFixed(2)} to ${to}`
    return { method, reason, score, box: other.box, mask: other }
  }
  if (beyond <= looseness) return withoutThinParts(found, mask, iou, trimmedTo(found.box))
  const share = (100 * beyond).toFixed(0)
  const reason = `background kept, both boxes joined: ${share} % of the detector's lies outside the threshold's, IoU ${iou.toFixed(2)}`
  return { method, reason, score, box: union(found.box, mask.box), shape: mask }
}

/** The mask holds the detector's box and more: without its thin parts where both agree then; an arm and the abdomen hang together with a breast by little. */
function withoutThinParts({ box, score }: Found, mask: BreastMask, iou: number, trimmed?: BreastMask): BreastFinding {
  const method = 'yolov5'
  const to = trimmed ? intersectionOverUnion(box, trimmed.box) : 0
  if (trimmed && to >= agreement) {
    const reason = `thin parts of the mask left out: the IoU of both boxes rises from ${iou.toFixed(2)} to ${to.toFixed(2)}`
    return { method, reason, score, box: trimmed.box, mask: trimmed }
  }
  const reason = iou >= 0.6 ? '' : `threshold's box kept: it holds the detector's, IoU ${iou.toFixed(2)}`
  return { method, reason, score, box: mask.box, mask }
}

function fillOf(box: Box, { data, width, height, factor }: BreastMask): number {
  const [left, right] = [Math.floor(box.x / factor), Math.min(width, Math.ceil((box.x + box.width) / factor))]
  const [top, bottom] = [Math.floor(box.y / factor), Math.min(height, Math.ceil((box.y + box.height) / factor))]
  let inside = 0
  for (let y = top; y < bottom; y++) for (let at = y * width + left; at < y * width + right; at++) inside += data[at]
  return inside / Math.max(1, (right - left) * (bottom - top))
}

function withoutMask(found: Found, none: NoBreast, search: MaskSearch, image: GrayImage): BreastFinding {
  const method = 'yolov5'
  const { score } = found
  if (none.isCertain) return withoutDetector(search)
  const mask = search.closestTo(found.box)
  if (mask) return { method, reason: `threshold of the detector's box: ${none.reason}`, score, box: mask.box, mask }
  if (score >= confidenceAlone) {
    const reason = `background kept, detector alone: ${none.reason}`
    return { method, reason, score, box: withSpace(found.box, image) }
  }
  const low = `score ${score.toFixed(3)} is below ${confidenceAlone}, the least where no mask agrees`
  return withoutDetector(search, `yolov5: ${low}`)
}

function withSpace(box: Box, frame: { width: number; height: number }): Box {
  const [across, down] = [Math.ceil(spaceAlone * box.width), Math.ceil(spaceAlone * box.height)]
  const x = Math.max(0, box.x - across)
  const y = Math.max(0, box.y - down)
  const width = Math.min(frame.width, box.x + box.width + across) - x
  return { x, y, width, height: Math.min(frame.height, box.y + box.height + down) - y }
}

function withoutDetector(search: MaskSearch, reason = ''): BreastFinding {
  const mask = maskAlone(search)
  if ('box' in mask) return { method: 'threshold', reason, score: mask.score, box: mask.box, mask }
  const reasons = reason === '' ? mask.reason : `${reason}; threshold: ${mask.reason}`
  return { method: 'full-frame', reason: reasons, score: 0 }
}

/** The mask to take where no detector knows the breast, or why none. */
function maskAlone({ best, holdsAir, mayLoseTissue }: MaskSearch): BreastMask | NoBreast {
  if (holdsAir()) return { reason: 'inverted: what is bright is smoother than the rest' }
  if (mayLoseTissue()) return { reason: 'what the mask leaves out is not as even as air' }
  return best
}
