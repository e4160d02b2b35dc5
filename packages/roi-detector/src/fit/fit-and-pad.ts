import { type Box, checkImage, type GrayImage, type Side } from '../gray-image.ts'
import { RoiError } from '../roi-error.ts'
import type { Kernel } from './kernels.ts'
import { resampleRows } from './resample.ts'
import { type Rows, rowsOf } from './rows.ts'

/** Size of the result, and where padding lies. */
export interface FitOptions {
  /** Height of the result, pixels, 1 to 16,384. @default 1024 */
  readonly height?: number
  /** Width of the result, pixels, 1 to 16,384. @default 512 */
  readonly width?: number
  /** Side of the frame that the picture stays at; black comes on the other one, and evenly above and below. @default 'L' */
  readonly side?: Side
  /** Antialiased kernel. @default 'lanczos3' */
  readonly kernel?: Kernel
  /** A scale in millimeters, the same for every image, in place of the largest that fits. @default none */
  readonly physicalScale?: PhysicalScale
}

/** Both above 0. A picture that is too large for the frame at this scale is fitted, so that nothing of it is lost. */
export interface PhysicalScale {
  /** Distance of the input's pixels, mm. */
  readonly pixelSpacingMm: number
  /** Distance of the result's pixels, mm. */
  readonly mmPerPixel: number
}

/**
 * Scales an image, antialiased and with its aspect kept, to fit a frame, or to a physical scale, and pads the rest of the frame with black.
 *
 * Lanczos overshoots at hard edges: values are clamped to the brightest value of the input.
 *
 * @param image uint16 [height * width]
 * @throws RoiError `invalid-image`, `invalid-option`
 * @example
 * const fitted = fitAndPad({ data, width: 900, height: 2400 }, { height: 1024, width: 512, side: 'R' })
 * fitted.data.length // 524288
 */
export function fitAndPad(image: GrayImage, options: FitOptions = {}): GrayImage {
  checkImage(image)
  return fitRows(rowsOf(image), options)
}

/** The same of a picture that is made row by row. */
export function fitRows(rows: Rows, options: FitOptions): GrayImage {
  const { height = 1024, width = 512 } = options
  const place = fittedBox(rows, options)
  const fitted = resampleRows(rows, place.width, place.height, options.kernel ?? 'lanczos3')

  const data = new Uint16Array(width * height)
  for (let y = 0; y < place.height; y++) {
    data.set(fitted.subarray(y * place.width, (y + 1) * place.width), (place.y + y) * width + place.x)
  }
  return { data, width, height }
}

/**
 * Where `fitAndPad` puts an image of this size in its result, pixels; the rest of the result is padding.
 *
 * @throws RoiError `invalid-option`
 * @example
 * fittedBox({ width: 900, height: 2400 }, { height: 1024, width: 512, side: 'R' }) // { x: 128, y: 0, width: 384, height: 1024 }
 */
export function fittedBox(image: Pick<GrayImage, 'width' | 'height'>, options: FitOptions = {}): Box {
  const frameHeight = checkSize('height', options.height ?? 1024)
  const frameWidth = checkSize('width', options.width ?? 512)
  const scale = Math.min(
    frameWidth / image.width,
    frameHeight / image.height,
    options.physicalScale ? wantedScale(options.physicalScale) : Number.POSITIVE_INFINITY,
  )
  const width = Math.min(frameWidth, Math.max(1, Math.round(image.width * scale)))
  const height = Math.min(frameHeight, Math.max(1, Math.round(image.height * scale)))
  return { x: options.side === 'R' ? frameWidth - width : 0, y: (frameHeight - height) >> 1, width, height }
}

/** Why an image of this size is not at the scale that was asked for; empty where it is. */
export function scaleFault(image: Pick<GrayImage, 'width' | 'height'>, options: FitOptions): string {
  const { height = 1024, width = 512, physicalScale } = options
  if (!physicalScale) return ''
  const largest = Math.min(width / image.width, height / image.height)
  if (wantedScale(physicalScale) <= largest) return ''
  const { mmPerPixel, pixelSpacingMm } = physicalScale
  const fitted = (pixelSpacingMm / largest).toFixed(3)
  return `scale: the breast does not fit the frame at ${mmPerPixel} mm per pixel, fitted at ${fitted}`
}

function wantedScale({ pixelSpacingMm, mmPerPixel }: PhysicalScale): number {
  return checkDistance('pixelSpacingMm', pixelSpacingMm) / checkDistance('mmPerPixel', mmPerPixel)
}

function checkDistance(name: string, value: number): number {
  if (value > 0 && value < Number.POSITIVE_INFINITY) return value
  throw new RoiError(
    'invalid-option',
    `Expected a number above 0 for physicalScale.${name} but received ${value}. Pass a distance in millimeters.`,
    { name, received: value },
  )
}

function checkSize(name: string, value: number): number {
  if (Number.isInteger(value) && value >= 1 && value <= 16_384) return value
  throw new RoiError(
    'invalid-option',
    `Expected an integer from 1 to 16384 for ${name} but received ${value}. Choose a value in that range.`,
    {
      name,
      received: value,
    },
  )
}
