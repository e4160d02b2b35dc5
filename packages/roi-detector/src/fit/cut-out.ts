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
  const cells = cellsOf(columns)
  for (let row = 0; row < box.height; row++) {
    const y = toMask(box.y + row, mask.factor, mask.height)
    const y0 = Math.floor(y)
    const upper = y0 * mask.width
    const lower = Math.min(y0 + 1, mask.height - 1) * mask.width
    const fy = y - y0
    const start = row * box.width
    let left = mask.data[upper + cells.first] + mask.data[lower + cells.first]
    for (let cell = 0; cell + 1 < cells.starts.length; cell++) {
      const x0 = cells.first + cell
      const x1 = Math.min(x0 + 1, mask.width - 1)
      const right = mask.data[upper + x1] + mask.data[lower + x1]
      const inside = left + right
      left = right
      if (inside === 4) continue
      const from = cells.starts[cell]
      const end = cells.starts[cell + 1]
      if (inside === 0) {
        for (let at = start + from; at < start + end; at++) data[at] = 0
        continue
      }
      const a = mask.data[upper + x0]
      const b = mask.data[upper + x1]
      const c = mask.data[lower + x0]
      const d = mask.data[lower + x1]
      for (let column = from; column < end; column++) {
        const fx = columns[column] - x0
        const share = (a * (1 - fx) + b * fx) * (1 - fy) + (c * (1 - fx) + d * fx) * fy
        if (share < edge) data[start + column] = 0
      }
    }
  }
}

/** The columns between two of the mask's: where those right of mask column `first`, of the next one and so on begin, and where all end. */
function cellsOf(columns: Float64Array): { readonly first: number; readonly starts: readonly number[] } {
  const first = Math.floor(columns[0])
  const starts = [0]
  for (let column = 1; column < columns.length; column++) {
    while (first + starts.length <= columns[column]) starts.push(column)
  }
  return { first, starts: [...starts, columns.length] }
}

/** Where the center of an image's pixel lies among the centers of the mask's pixels. */
function toMask(position: number, factor: number, size: number): number {
  return Math.min(size - 1, Math.max(0, (position + 0.5) / factor - 0.5))
}
