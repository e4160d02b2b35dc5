/**
 * The breast of a mammogram on black, in a frame of fixed size: find it, blacken the rest, crop, fit, pad.
 *
 * What was done and why comes with the result, and no picture makes it throw.
 */
import { type BreastFinding, type FindOptions, findBreast } from './find-breast.ts'
import { cutRows } from './fit/cut-out.ts'
import { type FitOptions, fitRows, fittedBox, scaleFault } from './fit/fit-and-pad.ts'
import { type Box, checkImage, type GrayImage, type Side } from './gray-image.ts'
import { RoiError } from './roi-error.ts'

/** Options of `extractRoi`. */
export interface RoiOptions extends FindOptions, Omit<FitOptions, 'side'> {
  /** Space around the breast by the longer side of its box, 0 to 1. @default 0.01 */
  readonly margin?: number
  /** Whether everything outside the breast becomes 0. @default true */
  readonly blackenBackground?: boolean
  /** 'L' or 'R' mirrors the result so that the chest wall lies there; 'keep' leaves it. @default 'keep' */
  readonly orientation?: 'keep' | Side
  /** Decides the side where the mask does not; a left breast's chest wall lies on the left of the frame. */
  readonly laterality?: Side
}

/** The breast alone, fitted to its frame, and where it was. */
export interface RoiResult extends Pick<BreastFinding, 'method' | 'reason' | 'score'> {
  /** uint16 [height * width], 1024 x 512 by default. */
  readonly image: GrayImage
  /** What was cut out, margin included, pixels of the input. */
  readonly box: Box
  /** Where the box lies in the result, after mirroring, pixels of the result; the rest of the result is padding. */
  readonly fitted: Box
  /** Side of the result's frame on which the chest wall lies. */
  readonly side: Side
  /** Whether the result was mirrored. */
  readonly mirrored: boolean
}

/**
 * Cuts the breast out of a mammogram and fits it into a frame.
 *
 * @param image gray uint16, 0 = black, the breast brighter than the background
 * @throws RoiError `invalid-image`, `invalid-option`; never because of what is in the picture
 * @example
 * const roi = await extractRoi({ data, width: 3328, height: 4084 }, { laterality: 'L' })
 * roi.method // 'yolov5'
 * roi.image.data.length // 524288
 */
export async function extractRoi(image: GrayImage, options: RoiOptions = {}): Promise<RoiResult> {
  checkImage(image)
  const margin = checkShare('margin', options.margin ?? 0.01)
  const finding = await findBreast(image, options)
  const box = finding.box ? grow(finding.box, margin, image) : { x: 0, y: 0, width: image.width, height: image.height }
  const side = chestWall(finding, image.width, options.laterality)
  const cut = cutRows(image, box, (options.blackenBackground ?? true) ? finding.mask : undefined)
  const fittedImage = fitRows(cut, { ...options, side })
  const place = fittedBox(cut, { ...options, side })
  const orientation = options.orientation ?? 'keep'
  const mirrored = orientation !== 'keep' && orientation !== side
  return {
    image: mirrored ? mirror(fittedImage) : fittedImage,
    box,
    fitted: mirrored ? { ...place, x: fittedImage.width - place.x - place.width } : place,
    score: finding.score,
    method: finding.method,
    reason: [finding.reason, scaleFault(cut, options)].filter(Boolean).join('; '),
    side: mirrored ? opposite(side) : side,
    mirrored,
  }
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

/** Below a tenth of difference between both sides the mask does not know; then the laterality, the side that the box is nearer to, the left. */
function chestWall({ mask, shape = mask, box }: BreastFinding, width: number, laterality: Side | undefined): Side {
  if (shape && shape.sideConfidence >= 0.1) return shape.side
  if (laterality) return laterality
  if (shape) return shape.side
  return box && box.x > width - box.x - box.width ? 'R' : 'L'
}

function mirror({ data, width, height }: GrayImage): GrayImage {
  const mirrored = new Uint16Array(data.length)
  for (let y = 0; y < height; y++) mirrored.set(data.subarray(y * width, (y + 1) * width).toReversed(), y * width)
  return { data: mirrored, width, height }
}

const opposite = (side: Side): Side => (side === 'L' ? 'R' : 'L')

function checkShare(name: string, value: number): number {
  if (value >= 0 && value <= 1) return value
  throw new RoiError(
    'invalid-option',
    `Expected a number from 0 to 1 for ${name} but received ${value}. Choose a value in that range.`,
    {
      name,
      received: value,
    },
  )
}
