/** Parts of a mask that hang together. */
import type { Box } from '../gray-image.ts'
import { type BitMask, complement, toBits, toMask } from './bit-mask.ts'
import type { Mask } from './mask.ts'
import { Runs } from './runs.ts'

/** Keeps the largest 4-connected part of a mask; an empty mask stays empty. Of two of one size the upper one stays. */
export function largestComponent(mask: Mask): Mask {
  return toMask(largestPart(toBits(mask)))
}

/** Keeps the 4-connected parts of `mask` that touch a pixel of `seed`. */
export function reconstruct(mask: Mask, seed: Mask): Mask {
  return toMask(reconstructBits(toBits(mask), toBits(seed)))
}

/**
 * Adds the pixels outside that cannot reach the frame's edge.
 *
 * @param closedSide a side of the frame that does not count as an edge: dark spots cut by the chest wall are holes too
 */
export function fillHoles(mask: Mask, closedSide?: 'L' | 'R'): Mask {
  return toMask(fillHolesOfBits(toBits(mask), closedSide))
}

export function largestPart(mask: BitMask): BitMask {
  const runs = new Runs(mask)
  const areas = runs.areas()
  const marked = new Uint8Array(runs.count)
  let best = 0
  for (let part = 1; part < runs.count; part++) if (areas[part] > areas[best]) best = part
  if (runs.count > 0) marked[best] = 1
  return runs.select(marked)
}

export function reconstructBits(mask: BitMask, seed: BitMask): BitMask {
  const runs = new Runs(mask)
  const { firstOfRow, starts, ends, parts } = runs
  const marked = new Uint8Array(runs.count)
  for (let y = 0; y < mask.height; y++) {
    for (let run = firstOfRow[y]; run < firstOfRow[y + 1]; run++) {
      if (marked[parts[run]] === 0 && touches(seed, y, starts[run], ends[run])) marked[parts[run]] = 1
    }
  }
  return runs.select(marked)
}

/** Whether a mask has a pixel in a part of a row. */
function touches({ words, stride }: BitMask, y: number, start: number, end: number): boolean {
  const first = y * stride + (start >> 5)
  const last = y * stride + ((end - 1) >> 5)
  for (let index = first; index <= last; index++) {
    const from = index === first ? -1 << (start & 31) : -1
    const to = index === last ? -1 >>> (31 - ((end - 1) & 31)) : -1
    if ((words[index] & from & to) !== 0) return true
  }
  return false
}

export function fillHolesOfBits(mask: BitMask, closedSide?: 'L' | 'R'): BitMask {
  const { width, height } = mask
  const runs = new Runs(complement(mask))
  const { firstOfRow, starts, ends, parts } = runs
  const marked = new Uint8Array(runs.count)
  for (let y = 0; y < height; y++) {
    const isEdge = y === 0 || y === height - 1
    for (let run = firstOfRow[y]; run < firstOfRow[y + 1]; run++) {
      const isLeft = starts[run] === 0 && closedSide !== 'L'
      const isRight = ends[run] === width && closedSide !== 'R'
      if (isEdge || isLeft || isRight) marked[parts[run]] = 1
    }
  }
  return complement(runs.select(marked))
}

/** A 4-connected part of a mask. */
export interface Component {
  /** Pixels. */
  readonly area: number
  readonly box: Box
  /** The part alone. */
  bits(): BitMask
}

/** The 4-connected parts of a mask, from its first row to its last. */
export function componentsOf(mask: BitMask): Component[] {
  const runs = new Runs(mask)
  const { firstOfRow, starts, ends, parts } = runs
  const boxes = new Map<number, { left: number; right: number; top: number; bottom: number }>()
  for (let y = 0; y < mask.height; y++) {
    for (let run = firstOfRow[y]; run < firstOfRow[y + 1]; run++) {
      const box = boxes.get(parts[run])
      if (!box) {
        boxes.set(parts[run], { left: starts[run], right: ends[run], top: y, bottom: y + 1 })
        continue
      }
      box.left = Math.min(box.left, starts[run])
      box.right = Math.max(box.right, ends[run])
      box.bottom = y + 1
    }
  }
  const areas = runs.areas()
  return Array.from(boxes, ([part, { left, right, top, bottom }]) => ({
    area: areas[part],
    box: { x: left, y: top, width: right - left, height: bottom - top },
    bits: () => {
      const marked = new Uint8Array(runs.count)
      marked[part] = 1
      return runs.select(marked)
    },
  }))
}
