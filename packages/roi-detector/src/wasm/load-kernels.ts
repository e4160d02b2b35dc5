/** The compiled kernels and their memory, which whoever calls them next has for itself. */
import { compiledKernels } from './compiled-kernels.ts'

/** Addresses are in bytes. Reference: the files of source. */
export interface Kernels {
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
  shrinkRow(samples: number, width: number, rows: number, blockWidth: number, columns: number, means: number): void
  sumRows(rows: number, weights: number, count: number, from: number, to: number, samples: number): void
  brighterThan(samples: number, width: number, height: number, level: number, bits: number, stride: number): void
  dilate(
    contour: number,
    grown: number,
    stride: number,
    width: number,
    height: number,
    reach: number,
    row: number,
  ): void
}

let kernels: Kernels | undefined

/** Small enough to be compiled at once, on the main thread of a page too. */
export function loadKernels(): Kernels {
  if (!kernels) {
    const bytes = Uint8Array.from(atob(compiledKernels), (character) => character.charCodeAt(0))
    kernels = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as Kernels
  }
  return kernels
}

const pageBytes = 65_536

/** The address of each part of so many bytes, one after another, and the memory, which is 0 there. */
export function reserve<Part extends string>(
  { memory }: Kernels,
  parts: Readonly<Record<Part, number>>,
): { readonly at: Readonly<Record<Part, number>>; readonly buffer: ArrayBuffer } {
  let end = 0
  const at = {} as Record<Part, number>
  for (const part in parts) {
    at[part] = end
    end = roundUp(end + parts[part], 16)
  }
  const missing = end - memory.buffer.byteLength
  if (missing > 0) memory.grow(Math.ceil(missing / pageBytes))
  const { buffer } = memory
  new Uint8Array(buffer, 0, end).fill(0)
  return { at, buffer }
}

export const roundUp = (value: number, step: number) => step * Math.ceil(value / step)
