/** Flip, rotation, scale and shift in one pass over the output: each pixel is looked up where it came from. */
import type { GrayImage } from './gray-image.ts'

/** A flip, rotation, shift and scale about the center of an image. */
export interface AffineTransform {
  /** Mirror left and right before the rest. @default false */
  readonly flip?: boolean
  /** Degrees, counterclockwise, about the center. @default 0 */
  readonly rotation?: number
  /** Share of the width, to the right. @default 0 */
  readonly shiftX?: number
  /** Share of the height, downward. @default 0 */
  readonly shiftY?: number
  /** Factor about the center. @default 1 */
  readonly scale?: number
}

/**
 * Flips, rotates, scales and shifts an image; bilinear, black outside the frame, the size stays.
 *
 * @example
 * warpAffine({ data: Float32Array.of(1, 2, 3), width: 3, height: 1 }, { flip: true }).data // Float32Array [3, 2, 1]
 */
export function warpAffine(image: GrayImage, transform: AffineTransform): GrayImage {
  const { flip = false, rotation = 0, shiftX = 0, shiftY = 0, scale = 1 } = transform
  const { width, height } = image
  if (rotation === 0 && shiftX === 0 && shiftY === 0 && scale === 1) {
    return { data: flip ? mirror(image) : image.data.slice(), width, height }
  }
  const radians = (rotation * Math.PI) / 180
  const cosine = Math.cos(radians) / scale
  const sine = Math.sin(radians) / scale
  const centerX = (width - 1) / 2
  const centerY = (height - 1) / 2
  const mirrored = flip ? -1 : 1
  // the inverse map: source = center + R(-rotation) / scale (target - center - shift), then mirrored about the center
  const stepX = mirrored * cosine
  const stepY = sine
  const data = new Float32Array(width * height)
  for (let y = 0; y < height; y++) {
    const fromCenterY = y - centerY - shiftY * height
    const fromCenterX = -centerX - shiftX * width
    const startX = centerX + mirrored * (cosine * fromCenterX - sine * fromCenterY)
    const startY = centerY + sine * fromCenterX + cosine * fromCenterY
    sampleRow(image, data, y * width, startX, startY, stepX, stepY)
  }
  return { data, width, height }
}

function mirror({ data, width, height }: GrayImage): Float32Array {
  const mirrored = new Float32Array(data.length)
  for (let y = 0; y < height; y++) {
    const start = y * width
    const end = start + width - 1
    for (let x = 0; x < width; x++) mirrored[start + x] = data[end - x]!
  }
  return mirrored
}

function sampleRow(
  image: GrayImage,
  output: Float32Array,
  rowStart: number,
  startX: number,
  startY: number,
  stepX: number,
  stepY: number,
): void {
  const { data, width, height } = image
  const [first, end] = insideRange(width, startX, stepX, width, startY, stepY, height)
  for (let x = 0; x < first; x++) output[rowStart + x] = sampleBilinear(image, startX + x * stepX, startY + x * stepY)
  for (let x = first; x < end; x++) {
    const sourceX = startX + x * stepX
    const sourceY = startY + x * stepY
    const left = sourceX | 0
    const top = sourceY | 0
    const weightX = sourceX - left
    const weightY = sourceY - top
    const corner = top * width + left
    const upper = data[corner]! + weightX * (data[corner + 1]! - data[corner]!)
    const lower = data[corner + width]! + weightX * (data[corner + width + 1]! - data[corner + width]!)
    output[rowStart + x] = upper + weightY * (lower - upper)
  }
  for (let x = end; x < width; x++) output[rowStart + x] = sampleBilinear(image, startX + x * stepX, startY + x * stepY)
}

/** The output columns whose four neighbors all lie in the image: 0 <= source < size - 1 in both directions. */
function insideRange(
  count: number,
  startX: number,
  stepX: number,
  width: number,
  startY: number,
  stepY: number,
  height: number,
): [number, number] {
  let first = 0
  let end = count
  for (const [start, step, size] of [
    [startX, stepX, width],
    [startY, stepY, height],
  ] as const) {
    const isInside = (x: number) => start + x * step >= 0 && start + x * step < size - 1
    if (step === 0) {
      if (!isInside(0)) return [0, 0]
      continue
    }
    const atZero = -start / step
    const atSize = (size - 1 - start) / step
    first = Math.max(first, Math.ceil(Math.min(atZero, atSize)))
    end = Math.min(end, Math.floor(Math.max(atZero, atSize)) + 1)
    // rounding may let one column too many in
    while (first < end && !isInside(first)) first++
    while (end > first && !isInside(end - 1)) end--
  }
  return end > first ? [first, end] : [0, 0]
}

/** The value between the four pixels around a position; 0 outside. */
export function sampleBilinear({ data, width, height }: GrayImage, x: number, y: number): number {
  if (!(x > -1 && x < width && y > -1 && y < height)) return 0
  const left = Math.floor(x)
  const top = Math.floor(y)
  const weightX = x - left
  const weightY = y - top
  const at = (column: number, row: number) =>
    column >= 0 && column < width && row >= 0 && row < height ? data[row * width + column]! : 0
  const upper = at(left, top) + weightX * (at(left + 1, top) - at(left, top))
  const lower = at(left, top + 1) + weightX * (at(left + 1, top + 1) - at(left, top + 1))
  return upper + weightY * (lower - upper)
}
