/**
 * Opening and dilation of binary masks with a disc, 32 pixels at a time.
 *
 * The disc is that of Borgefors, "Distance transformations in digital images", CVGIP 34 (1986): its 3-4 chamfer distance, three
 * times the longer step and the shorter one once, is within 8 % of the Euclidean one. Beyond the frame lies nothing, so the frame's
 * edge erodes nothing: a breast is cut there, it does not end.
 */
import { loadKernels, reserve, roundUp } from '../wasm/load-kernels.ts'
import { type BitMask, clearBeyond, complement, emptyBits, toBits, toMask } from './bit-mask.ts'
import type { Mask } from './mask.ts'

/** Removes what a disc of `radius` pixels does not fit into. */
export function open(mask: Mask, radius: number): Mask {
  return toMask(openBits(toBits(mask), radius))
}

/** Keeps the pixels that are further than `radius` from the nearest pixel outside. */
export function erode(mask: Mask, radius: number): Mask {
  return toMask(erodeBits(toBits(mask), radius))
}

/** Adds the pixels within `radius` of the nearest pixel inside. */
export function dilate(mask: Mask, radius: number): Mask {
  return toMask(dilateBits(toBits(mask), radius))
}

export function openBits(mask: BitMask, radius: number): BitMask {
  return dilateBits(erodeBits(mask, radius), radius)
}

export function erodeBits(mask: BitMask, radius: number): BitMask {
  return complement(dilateBits(complement(mask), radius))
}

/** Adds a disc around each pixel of the mask's contour, as those within add nothing. */
export function dilateBits(mask: BitMask, radius: number): BitMask {
  const { words, stride, width, height } = mask
  const reach = Math.min(maxReach, Math.floor(3 * radius))
  if (reach < 0) return emptyBits(width, height)
  const kernels = loadKernels()
  const rowBytes = roundUp(4 * stride, 16)
  const size = rowBytes * height
  const { at, buffer } = reserve(kernels, { contour: size, grown: size, margin: 16, rows: 2 * (rowBytes + 16) })
  const rowWords = rowBytes / 4
  copyRows(contour(mask).words, stride, new Int32Array(buffer, at.contour, size / 4), rowWords, height)
  const inside = new Int32Array(buffer, at.grown, size / 4)
  copyRows(words, stride, inside, rowWords, height)
  kernels.dilate(at.contour, at.grown, rowBytes, width, height, reach, at.rows)
  const grown = emptyBits(width, height)
  copyRows(inside, rowWords, grown.words, stride, height)
  clearBeyond(grown, stride)
  return grown
}

/** Further than any picture's sides. */
const maxReach = 2 ** 24

function copyRows(from: Int32Array, fromStride: number, into: Int32Array, intoStride: number, height: number): void {
  const length = Math.min(fromStride, intoStride)
  for (let y = 0; y < height; y++) {
    for (let i = 0; i < length; i++) into[y * intoStride + i] = from[y * fromStride + i]
  }
}

/** The pixels of a mask with one outside among their eight neighbors; there is none beyond the frame. */
function contour(mask: BitMask): BitMask {
  const { words, stride, width, height } = mask
  const around = emptyBits(width, height)
  // Where a pixel and both beside it are inside; the last pixel's neighbor is beyond the frame.
  const across = new Int32Array(words.length)
  const beyond = width % 32 === 0 ? 0 : -1 << (width % 32)
  for (let row = 0; row < words.length; row += stride) {
    let before = -1
    let here = stride === 1 ? words[row] | beyond : words[row]
    for (let index = 0; index < stride; index++) {
      const isLast = index + 1 === stride
      const after = isLast ? -1 : index + 2 === stride ? words[row + index + 1] | beyond : words[row + index + 1]
      across[row + index] = here & ((here << 1) | (before >>> 31)) & ((here >>> 1) | (after << 31))
      before = here
      here = after
    }
  }
  for (let y = 0; y < height; y++) {
    const above = y > 0 ? -stride : 0
    const below = y + 1 < height ? stride : 0
    for (let index = y * stride; index < (y + 1) * stride; index++) {
      around.words[index] = words[index] & ~(across[index] & across[index + above] & across[index + below])
    }
  }
  return around
}
