import type { Box, GrayImage } from '../gray-image.ts'
import type { BreastMask } from '../mask/found-mask.ts'
import type { Rows } from './rows.ts'

type EdgeMask = Pick<BreastMask, 'data' | 'width' | 'height' | 'factor'>

/**
 * Cuts a box out of an image; with a mask, everything outside the breast becomes 0.
 *
 * The mask's edge is interpolated between its pixels (bilinear, inside from `edge` on), so that it is smooth at full size.
 */
export function cutOut(image: GrayImage, box: Box, mask?: EdgeMask): GrayImage {
  const { width, height, read } = cutRows(image, box, mask)
  const data = new Uint16Array(width * height)
  for (let y = 0; y < height; y++) read(y, data.subarray(y * width, (y + 1) * width))
  return { data, width, height }
}

/** The same row by row, without a copy of the box. */
export function cutRows(image: GrayImage, { x, y, width, height }: Box, mask?: EdgeMask): Rows {
  const copy = (at: number, row: Uint16Array) => {
    const start = (y + at) * image.width + x
    row.set(image.data.subarray(start, start + width))
  }
  if (!mask) return { width, height, read: copy }
  const columns = Float64Array.from({ length: width }, (_, at) => toMask(x + at, mask.factor, mask.width))
  const cells = cellsOf(columns)
  return {
    width,
    height,
    read: (at, row) => {
      copy(at, row)
      blacken(row, toMask(y + at, mask.factor, mask.height), mask, columns, cells)
    },
  }
}

/** Half a step of the mask in favor of the breast: losing skin is worse than keeping a rim of background. */
const edge = 0.4

/** Blackens a row whose center lies at `y` among the mask's rows. */
function blacken(row: Uint16Array, y: number, mask: EdgeMask, columns: Float64Array, cells: Cells): void {
  const { data, width, height } = mask
  const { starts } = cells
  const y0 = Math.floor(y)
  const upper = y0 * width
  const lower = Math.min(y0 + 1, height - 1) * width
  const fy = y - y0
  let left = data[upper + cells.first] + data[lower + cells.first]
  for (let cell = 0; cell + 1 < starts.length; cell++) {
    const x0 = cells.first + cell
    const x1 = Math.min(x0 + 1, width - 1)
    const right = data[upper + x1] + data[lower + x1]
    const inside = left + right
    left = right
    if (inside === 4) continue
    const from = starts[cell]
    const end = starts[cell + 1]
    if (inside === 0) {
      for (let at = from; at < end; at++) row[at] = 0
      continue
    }
    const a = data[upper + x0]
    const b = data[upper + x1]
    const c = data[lower + x0]
    const d = data[lower + x1]
    for (let column = from; column < end; column++) {
      const fx = columns[column] - x0
      const share = (a * (1 - fx) + b * fx) * (1 - fy) + (c * (1 - fx) + d * fx) * fy
      if (share < edge) row[column] = 0
    }
  }
}

interface Cells {
  readonly first: number
  readonly starts: Int32Array
}

/** The columns between two of the mask's: where those right of mask column `first`, of the next one and so on begin, and where all end. */
function cellsOf(columns: Float64Array): Cells {
  const first = Math.floor(columns[0])
  const starts = [0]
  for (let column = 1; column < columns.length; column++) {
    while (first + starts.length <= columns[column]) starts.push(column)
  }
  return { first, starts: Int32Array.from([...starts, columns.length]) }
}

/** Where the center of an image's pixel lies among the centers of the mask's pixels. */
function toMask(position: number, factor: number, size: number): number {
  return Math.min(size - 1, Math.max(0, (position + 0.5) / factor - 0.5))
}
