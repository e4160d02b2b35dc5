/**
 * Morphological opening: a mask without what is thinner than a disc.
 *
 * Reference: Serra, "Image Analysis and Mathematical Morphology", 1982; distances by the chamfer of Borgefors, "Distance transformations
 * in digital images", Computer Vision, Graphics, and Image Processing 34, 1986: 3 to a neighbor, 4 to a diagonal one.
 */
import type { FrameSize } from './map-in-frame.ts'

/**
 * Takes the parts off that a disc of this radius does not fit into; a piece into which it fits nowhere stays whole.
 *
 * @param mask 1 within, 0 outside; [height * width]
 * @param radius pixels; what lies beyond the border counts as within
 */
export function openMask(mask: Uint8Array, { height, width }: FrameSize, radius: number): Uint8Array {
  if (radius < 1) return mask
  const frame = { height, width }
  const depth = distanceFrom(mask, 0, frame)
  const core = new Uint8Array(mask.length)
  for (let i = 0; i < mask.length; i++) core[i] = depth[i]! > 3 * radius ? 1 : 0
  const reach = distanceFrom(core, 1, frame)
  const whole = piecesWith(core, mask, frame)
  const opened = new Uint8Array(mask.length)
  for (let i = 0; i < mask.length; i++) {
    opened[i] = mask[i] === 1 && (reach[i]! <= 3 * radius || whole[i] === 0) ? 1 : 0
  }
  return opened
}

/** Three times the distance from the nearest pixel that has a value; pixels without any are far away. */
function distanceFrom(mask: Uint8Array, value: 0 | 1, { height, width }: FrameSize): Uint16Array {
  const far = 0xffff
  const distance = new Uint16Array(mask.length)
  const nearer = (at: number, other: number, step: number) => {
    const there = distance[other]! + step
    if (there < distance[at]!) distance[at] = there
  }
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      distance[at] = mask[at] === value ? 0 : far
      if (distance[at] === 0) continue
      if (x > 0) nearer(at, at - 1, 3)
      if (y === 0) continue
      nearer(at, at - width, 3)
      if (x > 0) nearer(at, at - width - 1, 4)
      if (x < width - 1) nearer(at, at - width + 1, 4)
    }
  }
  for (let y = height - 1, at = mask.length - 1; y >= 0; y--) {
    for (let x = width - 1; x >= 0; x--, at--) {
      if (distance[at] === 0) continue
      if (x < width - 1) nearer(at, at + 1, 3)
      if (y === height - 1) continue
      nearer(at, at + width, 3)
      if (x < width - 1) nearer(at, at + width + 1, 4)
      if (x > 0) nearer(at, at + width - 1, 4)
    }
  }
  return distance
}

/** 1 in each connected piece of the mask that has a pixel of the core. */
function piecesWith(core: Uint8Array, mask: Uint8Array, { width }: FrameSize): Uint8Array {
  const found = Uint8Array.from(core)
  const open: number[] = []
  for (let at = 0; at < core.length; at++) if (core[at] === 1) open.push(at)
  const reach = (at: number) => {
    if (mask[at] !== 1 || found[at] === 1) return
    found[at] = 1
    open.push(at)
  }
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const x = at % width
    if (x > 0) reach(at - 1)
    if (x < width - 1) reach(at + 1)
    reach(at - width)
    reach(at + width)
  }
  return found
}
