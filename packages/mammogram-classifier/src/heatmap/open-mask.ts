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
  const stride = width + 2
  const distance = new Uint16Array(stride * (height + 2)).fill(far)
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0, at = (y + 1) * stride + 1; x < width; x++, i++, at++) {
      if (mask[i] === value) distance[at] = 0
      else {
        const near = Math.min(distance[at - 1]!, distance[at - stride]!) + 3
        const diagonal = Math.min(distance[at - stride - 1]!, distance[at - stride + 1]!) + 4
        distance[at] = Math.min(near, diagonal, far)
      }
    }
  }
  const inner = new Uint16Array(mask.length)
  for (let y = height - 1, i = mask.length - 1; y >= 0; y--) {
    for (let x = width - 1, at = (y + 1) * stride + width; x >= 0; x--, i--, at--) {
      const near = Math.min(distance[at + 1]!, distance[at + stride]!) + 3
      const diagonal = Math.min(distance[at + stride + 1]!, distance[at + stride - 1]!) + 4
      inner[i] = distance[at] = Math.min(distance[at]!, near, diagonal)
    }
  }
  return inner
}

/** 1 in each connected piece of the mask that has a pixel of the core. */
function piecesWith(core: Uint8Array, mask: Uint8Array, { width }: FrameSize): Uint8Array {
  const found = Uint8Array.from(core)
  const open = new Int32Array(mask.length)
  let waiting = 0
  for (let at = 0; at < core.length; at++) if (core[at] === 1) open[waiting++] = at
  const reach = (at: number) => {
    if (mask[at] !== 1 || found[at] === 1) return
    found[at] = 1
    open[waiting++] = at
  }
  while (waiting > 0) {
    const at = open[--waiting]!
    const x = at % width
    if (x > 0) reach(at - 1)
    if (x < width - 1) reach(at + 1)
    reach(at - width)
    reach(at + width)
  }
  return found
}
