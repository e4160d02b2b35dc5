/** The compiled sums of a resampling, and the memory that they work on. */
import { compiledKernels } from './compiled-kernels.ts'
import type { Taps } from './taps.ts'

/** Reference: wasm/resample-kernels.ts. */
interface Kernels {
  readonly memory: WebAssembly.Memory
  widenRow(samples: number, width: number, values: number): number
  sumColumns(
    values: number,
    first: number,
    weights: number,
    count: number,
    from: number,
    to: number,
    sums: number,
  ): void
  sumRows(rows: number, weights: number, count: number, from: number, to: number, samples: number): void
}

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

let kernels: Kernels | undefined

/** Small enough to be compiled at once, on the main thread of a page too. */
function loadKernels(): Kernels {
  const bytes = Uint8Array.from(atob(compiledKernels), (character) => character.charCodeAt(0))
  return new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as Kernels
}

const pageBytes = 65_536
const roundUp = (value: number, step: number) => step * Math.ceil(value / step)

/** @param places as many rows as lie under a kernel */
export function reserveSpace(sourceWidth: number, across: Taps, places: number): ResampleSpace {
  kernels ??= loadKernels()
  const { memory, widenRow, sumColumns, sumRows } = kernels
  const width = across.first.length
  const count = roundUp(across.count, 2)
  const stride = 8 * roundUp(width, 8)
  let end = 0
  const reserve = (bytes: number) => {
    const start = end
    end = roundUp(end + bytes, 16)
    return start
  }
  const samples = reserve(2 * roundUp(sourceWidth, 8))
  // A kernel with an odd number of weights looks one value further.
  const values = reserve(8 * roundUp(sourceWidth + 1, 8))
  const first = reserve(4 * width)
  const weights = reserve(8 * width * count)
  const rows = reserve(stride * places)
  const terms = reserve(4 * places)
  const termWeights = reserve(8 * places)
  const target = reserve(2 * roundUp(width, 8))
  const missing = end - memory.buffer.byteLength
  if (missing > 0) memory.grow(Math.ceil(missing / pageBytes))
  const { buffer } = memory

  new Uint8Array(buffer, 0, end).fill(0)
  new Int32Array(buffer, first, width).set(across.first)
  const padded = new Float64Array(buffer, weights, width * count)
  for (let column = 0; column < width; column++) {
    padded.set(across.weights.subarray(column * across.count, (column + 1) * across.count), column * count)
  }
  const sums = new Float64Array(buffer, rows, (stride / 8) * places)
  const addresses = new Uint32Array(buffer, terms, places)
  const factors = new Float64Array(buffer, termWeights, places)
  const output = new Uint16Array(buffer, target, width)
  return {
    samples: new Uint16Array(buffer, samples, sourceWidth),
    narrowRow: (place, from, to) => {
      const row = (place * stride) / 8
      sums.fill(0, row, row + stride / 8)
      if (from >= to) return 0
      const brightest = widenRow(samples, sourceWidth, values)
      sumColumns(values, first, weights, count, from, to, rows + place * stride)
      return brightest
    },
    addTerm: (index, place, weight) => {
      addresses[index] = rows + place * stride
      factors[index] = weight
    },
    sumRows: (used, from, to) => {
      sumRows(terms, termWeights, used, from & ~7, to, target)
      return output.subarray(from, to)
    },
  }
}
