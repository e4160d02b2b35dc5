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
  const background = new Background(mask, columns)
  return {
    width,
    height,
    read: (at, row) => {
      copy(at, row)
      background.blacken(row, toMask(y + at, mask.factor, mask.height))
    },
  }
}

/** Half a step of the mask in favor of the breast: losing skin is worse than keeping a rim of background. */
const edge = 0.4

/** What lies outside of a mask, between the same two of its rows for as many rows as its pixels are high. */
class Background {
  readonly #mask: EdgeMask
  /** Where each column of the cut lies among the mask's. */
  readonly #columns: Float64Array
  /** The first mask column left of a column, and where the columns right of it, of the next one and so on begin. */
  readonly #first: number
  readonly #starts: Int32Array
  #upper = -1
  /** Columns that are outside of the mask altogether: start and end, one after another. */
  #outside: number[] = []
  /** The mask columns left of its edges. */
  #edges: number[] = []

  constructor(mask: EdgeMask, columns: Float64Array) {
    this.#mask = mask
    this.#columns = columns
    this.#first = Math.floor(columns[0])
    const starts = [0]
    for (let column = 1; column < columns.length; column++) {
      while (this.#first + starts.length <= columns[column]) starts.push(column)
    }
    this.#starts = Int32Array.from([...starts, columns.length])
  }

  /** Blackens a row whose center lies at `y` among the mask's rows. */
  blacken(row: Uint16Array, y: number): void {
    const { data, width, height } = this.#mask
    const y0 = Math.floor(y)
    const upper = y0 * width
    const lower = Math.min(y0 + 1, height - 1) * width
    if (upper !== this.#upper) this.#divide(upper, lower)
    for (let i = 0; i < this.#outside.length; i += 2) row.fill(0, this.#outside[i], this.#outside[i + 1])
    const fy = y - y0
    for (const x0 of this.#edges) {
      const x1 = Math.min(x0 + 1, width - 1)
      const a = data[upper + x0]
      const b = data[upper + x1]
      const c = data[lower + x0]
      const d = data[lower + x1]
      const cell = x0 - this.#first
      for (let column = this.#starts[cell]; column < this.#starts[cell + 1]; column++) {
        const fx = this.#columns[column] - x0
        const share = (a * (1 - fx) + b * fx) * (1 - fy) + (c * (1 - fx) + d * fx) * fy
        if (share < edge) row[column] = 0
      }
    }
  }

  /** Finds what is outside between two rows of the mask, and its edges. */
  #divide(upper: number, lower: number): void {
    const { data, width } = this.#mask
    const starts = this.#starts
    const outside: number[] = []
    const edges: number[] = []
    let left = data[upper + this.#first] + data[lower + this.#first]
    for (let cell = 0; cell + 1 < starts.length; cell++) {
      const x0 = this.#first + cell
      const x1 = Math.min(x0 + 1, width - 1)
      const right = data[upper + x1] + data[lower + x1]
      const inside = left + right
      left = right
      if (inside === 4) continue
      if (inside > 0) edges.push(x0)
      else if (outside.at(-1) === starts[cell]) outside[outside.length - 1] = starts[cell + 1]
      else outside.push(starts[cell], starts[cell + 1])
    }
    this.#upper = upper
    this.#outside = outside
    this.#edges = edges
  }
}

/** Where the center of an image's pixel lies among the centers of the mask's pixels. */
function toMask(position: number, factor: number, size: number): number {
  return Math.min(size - 1, Math.max(0, (position + 0.5) / factor - 0.5))
}
