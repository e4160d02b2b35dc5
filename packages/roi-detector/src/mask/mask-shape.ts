/** Where a mask lies: its area, its box, and the side of the frame that it meets. */
import type { Box, Side } from '../gray-image.ts'
import type { Mask } from './morphology.ts'

/** Number of pixels inside. */
export function maskArea({ data }: Mask): number {
  let count = 0
  for (let at = 0; at < data.length; at++) count += data[at]
  return count
}

/** Smallest box around the inside of a mask that is not empty, pixels of the mask. */
export function boundingBox({ data, width, height }: Mask): Box {
  let [left, right, top, bottom] = [width, -1, height, -1]
  for (let y = 0; y < height; y++) {
    const row = data.subarray(y * width, (y + 1) * width)
    const first = row.indexOf(1)
    if (first < 0) continue
    left = Math.min(left, first)
    right = Math.max(right, row.lastIndexOf(1))
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
export function chestWallSide(mask: Mask): { side: Side; sideConfidence: number } {
  const { data, width } = mask
  const box = boundingBox(mask)
  const band = Math.max(1, Math.round(box.width / 10))
  let left = 0
  let right = 0
  for (let y = box.y; y < box.y + box.height; y++) {
    for (let x = 0; x < band; x++) {
      left += data[y * width + box.x + x]
      right += data[y * width + box.x + box.width - 1 - x]
    }
  }
  return { side: left >= right ? 'L' : 'R', sideConfidence: Math.abs(left - right) / Math.max(1, left, right) }
}
