import type { GrayImage } from '../gray-image.ts'

/**
 * Means over squares of 2 * radius + 1 pixels, smaller at the frame's edges: noise falls by the square's side.
 *
 * @example
 * blur({ data: Uint16Array.of(0, 9, 0), width: 3, height: 1 }, 1).data // [5, 3, 5]
 */
export function blur({ data, width, height }: GrayImage, radius: number): GrayImage {
  const blurred = new Uint16Array(data.length)
  // Sums of the columns over the rows in reach, moved down a row at a time.
  const columns = new Float64Array(width)
  const add = (y: number, sign: 1 | -1) => {
    for (let x = 0, at = y * width; x < width; x++, at++) columns[x] += sign * data[at]
  }
  for (let y = 0; y < Math.min(radius, height); y++) add(y, 1)
  for (let y = 0; y < height; y++) {
    if (y + radius < height) add(y + radius, 1)
    if (y - radius - 1 >= 0) add(y - radius - 1, -1)
    const rows = Math.min(height - 1, y + radius) - Math.max(0, y - radius) + 1
    let sum = 0
    for (let x = 0; x < Math.min(radius, width); x++) sum += columns[x]
    for (let x = 0; x < width; x++) {
      if (x + radius < width) sum += columns[x + radius]
      if (x - radius - 1 >= 0) sum -= columns[x - radius - 1]
      const across = Math.min(width - 1, x + radius) - Math.max(0, x - radius) + 1
      blurred[y * width + x] = Math.round(sum / (rows * across))
    }
  }
  return { data: blurred, width, height }
}
