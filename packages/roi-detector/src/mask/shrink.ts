import type { GrayImage } from '../gray-image.ts'

/**
 * Shrinks an image by a whole factor, each pixel the mean of its block; blocks at the right and lower edge may be smaller.
 *
 * @example
 * shrink({ data: Uint16Array.of(0, 2, 4, 6), width: 2, height: 2 }, 2).data // [3]
 */
export function shrink(image: GrayImage, factor: number): GrayImage {
  if (factor === 1) return image
  const { width, height } = image
  const smallWidth = Math.ceil(width / factor)
  const smallHeight = Math.ceil(height / factor)
  const small = new Uint16Array(smallWidth * smallHeight)
  if (factor === 2) halve(image, small, smallWidth)
  else shrinkBlocks(image, factor, small, smallWidth, smallHeight)
  return { data: small, width: smallWidth, height: smallHeight }
}

/** Two rows at a time, without sums in between, which takes half as long. */
function halve({ data, width, height }: GrayImage, small: Uint16Array, smallWidth: number): void {
  for (let y = 0, into = 0; y < height; y += 2, into += smallWidth) {
    // The last row stands for the one that is missing below it, and so does the last column.
    halveRows(data, y * width, y + 1 < height ? (y + 1) * width : y * width, width, small, into)
  }
}

function halveRows(
  data: Uint16Array,
  upperRow: number,
  lowerRow: number,
  width: number,
  small: Uint16Array,
  into: number,
): void {
  let upper = upperRow
  let lower = lowerRow
  const end = into + (width >> 1)
  let at = into
  for (; at < end; at++, upper += 2, lower += 2) {
    small[at] = (data[upper] + data[upper + 1] + data[lower] + data[lower + 1] + 2) >> 2
  }
  if (width & 1) small[at] = (data[upper] + data[lower] + 1) >> 1
}

function shrinkBlocks(
  { data, width, height }: GrayImage,
  factor: number,
  small: Uint16Array,
  smallWidth: number,
  smallHeight: number,
): void {
  const sums = new Float64Array(smallWidth)
  for (let row = 0; row < smallHeight; row++) {
    sums.fill(0)
    const first = row * factor
    const last = Math.min(height, first + factor)
    for (let y = first; y < last; y++) addRow(data, y * width, width, factor, sums)
    for (let column = 0; column < smallWidth; column++) {
      const columns = Math.min(factor, width - column * factor)
      small[row * smallWidth + column] = sums[column] / ((last - first) * columns) + 0.5
    }
  }
}

/** Adds a row's pixels to the sums of their blocks, four at a time where a block has as many. */
function addRow(data: Uint16Array, start: number, width: number, factor: number, sums: Float64Array): void {
  const inWhole = start + width - (width % factor)
  let at = start
  let block = 0
  if (factor === 3) {
    for (; at < inWhole; at += 3, block++) sums[block] += data[at] + data[at + 1] + data[at + 2]
  } else {
    for (; at < inWhole; block++) {
      const end = at + factor
      let sum = 0
      for (; at + 4 <= end; at += 4) sum += data[at] + data[at + 1] + data[at + 2] + data[at + 3]
      for (; at < end; at++) sum += data[at]
      sums[block] += sum
    }
  }
  for (const end = start + width; at < end; at++) sums[block] += data[at]
}
