/** A picture and a threshold to a mask of the breast: opened, its largest part, what belongs to it, filled. */
import type { GrayImage } from '../gray-image.ts'
import { fillHoles, largestComponent, reconstruct } from './connected-components.ts'
import { boundingBox, chestWallSide, maskArea } from './mask-shape.ts'
import { dilate, type Mask, open } from './morphology.ts'
import { isEven } from './uneven-light.ts'

export interface Separation {
  readonly mask: Mask
  readonly threshold: number
  /** Whether the mask runs into the background. */
  readonly leaks: boolean
}

/** The masks of a picture at ascending thresholds, each made when it is first asked for. */
export class Separations {
  readonly #image: GrayImage
  readonly #thresholds: readonly number[]
  readonly #radius: number
  readonly #blocks: Mask | undefined
  readonly #made: Separation[] = []

  /**
   * @param radius of the opening, pixels
   * @param blocks what cannot be breast
   */
  constructor(image: GrayImage, thresholds: readonly number[], radius: number, blocks: Mask | undefined) {
    this.#image = image
    this.#thresholds = thresholds
    this.#radius = radius
    this.#blocks = blocks
  }

  get count(): number {
    return this.#thresholds.length
  }

  at(index: number): Separation {
    this.#made[index] ??= this.#separate(this.#thresholds[index])
    return this.#made[index]
  }

  /** The first whose mask leaks neither into the background nor into an even part of it, such as bare film; else the last. */
  first(): Separation {
    let index = 0
    while (index + 1 < this.count && (this.at(index).leaks || this.#holdsBareFilm(index))) index++
    return this.at(index)
  }

  /** What a smaller mask drops is even: air or bare film, not tissue. */
  dropsOnlyAir(from: Separation, to: Separation): boolean {
    const dropped = { ...from.mask, data: from.mask.data.map((inside, at) => inside & ~to.mask.data[at]) }
    return isEven(this.#image, dropped, to.mask)
  }

  #holdsBareFilm(index: number): boolean {
    const here = this.at(index)
    const box = boundingBox(here.mask)
    const area = maskArea(here.mask)
    // A breast is round: only what fills its box is looked at twice.
    if (area < 0.85 * box.width * box.height) return false
    const next = this.at(index + 1)
    return maskArea(next.mask) < 0.92 * area && this.dropsOnlyAir(here, next)
  }

  #separate(threshold: number): Separation {
    const { data, width, height } = this.#image
    const blocked = this.#blocks?.data
    const above: Mask = { data: new Uint8Array(data.length), width, height }
    for (let at = 0; at < data.length; at++) if (data[at] > threshold && blocked?.[at] !== 1) above.data[at] = 1
    const core = largestComponent(open(above, this.#radius))
    // The opening rounds off the nipple and thin folds of skin: what hangs together with the core within three radii comes back.
    const near = dilate(core, 3 * this.#radius)
    for (let at = 0; at < data.length; at++) near.data[at] &= above.data[at]
    const breast = reconstruct(near, core)
    const mask = fillHoles(breast, chestWallSide(breast).side)
    return { mask, threshold, leaks: leaks(mask) }
  }
}

/** A mask that takes nearly the whole frame, or most of both its left and right edge, is background too. */
function leaks(mask: Mask): boolean {
  const { data, width, height } = mask
  let left = 0
  let right = 0
  for (let y = 0; y < height; y++) {
    left += data[y * width]
    right += data[y * width + width - 1]
  }
  return Math.min(left, right) > 0.6 * height || maskArea(mask) > 0.97 * width * height
}
