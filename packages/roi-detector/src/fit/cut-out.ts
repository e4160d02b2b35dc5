import type { Box, GrayImage } from '../gray-image.ts'
import type { BreastMask } from '../mask/found-mask.ts'

/**
 * Cuts a box out of an image; with a mask, everything outside the breast becomes 0.
 *
 * The mask's edge is interpolated between its pixels (bilinear, inside from `edge` on), so that it is smooth at full size.
 */
export function cutOut(
  image: GrayImage,
  box: Box,
  mask?: Pick<BreastMask, 'data' | 'width' | 'height' | 'factor'>,
): GrayImage {
  const data = new Uint16Array(box.width * box.height)
  for (let row = 0; row < box.height; row++) {
    const start = (box.y + row) * image.width + box.x
    data.set(image.data.subarray(start, start + box.width), row * box.width)
  }
  if (mask) blacken(data, box, mask)
  return { data, width: box.width, height: box.height }
}

/** Half a step of the mask in favor of the breast: losing skin is worse than keeping a rim of background. */
const edge = 0.4

function blacken(data: Uint16Array, box: Box, mask: Pick<BreastMask, 'data' | 'width' | 'height' | 'factor'>): void {
  const columns = Float64Array.from({ length: box.width }, (_, x) => toMask(box.x + x, mask.factor, mask.width))
  const lefts = Int32Array.from(columns)
  for (let row = 0; row < box.height; row++) {
    const y = toMask(box.y + row, mask.factor, mask.height)
    const y0 = Math.floor(y)
    const upper = y0 * mask.width
    const lower = Math.min(y0 + 1, mask.height - 1) * mask.width
    const fy = y - y0
    for (let column = 0, at = row * box.width; column < box.width; column++, at++) {
      const x0 = lefts[column]
      const x1 = Math.min(x0 + 1, mask.width - 1)
      const a = mask.data[upper + x0]
      const b = mask.data[upper + x1]
      const c = mask.data[lower + x0]
      const d = mask.data[lower + x1]
      const sum = a + b + c + d
      if (sum === 4) continue
      if (sum === 0) {
        data[at] = 0
        continue
      }
      const fx = columns[column] - x0
      const inside = (a * (1 - fx) + b * fx) * (1 - fy) + (c * (1 - fx) + d * fx) * fy
      if (inside < edge) data[at] = 0
    }
  }
}

/** Where the center of an image's pixel lies among the centers of the mask's pixels. */
function toMask(position: number, factor: number, size: number): number {
  return Math.min(size - 1, Math.max(0, (position + 0.5) / factor - 0.5))
}
