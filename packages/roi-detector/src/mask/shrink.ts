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
  const sums = new Float64Array(smallWidth)
  for (let row = 0; row < smallHeight; row++) {
    sums.fill(0)
    const lastRow = Math.min(height, (row + 1) * factor)
    for (let y = row * factor; y < lastRow; y++) {
      let at = y * width
      for (let column = 0; column < smallWidth; column++) {
        const end = Math.min((column + 1) * factor, width) + y * width
        let sum = 0
        while (at < end) sum += data[at++]
        sums[column] += sum
      }
    }
    const rows = lastRow - row * factor
    for (let column = 0; column < smallWidth; column++) {
      const columns = Math.min(factor, width - column * factor)
      small[row * smallWidth + column] = Math.round(sums[column] / (rows * columns))
    }
  }
  return { data: small, width: smallWidth, height: smallHeight }
}
