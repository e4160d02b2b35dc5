/** How often each of the 65,536 gray values occurs. */
import type { GrayImage } from '../gray-image.ts'
import type { Mask } from './morphology.ts'

/** Counts, uint32 [65536], by gray value; pixels of `without` do not count. */
export function grayHistogram({ data }: GrayImage, without?: Mask): Uint32Array {
  const histogram = new Uint32Array(65_536)
  if (!without) for (let at = 0; at < data.length; at++) histogram[data[at]]++
  else for (let at = 0; at < data.length; at++) if (without.data[at] === 0) histogram[data[at]]++
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
