/** WebAssembly memory for an optimizer's moments, so that an update copies only the variable and its gradient. */

import { type AdamFactors, type AdamKernel, loadAdamKernel } from './adam-kernel.ts'
import { claimStorage } from './storage.ts'

/** Elements that are copied at a time: four such chunks fit the second-level cache. */
const pieceLength = 1 << 14
/** Maximum size of a WebAssembly memory, less a page. */
const maxBytes = 2 ** 32 - 65536

const memories = new WeakMap<ArrayBufferLike, AdamMemory>()
let roomless: AdamMemory | undefined

export class AdamMemory {
  private readonly kernel: AdamKernel
  private readonly buffer: ArrayBuffer
  private readonly pieces: readonly Float32Array[]
  private next: number

  /** The memory that contains an array; for other arrays one without capacity. */
  static of(array: Float32Array): AdamMemory {
    const memory = memories.get(array.buffer)
    if (memory !== undefined) return memory
    roomless ??= new AdamMemory([])
    return roomless
  }

  /** Memory with capacity for arrays of these lengths. The system commits it on first write. */
  constructor(lengths: readonly number[]) {
    this.next = 4 * 4 * pieceLength
    const wanted = lengths.reduce((sum, length) => sum + bytesFor(length), this.next)
    const { kernel, buffer } = loadAdamKernel(Math.min(wanted, maxBytes))
    this.kernel = kernel
    this.buffer = buffer
    this.pieces = [0, 1, 2, 3].map((i) => new Float32Array(buffer, 4 * i * pieceLength, pieceLength))
    memories.set(buffer, this)
  }

  /** An array of zeros in the memory, or outside it if there is no capacity left. */
  zeros(length: number): Float32Array {
    const start = this.next
    if (start + bytesFor(length) > this.buffer.byteLength) return claimStorage(new Float32Array(length))
    this.next += bytesFor(length)
    return claimStorage(new Float32Array(this.buffer, start, length))
  }

  /** Whether an array is in the memory. */
  holds(array: Float32Array): boolean {
    return array.buffer === this.buffer
  }

  /** Updates a variable, m and v in place; all four arrays have the same length. Arrays outside the memory are copied in and out in chunks. */
  update(targets: readonly Float32Array[], gradient: Float32Array, factors: AdamFactors): void {
    for (let start = 0; start < gradient.length; start += pieceLength) {
      const end = Math.min(start + pieceLength, gradient.length)
      const places = [...targets, gradient].map((array, i) => {
        if (this.holds(array)) return array.byteOffset + 4 * start
        this.pieces[i].set(array.subarray(start, end))
        return this.pieces[i].byteOffset
      })
      this.kernel(places, places[0] + 4 * (end - start), factors)
      for (const [i, array] of targets.entries())
        if (!this.holds(array)) array.set(this.pieces[i].subarray(0, end - start), start)
    }
  }
}

/** The kernel works on 16 bytes at a time. */
function bytesFor(length: number): number {
  return 16 * Math.ceil(length / 4)
}
