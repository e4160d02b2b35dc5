/** Masks of one bit a pixel: what is done to a word is done to 32 pixels. */
import type { GrayImage } from '../gray-image.ts'
import { loadKernels, reserve } from '../wasm/load-kernels.ts'
import type { Mask } from './mask.ts'

/** Pixel x of row y is bit x % 32 of word y * stride + floor(x / 32); the bits beyond a row's last pixel are 0. */
export interface BitMask {
  readonly words: Int32Array
  /** Words of a row. */
  readonly stride: number
  readonly width: number
  readonly height: number
}

export function emptyBits(width: number, height: number): BitMask {
  const stride = (width + 31) >> 5
  return { words: new Int32Array(stride * height), stride, width, height }
}

/** The pixels that are brighter than a level. */
export function brighterThan({ data, width, height }: GrayImage, level: number): BitMask {
  const bits = emptyBits(width, height)
  const { words, stride } = bits
  const limit = Math.floor(level)
  if (limit < 0) return complement(bits)
  if (limit >= 65_535) return bits
  const kernels = loadKernels()
  const { at, buffer } = reserve(kernels, { samples: data.byteLength + 32, bits: words.byteLength })
  new Uint16Array(buffer, at.samples, data.length).set(data)
  kernels.brighterThan(at.samples, width, height, limit, at.bits, 4 * stride)
  words.set(new Int32Array(buffer, at.bits, words.length))
  clearBeyond(bits, stride)
  return bits
}

export function toBits({ data, width, height }: Mask): BitMask {
  const bits = emptyBits(width, height)
  const { words } = bits
  for (let y = 0, at = 0, index = 0; y < height; y++) {
    for (const rowEnd = at + width; at < rowEnd; index++) {
      const end = Math.min(rowEnd, at + 32)
      let word = 0
      for (let bit = 0; at < end; at++, bit++) word |= data[at] << bit
      words[index] = word
    }
  }
  return bits
}

export function toMask({ words, stride, width, height }: BitMask): Mask {
  const data = new Uint8Array(width * height)
  for (let y = 0; y < height; y++) {
    for (let index = y * stride, at = y * width; index < (y + 1) * stride; index++, at += 32) {
      const word = words[index]
      if (word === -1) data.fill(1, at, at + 32)
      else for (let rest = word; rest !== 0; rest &= rest - 1) data[at + 31 - Math.clz32(rest & -rest)] = 1
    }
  }
  return { data, width, height }
}

/** The pixels outside of a mask. */
export function complement({ words, stride, width, height }: BitMask): BitMask {
  const bits = emptyBits(width, height)
  for (let index = 0; index < words.length; index++) bits.words[index] = ~words[index]
  clearBeyond(bits, stride)
  return bits
}

/** Clears the bits beyond each row's last pixel. */
export function clearBeyond({ words, width }: BitMask, stride: number): void {
  if (width % 32 === 0) return
  const inside = (1 << (width % 32)) - 1
  for (let last = stride - 1; last < words.length; last += stride) words[last] &= inside
}

/** Takes away the pixels that are not in another mask, in place. */
export function keepWithin({ words }: BitMask, other: BitMask): void {
  for (let index = 0; index < words.length; index++) words[index] &= other.words[index]
}

/** Takes away the pixels of another mask, in place. */
export function takeAway({ words }: BitMask, other: BitMask): void {
  for (let index = 0; index < words.length; index++) words[index] &= ~other.words[index]
}

/** Adds the pixels of another mask, in place. */
export function joinWith({ words }: BitMask, other: BitMask): void {
  for (let index = 0; index < words.length; index++) words[index] |= other.words[index]
}

/** Number of pixels inside. */
export function countBits({ words }: BitMask): number {
  let count = 0
  for (let index = 0; index < words.length; index++) count += bitsOf(words[index])
  return count
}

/** Reference: Warren, "Hacker's Delight", 2nd edition, figure 5-2. */
export function bitsOf(word: number): number {
  let sum = word - ((word >>> 1) & 0x5555_5555)
  sum = (sum & 0x3333_3333) + ((sum >>> 2) & 0x3333_3333)
  return Math.imul((sum + (sum >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24
}
