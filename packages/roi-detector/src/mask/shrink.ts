import type { GrayImage } from '../gray-image.ts'

/**
 * Shrinks an image by a whole factor, each pixel the mean of its block; blocks at the right and lower edge may be smaller.
 *
 * @example
 * shrink({ data: Uint16Array.of(0, 2, 4, 6), width: 2, height: 2 }, 2).data // [3]
 */
export function shrink(image: GrayImage, factor: number): GrayImage {
  if (factor === 1) return image
  const { data, width, height } = image
  const smallWidth = Math.ceil(width / factor)
  const smallHeight = Math.ceil(height / factor)
  const small = new Uint16Array(smallWidth * smallHeight)
  const wholeBlocks = Math.floor(width / factor)
  const sums = new Float64Array(smallWidth)
  for (let row = 0; row < smallHeight; row++) {
    sums.fill(0)
    const first = row * factor
    const last = Math.min(height, first + factor)
    for (let y = first; y < last; y++) {
      const end = (y + 1) * width
      let at = addBlocks(data, y * width, sums, wholeBlocks, factor)
      for (; at < end; at++) sums[wholeBlocks] += data[at]
    }
    for (let column = 0; column < smallWidth; column++) {
      const columns = Math.min(factor, width - column * factor)
      small[row * smallWidth + column] = sums[column] / ((last - first) * columns) + 0.5
    }
  }
  return { data: small, width: smallWidth, height: smallHeight }
}

/** Adds a row's pixels to the sums of their blocks; the common factors without a loop, which takes twice as long. */
function addBlocks(data: Uint16Array, start: number, sums: Float64Array, blocks: number, factor: number): number {
  let at = start
  if (factor === 2) {
    for (let block = 0; block < blocks; block++, at += 2) sums[block] += data[at] + data[at + 1]
  } else if (factor === 3) {
    for (let block = 0; block < blocks; block++, at += 3) sums[block] += data[at] + data[at + 1] + data[at + 2]
  } else {
    for (let block = 0; block < blocks; block++) {
      const end = at + factor
      let sum = 0
      for (; at + 4 <= end; at += 4) sum += data[at] + data[at + 1] + data[at + 2] + data[at + 3]
      for (; at < end; at++) sum += data[at]
      sums[block] += sum
    }
  }
  return at
}
