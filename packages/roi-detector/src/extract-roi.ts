/**
 * The breast of a mammogram on black, in a frame of fixed size: find it, blacken the rest, crop, fit, pad.
 *
 * The chain is detector -> threshold -> full frame; what was done and why comes with the result, and
 * no picture makes it throw.
 */
import { loadBreastDetector } from './breast-detector.ts'
import { type DetectBreastOptions, detectBreast } from './detect-breast.ts'
import { cutOut } from './fit/cut-out.ts'
import { type FitOptions, fitAndPad } from './fit/fit-and-pad.ts'
import { type Box, checkImage, type GreyImage, type Side } from './grey-image.ts'
import { type BreastMask, type BreastMaskOptions, breastMask } from './mask/breast-mask.ts'
import { RoiError } from './roi-error.ts'
import type { Yolov5 } from './yolov5/load-yolov5.ts'

export type RoiMethod = 'yolov5' | 'threshold' | 'full-frame'

export interface RoiOptions extends Omit<FitOptions, 'side'> {
  /** What to try first; the chain ends with the full frame. @default 'yolov5' */
  readonly method?: RoiMethod
  /** A YOLOv5 model whose boxes are breasts, from `loadYolov5`. @default the model that this package ships */
  readonly detector?: Pick<Yolov5, 'detect' | 'inputWidth' | 'inputHeight'>
  /** Which of its boxes count. */
  readonly detection?: DetectBreastOptions
  /** Space around the breast by the longer side of its box, 0 to 1. @default 0.01 */
  readonly margin?: number
  /** Whether everything outside the breast becomes 0. @default true */
  readonly blackenBackground?: boolean
  /** 'L' or 'R' mirrors the result so that the chest wall lies there; 'keep' leaves it. @default 'keep' */
  readonly orientation?: 'keep' | Side
  /** Decides the side where the mask does not; a left breast's chest wall lies on the left of the frame. */
  readonly laterality?: Side
  /** Options of the threshold method. */
  readonly mask?: BreastMaskOptions
}

export interface RoiResult {
  /** uint16 [height * width], 1024 x 512 by default. */
  readonly image: GreyImage
  /** What was cut out, margin included, pixels of the input. */
  readonly box: Box
  /** 0 to 1: of the box for 'yolov5'; share of the variance that the mask explains for 'threshold'; 0 for the full frame. */
  readonly score: number
  readonly method: RoiMethod
  /** Why this method and not the one before it in the chain, or what else is amiss; empty where all went well. */
  readonly reason: string
  /** Side of the result's frame on which the chest wall lies. */
  readonly side: Side
  /** Whether the result was mirrored. */
  readonly mirrored: boolean
}

/**
 * Cuts the breast out of a mammogram and fits it into a frame.
 *
 * @param image grey uint16, 0 = black, the breast brighter than the background
 * @throws RoiError `invalid-image`, `invalid-option`; never because of what is in the picture
 * @example
 * const roi = await extractRoi({ data, width: 3328, height: 4084 }, { laterality: 'L' })
 * roi.method // 'yolov5'
 * roi.image.data.length // 524288
 */
export async function extractRoi(image: GreyImage, options: RoiOptions = {}): Promise<RoiResult> {
  checkImage(image)
  const margin = checkShare('margin', options.margin ?? 0.01)
  const found = await find(image, options)
  const box = found.box && grow(found.box, margin, image)
  const side = chestWall(found.mask, options.laterality)
  const cut = cutOut(
    image,
    box ?? { x: 0, y: 0, width: image.width, height: image.height },
    (options.blackenBackground ?? true) ? found.mask : undefined,
  )
  const fitted = await fitAndPad(cut, { ...options, side })
  const orientation = options.orientation ?? 'keep'
  const mirrored = orientation !== 'keep' && orientation !== side
  return {
    image: mirrored ? mirror(fitted) : fitted,
    box: box ?? { x: 0, y: 0, width: image.width, height: image.height },
    score: found.score,
    method: found.method,
    reason: found.reason,
    side: mirrored ? opposite(side) : side,
    mirrored,
  }
}

interface Finding {
  readonly method: RoiMethod
  readonly reason: string
  readonly score: number
  readonly box?: Box
  readonly mask?: BreastMask
}

/** IoU of the detector's and the mask's box from which both mean the same breast. */
const leastAgreement = 0.6

/** Least score of a detector that stands alone: an even or noisy picture may look like a breast that fills its frame. */
const confidenceAlone = 0.9

async function find(image: GreyImage, options: RoiOptions): Promise<Finding> {
  const { method = 'yolov5' } = options
  if (method === 'full-frame') return { method, reason: '', score: 0 }
  // The mask is needed in any case: it says what is background and where the chest wall lies.
  const mask = breastMask(image, options.mask)
  const reasons: string[] = []
  if (method === 'yolov5') {
    const found = await detectBreast(options.detector ?? (await loadBreastDetector()), image, options.detection)
    if ('box' in found && 'reason' in mask) {
      if (found.score >= confidenceAlone) return { method, reason: `background kept: ${mask.reason}`, ...found }
      reasons.push(
        `yolov5: score ${found.score.toFixed(3)} is below ${confidenceAlone}, the least where no mask agrees`,
      )
    } else if ('box' in found && 'box' in mask) {
      const agreement = overlap(found.box, mask.box)
      // The detector knows what is a breast, the mask where it ends to the pixel.
      if (agreement >= leastAgreement) return { method, reason: '', ...found, box: mask.box, mask }
      const reason = `background kept: IoU of its box and that of the threshold is ${agreement.toFixed(2)}`
      return { method, reason, ...found }
    }
    if ('reason' in found) reasons.push(`yolov5: ${found.reason}`)
  }
  if ('reason' in mask) {
    const reason = [...reasons, reasons.length > 0 ? `threshold: ${mask.reason}` : mask.reason].join('; ')
    return { method: 'full-frame', reason, score: 0 }
  }
  return { method: 'threshold', reason: reasons.join(), score: mask.score, box: mask.box, mask }
}

/** Intersection over union. */
function overlap(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  const shared = Math.max(0, width) * Math.max(0, height)
  return shared / (a.width * a.height + b.width * b.height - shared)
}

function grow(box: Box, margin: number, frame: { width: number; height: number }): Box {
  const space = Math.round(margin * Math.max(box.width, box.height))
  const x = Math.max(0, box.x - space)
  const y = Math.max(0, box.y - space)
  return {
    x,
    y,
    width: Math.min(frame.width, box.x + box.width + space) - x,
    height: Math.min(frame.height, box.y + box.height + space) - y,
  }
}

/** Below a tenth of difference between both sides the mask does not know; then the laterality, then the left. */
function chestWall(mask: BreastMask | undefined, laterality: Side | undefined): Side {
  if (mask && mask.sideClearness >= 0.1) return mask.side
  return laterality ?? mask?.side ?? 'L'
}

function mirror({ data, width, height }: GreyImage): GreyImage {
  const mirrored = new Uint16Array(data.length)
  for (let y = 0; y < height; y++) mirrored.set(data.subarray(y * width, (y + 1) * width).toReversed(), y * width)
  return { data: mirrored, width, height }
}

const opposite = (side: Side): Side => (side === 'L' ? 'R' : 'L')

function checkShare(name: string, value: number): number {
  if (value >= 0 && value <= 1) return value
  throw new RoiError('invalid-option', `Expected a number from 0 to 1 for ${name} but received ${value}.`, {
    name,
    received: value,
  })
}
