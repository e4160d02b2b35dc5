import sharp from 'sharp'
import { type Box, checkImage, type GrayImage, type Side } from '../gray-image.ts'
import { RoiError } from '../roi-error.ts'

type Kernel = 'lanczos3' | 'lanczos2' | 'cubic' | 'linear'

export interface FitOptions {
  /** Height of the result, pixels, 1 to 16,384. @default 1024 */
  readonly height?: number
  /** Width of the result, pixels, 1 to 16,384. @default 512 */
  readonly width?: number
  /** Side of the frame that the picture stays at; black comes on the other one, and evenly above and below. @default 'L' */
  readonly side?: Side
  /** Antialiased kernel. @default 'lanczos3' */
  readonly kernel?: Kernel
}

/**
 * Scales an image, antialiased and with its aspect kept, to fit a frame, and pads the rest of the frame with black.
 *
 * Lanczos overshoots at hard edges: values are clamped to the brightest value of the input.
 *
 * @param image uint16 [height * width]
 * @throws RoiError `invalid-image`, `invalid-option`
 * @example
 * const fitted = await fitAndPad({ data, width: 900, height: 2400 }, { height: 1024, width: 512, side: 'R' })
 * fitted.data.length // 524288
 */
export async function fitAndPad(image: GrayImage, options: FitOptions = {}): Promise<GrayImage> {
  checkImage(image)
  const { height = 1024, width = 512 } = options
  const place = fittedBox(image, options)
  const fitted = await resize(image, place.width, place.height, options.kernel ?? 'lanczos3')

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
  const scale = Math.min(frameWidth / image.width, frameHeight / image.height)
  const width = Math.min(frameWidth, Math.max(1, Math.round(image.width * scale)))
  const height = Math.min(frameHeight, Math.max(1, Math.round(image.height * scale)))
  return { x: options.side === 'R' ? frameWidth - width : 0, y: (frameHeight - height) >> 1, width, height }
}

async function resize(image: GrayImage, width: number, height: number, kernel: Kernel): Promise<Uint16Array> {
  if (width === image.width && height === image.height) return image.data
  const bytes = await sharp(image.data, { raw: { width: image.width, height: image.height, channels: 1 } })
    // Without this sharp makes 8-bit sRGB of 16-bit gray.
    .toColourspace('grey16')
    .resize(width, height, { fit: 'fill', kernel })
    .raw({ depth: 'ushort' })
    .toBuffer()
  const resized = new Uint16Array(bytes.buffer, bytes.byteOffset, width * height)
  let brightest = 0
  for (let at = 0; at < image.data.length; at++) if (image.data[at] > brightest) brightest = image.data[at]
  for (let at = 0; at < resized.length; at++) if (resized[at] > brightest) resized[at] = brightest
  return resized
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
