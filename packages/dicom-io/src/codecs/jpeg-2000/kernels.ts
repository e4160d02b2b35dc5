/** The kernels, WebAssembly compiled from AssemblyScript, and the memory that they and the caller share. */
import { readCappedWasm } from '../capped-wasm.ts'

interface KernelExports {
  readonly memory: WebAssembly.Memory
  /** Where the memory begins that is the caller's. */
  readonly memoryStart: { readonly value: number }
  decodeCodeBlock(
    input: number,
    length: number,
    width: number,
    height: number,
    planes: number,
    passes: number,
    orientation: number,
  ): void
  writeCodeBlock(output: number, stride: number, width: number, height: number): void
  writeRealCodeBlock(output: number, stride: number, width: number, height: number, step: number): void
  joinRow(low: number, lows: number, high: number, highs: number, parity: number, even: number, output: number): void
  liftEvenRow(row: number, above: number, below: number, width: number): void
  liftOddRow(row: number, above: number, below: number, width: number): void
  halveRow(row: number, width: number): void
  joinRealRow(
    low: number,
    lows: number,
    high: number,
    highs: number,
    parity: number,
    scratch: number,
    stride: number,
    kind: number,
    output: number,
  ): void
  liftRealRow(row: number, above: number, below: number, width: number, step: number): void
  restoreColors(first: number, second: number, third: number, output: number, stride: number, width: number): void
  restoreRealColors(first: number, second: number, third: number, output: number, stride: number, width: number): void
  shiftRealLevel(input: number, output: number, width: number, level: number, lowest: number, highest: number): void
  shiftLevel(input: number, output: number, width: number, level: number, lowest: number, highest: number): void
}

/** Bytes that the kernels read and write before and after a row, and after the bytes of a code-block. */
const [before, after, afterInput] = [16, 32, 16]

export async function loadKernels(): Promise<Kernels> {
  const { instance } = await WebAssembly.instantiate(await readCappedWasm('jpeg-2000'))
  return new Kernels(instance.exports as KernelExports)
}

/** Addresses are bytes of {@link HEAPU8}. */
export class Kernels {
  readonly run: KernelExports
  #end: number

  constructor(exports: KernelExports) {
    this.run = exports
    this.#end = exports.memoryStart.value
  }

  get HEAPU8(): Uint8Array {
    return new Uint8Array(this.run.memory.buffer)
  }

  /** Gives back all memory that was reserved. */
  release(): void {
    this.#end = this.run.memoryStart.value
  }

  /** @throws {RangeError} where there is no more memory. */
  reserve(bytes: number): number {
    const address = this.#end
    this.#end += Math.ceil(bytes / 16) * 16
    const missing = this.#end - this.run.memory.buffer.byteLength
    if (missing > 0) this.run.memory.grow(Math.ceil(missing / 65_536))
    return address
  }

  /** Reserves `count` rows of 32-bit samples, as far apart as {@link strideOf} says. */
  reserveRows(count: number, width: number): number {
    return this.reserve(before + count * strideOf(width) + after) + before
  }

  clear(address: number, bytes: number): void {
    this.HEAPU8.fill(0, address, address + bytes)
  }

  /** Puts bytes one after the other behind all that is reserved, where a code-block is decoded from. */
  putInput(segments: readonly Uint8Array[]): { readonly address: number; readonly length: number } {
    const length = segments.reduce((sum, segment) => sum + segment.length, 0)
    const address = this.#end
    this.reserve(length + afterInput)
    this.#end = address
    let at = address
    for (const segment of segments) {
      this.HEAPU8.set(segment, at)
      at += segment.length
    }
    return { address, length }
  }

  /** The samples of a row; not valid any more when more memory is reserved. */
  samplesAt(address: number, width: number): Int32Array {
    return new Int32Array(this.run.memory.buffer, address, width)
  }
}

export function strideOf(width: number): number {
  return width * 4 + before + after
}
