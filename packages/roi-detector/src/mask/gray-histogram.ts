/** How often each of the 65,536 gray values occurs. */
import type { GrayImage } from '../gray-image.ts'
import type { Mask } from './mask.ts'

/** Counts, uint32 [65536], by gray value; pixels of `without` do not count. */
export function grayHistogram({ data }: GrayImage, without?: Mask): Uint32Array {
  const histogram = new Uint32Array(65_536)
  if (!without) for (let at = 0; at < data.length; at++) histogram[data[at]]++
  else for (let at = 0; at < data.length; at++) if (without.data[at] === 0) histogram[data[at]]++
  return histogram
}

/** Pixels that `sampledHistogram` looks at, or up to four times as many. */
const sampledPixels = 262_144

/**
 * The same of rows and columns at even distances, some hundred thousand pixels of an image of any size.
 *
 * @example
 * sampledHistogram({ data: Uint16Array.of(7, 7, 9, 9), width: 2, height: 2 })[9] // 2
 */
export function sampledHistogram({ data, width, height }: GrayImage): Uint32Array {
  const histogram = new Uint32Array(65_536)
  const step = Math.max(1, Math.floor(Math.sqrt((width * height) / sampledPixels)))
  for (let y = 0; y < height; y += step) {
    for (let at = y * width, end = at + width; at < end; at += step) histogram[data[at]]++
  }
  return histogram
}

/** The lowest gray value that at least this share of the pixels does not exceed. */
export function percentile(histogram: Uint32Array, share: number): number {
  let total = 0
  for (let value = 0; value < histogram.length; value++) total += histogram[value]
  let seen = 0
  for (let value = 0; value < histogram.length; value++) {
    seen += histogram[value]
    if (seen >= share * total) return value
  }
  return histogram.length - 1
}

/** Whether all pixels have one gray value, or there are none. */
export function isConstant(histogram: Uint32Array): boolean {
  let occupied = 0
  for (let value = 0; value < histogram.length; value++) if (histogram[value] > 0) occupied++
  return occupied < 2
}
