/** The compiled sums of a resampling, and the memory that they work on. */
import { loadKernels, reserve, roundUp } from '../wasm/load-kernels.ts'
import type { Taps } from './taps.ts'

/** Room for one resampling: the next one takes the same. */
export interface ResampleSpace {
  /** A row of the source, to be written before it is narrowed. */
  readonly samples: Uint16Array
  /** Sums the source row into columns `from` to `to`, as one of the rows under the kernel; gives its brightest value. */
  narrowRow(place: number, from: number, to: number): number
  /** One of the rows that make a target row, and its weight. */
  addTerm(index: number, place: number, weight: number): void
  /** Columns `from` to `to` of the target row; it holds until the next one. */
  sumRows(terms: number, from: number, to: number): Uint16Array
}

/** @param places as many rows as lie under a kernel */
export function reserveSpace(sourceWidth: number, across: Taps, places: number): ResampleSpace {
  const kernels = loadKernels()
  const width = across.first.length
  const count = roundUp(across.count, 2)
  const stride = 8 * roundUp(width, 8)
  const { at, buffer } = reserve(kernels, {
    samples: 2 * roundUp(sourceWidth, 8),
    // A kernel with an odd number of weights looks one value further.
    values: 8 * roundUp(sourceWidth + 1, 8),
    first: 4 * width,
    weights: 8 * width * count,
    rows: stride * places,
    terms: 4 * places,
    termWeights: 8 * places,
    target: 2 * roundUp(width, 8),
  })
  new Int32Array(buffer, at.first, width).set(across.first)
  const padded = new Float64Array(buffer, at.weights, width * count)
  for (let column = 0; column < width; column++) {
    padded.set(across.weights.subarray(column * across.count, (column + 1) * across.count), column * count)
  }
  const sums = new Float64Array(buffer, at.rows, (stride / 8) * places)
  const addresses = new Uint32Array(buffer, at.terms, places)
  const factors = new Float64Array(buffer, at.termWeights, places)
  const output = new Uint16Array(buffer, at.target, width)
  return {
    samples: new Uint16Array(buffer, at.samples, sourceWidth),
    narrowRow: (place, from, to) => {
      const row = (place * stride) / 8
      sums.fill(0, row, row + stride / 8)
      if (from >= to) return 0
      const brightest = kernels.widenRow(at.samples, sourceWidth, at.values)
      kernels.sumColumns(at.values, at.first, at.weights, count, from, to, at.rows + place * stride)
      return brightest
    },
    addTerm: (index, place, weight) => {
      addresses[index] = at.rows + place * stride
      factors[index] = weight
    },
    sumRows: (used, from, to) => {
      kernels.sumRows(at.terms, at.termWeights, used, from & ~7, to, at.target)
      return output.subarray(from, to)
    },
  }
}
