/**
 * Opening and dilation of binary masks with a disc, 32 pixels at a time.
 *
 * The disc is that of Borgefors, "Distance transformations in digital images", CVGIP 34 (1986): its 3-4 chamfer distance, three
 * times the longer step and the shorter one once, is within 8 % of the Euclidean one. Beyond the frame lies nothing, so the frame's
 * edge erodes nothing: a breast is cut there, it does not end.
 */
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

/**
 * Adds a disc around each pixel of the mask's contour, as those within add nothing: each row of it widens step by step to the rows of
 * the disc, from its ends to its middle, and is added to the rows that are so far away.
 */
export function dilateBits(mask: BitMask, radius: number): BitMask {
  const { stride, width, height } = mask
  const grown = { ...mask, words: mask.words.slice() }
  const { words } = contour(mask)
  const reach = Math.floor(3 * radius)
  const rows = Math.min(height - 1, Math.floor(reach / 3))
  let wide = new Int32Array(stride)
  let wider = new Int32Array(stride)
  for (let y = 0; y < height; y++) {
    const row = y * stride
    let first = 0
    let end = stride
    while (first < end && words[row + first] === 0) first++
    if (first === end) continue
    while (words[row + end - 1] === 0) end--
    // Beyond `first` and `end` both are 0: that is what comes in when a row is moved.
    wide.fill(0)
    wider.fill(0)
    for (let index = first; index < end; index++) wide[index] = words[row + index]
    let half = 0
    for (let away = rows; away >= 0; away--) {
      const wanted = halfWidth(reach, away)
      while (half < wanted && half < width) {
        const by = Math.min(wanted - half, 2 * half + 1, 31)
        first = Math.max(0, first - 1)
        end = Math.min(stride, end + 1)
        widen(wide, wider, first, end, by)
        ;[wide, wider] = [wider, wide]
        half += by
      }
      if (y >= away) add(wide, first, end, grown.words, row - away * stride)
      if (away > 0 && y + away < height) add(wide, first, end, grown.words, row + away * stride)
    }
  }
  clearBeyond(grown, stride)
  return grown
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

/** Longest step to the side within a disc, so many rows from its middle. */
function halfWidth(reach: number, away: number): number {
  const rest = reach - 3 * away
  return rest < away ? rest : Math.floor((reach - away) / 3)
}

/** A row and its copies moved by 1 to 31 pixels to both sides. */
function widen(from: Int32Array, into: Int32Array, first: number, end: number, by: number): void {
  const back = 32 - by
  let before = 0
  let here = from[first]
  for (let index = first; index < end; index++) {
    const after = index + 1 < from.length ? from[index + 1] : 0
    into[index] = here | (here << by) | (before >>> back) | (here >>> by) | (after << back)
    before = here
    here = after
  }
}

function add(row: Int32Array, first: number, end: number, words: Int32Array, start: number): void {
  for (let index = first; index < end; index++) words[start + index] |= row[index]
}
