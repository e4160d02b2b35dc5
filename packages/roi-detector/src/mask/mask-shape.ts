/** Where a mask lies: its box, and the side of the frame that it meets. */
import type { Box, Side } from '../gray-image.ts'
import { type BitMask, bitsOf } from './bit-mask.ts'

/** Smallest box around the inside of a mask that is not empty, pixels of the mask. */
export function boundingBox({ words, stride, width, height }: BitMask): Box {
  let [left, right, top, bottom] = [width, -1, height, -1]
  for (let y = 0; y < height; y++) {
    let first = y * stride
    let last = first + stride - 1
    while (first <= last && words[first] === 0) first++
    if (first > last) continue
    while (words[last] === 0) last--
    left = Math.min(left, 32 * (first - y * stride) + 31 - Math.clz32(words[first] & -words[first]))
    right = Math.max(right, 32 * (last - y * stride) + 31 - Math.clz32(words[last]))
    top = Math.min(top, y)
    bottom = y
  }
  return { x: left, y: top, width: right + 1 - left, height: bottom + 1 - top }
}

/**
 * The side on which a breast meets the chest wall: where the outer tenth of its box holds more of it.
 *
 * @returns the side, and how clear that is: 0 (a tie) to 1
 */
export function chestWallSide(mask: BitMask): { side: Side; sideConfidence: number } {
  const box = boundingBox(mask)
  const band = Math.max(1, Math.round(box.width / 10))
  const left = countColumns(mask, box.x, box.x + band)
  const right = countColumns(mask, box.x + box.width - band, box.x + box.width)
  return { side: left >= right ? 'L' : 'R', sideConfidence: Math.abs(left - right) / Math.max(1, left, right) }
}

/** Number of pixels inside, from a column to the one before another. */
export function countColumns({ words, stride }: BitMask, from: number, to: number): number {
  if (to <= from) return 0
  const first = from >> 5
  const last = (to - 1) >> 5
  let count = 0
  for (let row = 0; row < words.length; row += stride) {
    for (let index = first; index <= last; index++) {
      const low = index === first ? -1 << (from & 31) : -1
      const high = index === last ? -1 >>> (31 - ((to - 1) & 31)) : -1
      count += bitsOf(words[row + index] & low & high)
    }
  }
  return count
}
