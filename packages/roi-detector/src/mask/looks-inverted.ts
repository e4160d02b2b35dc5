/** Whether air is the brightest thing in a picture, and tissue darker: MONOCHROME1 that nobody inverted, or a negative. */
import type { GrayImage } from '../gray-image.ts'
import { percentile } from './gray-histogram.ts'

/** Width of an even level, by the range of the picture. */
const tolerance = 0.02

/**
 * Compares the even levels at both ends of the picture's range: air is even, and lies along the frame's edge.
 *
 * @param histogram counts by gray value, see `grayHistogram`
 */
export function looksInverted(image: GrayImage, histogram: Uint32Array): boolean {
  const [darkest, brightest] = [percentile(histogram, 0.001), percentile(histogram, 0.999)]
  const reach = Math.max(1, tolerance * (brightest - darkest))
  const middle = (darkest + brightest) / 2
  const dark = evenShare(image, fullest(histogram, darkest, middle, reach), reach)
  const bright = evenShare(image, fullest(histogram, middle, brightest, reach), reach)
  return bright.area > 0.05 && bright.edge > 0.2 && bright.area > 1.5 * dark.area && bright.edge > 1.5 * dark.edge
}

/** The gray value in a range around which most pixels lie. */
function fullest(histogram: Uint32Array, from: number, to: number, reach: number): number {
  const step = Math.max(1, Math.floor(reach / 2))
  let best = from
  let most = -1
  for (let value = Math.floor(from); value <= to; value += step) {
    let count = 0
    for (let at = Math.max(0, value - step); at <= Math.min(histogram.length - 1, value + step); at++)
      count += histogram[at]
    if (count > most) {
      most = count
      best = value
    }
  }
  return best
}

/** Shares of the picture and of its edge that lie within a tolerance of a level. */
function evenShare({ data, width, height }: GrayImage, level: number, reach: number): { area: number; edge: number } {
  const isNear = (at: number) => (Math.abs(data[at] - level) <= reach ? 1 : 0)
  let area = 0
  for (let at = 0; at < data.length; at++) area += isNear(at)
  let edge = 0
  for (let x = 0; x < width; x++) edge += isNear(x) + isNear((height - 1) * width + x)
  for (let y = 0; y < height; y++) edge += isNear(y * width) + isNear(y * width + width - 1)
  return { area: area / data.length, edge: edge / (2 * (width + height)) }
}
