/** How often each of the 65,536 grey values occurs. */
import type { GreyImage } from '../grey-image.ts'

/** Counts, uint32 [65536], by grey value. */
export function greyHistogram({ data }: GreyImage): Uint32Array {
  const histogram = new Uint32Array(65_536)
  for (let at = 0; at < data.length; at++) histogram[data[at]]++
  return histogram
}

/** The lowest grey value that at least this share of the pixels does not exceed. */
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

/** Whether all pixels have one grey value, or there are none. */
export function isConstant(histogram: Uint32Array): boolean {
  let occupied = 0
  for (let value = 0; value < histogram.length; value++) if (histogram[value] > 0) occupied++
  return occupied < 2
}
