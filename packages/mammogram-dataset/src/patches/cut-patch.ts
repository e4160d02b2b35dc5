/** A square of an image about a place that is drawn: on a lesion, or on tissue without one. */
import { type AugmentationOptions, augment } from '@mammokit/augmentation'
import { createRandom, type Random } from '@mammokit/seeded-random'
import type { LesionBox } from './lesion-in-image.ts'

/** Where a patch is cut: about the middle of `box`, else anywhere on tissue where it does not touch `avoid`. */
export interface PatchPlace {
  readonly box?: LesionBox
  /** Largest shift of the patch from the middle of the box in each direction, pixels. @default 0 */
  readonly jitter?: number
  readonly avoid?: readonly LesionBox[]
}

/** An image of gray values of 16 bits. */
interface Source {
  readonly data: Uint16Array
  readonly width: number
  readonly height: number
}

/** Places are looked for on a grid of so many pixels. */
const step = 4

/** Largest value of 16 bits that is no tissue: 8 %. */
const dark = 5243

/**
 * Cuts `size` x `size` pixels out, of values 0 to 1, black outside the image; what turns and scales it works on twice that size, so that hardly
 * a corner is left black.
 *
 * @param seed of the place and of the augmentation
 */
export function cutPatch(
  image: Source,
  size: number,
  place: PatchPlace,
  { augmentation, seed }: { readonly augmentation: AugmentationOptions; readonly seed: number },
): Float32Array {
  const center = centerOf(image, size, place, createRandom(seed, 'patch'))
  if (Object.keys(augmentation).length === 0) return cut(image, center, size)
  const side = 2 * size
  const { data } = augment({ data: cut(image, center, side), width: side, height: side }, augmentation, seed)
  const first = (side - size) / 2
  const patch = new Float32Array(size * size)
  for (let y = 0; y < size; y++) {
    const from = (y + first) * side + first
    patch.set(data.subarray(from, from + size), y * size)
  }
  return patch
}

/** Whether some place of an image keeps a patch off `avoid`. */
export function hasRoom(
  image: { readonly width: number; readonly height: number },
  size: number,
  avoid: readonly LesionBox[],
): boolean {
  return avoid.length === 0 || freePlaces(image, size, avoid).length > 0
}

interface Point {
  readonly x: number
  readonly y: number
}

function centerOf(image: Source, size: number, { box, jitter = 0, avoid = [] }: PatchPlace, random: Random): Point {
  if (box !== undefined) {
    const moved = (from: number, to: number) => Math.round((from + to) / 2 + random.uniform(-jitter, jitter))
    return { x: moved(box.left, box.right), y: moved(box.top, box.bottom) }
  }
  const free = freePlaces(image, size, avoid)
  const tissue = free.filter(({ x, y }) => image.data[y * image.width + x]! > dark)
  return random.pick(tissue.length > 0 ? tissue : free)
}

function freePlaces(
  { width, height }: { readonly width: number; readonly height: number },
  size: number,
  avoid: readonly LesionBox[],
): Point[] {
  const half = size / 2
  const places: Point[] = []
  for (let y = 0; y < height; y += step) {
    for (let x = 0; x < width; x += step) {
      const touches = ({ left, top, right, bottom }: LesionBox) =>
        x + half > left && x - half < right && y + half > top && y - half < bottom
      if (!avoid.some(touches)) places.push({ x, y })
    }
  }
  return places
}

/** About the center, black outside. */
function cut({ data, width, height }: Source, center: Point, side: number): Float32Array {
  const patch = new Float32Array(side * side)
  const [left, top] = [center.x - side / 2, center.y - side / 2]
  const [from, to] = [Math.max(0, -left), Math.min(side, width - left)]
  for (let y = Math.max(0, -top); y < Math.min(side, height - top); y++) {
    const row = (y + top) * width + left
    for (let x = from; x < to; x++) patch[y * side + x] = data[row + x]! / 65_535
  }
  return patch
}
