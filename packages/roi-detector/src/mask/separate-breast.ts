/** A picture and a threshold to a mask of the breast: opened, its largest part, what belongs to it, filled. */
import type { GrayImage } from '../gray-image.ts'
import { type BitMask, brighterThan, countBits, keepWithin, takeAway, toBits, toMask } from './bit-mask.ts'
import { fillHolesOfBits, largestPart, reconstructBits } from './connected-components.ts'
import type { Mask } from './mask.ts'
import { boundingBox, chestWallSide, countColumns } from './mask-shape.ts'
import { dilateBits, openBits } from './morphology.ts'
import { maxUnevenness, unevenness } from './uneven-light.ts'

export interface Separation {
  readonly mask: Mask
  /** The same, and the number of pixels inside. */
  readonly bits: BitMask
  readonly area: number
  readonly threshold: number
  /** Whether the mask runs into the background. */
  readonly leaks: boolean
}

/** Skin fades away over a twentieth of the frame: the diameter of a disc that fits into bare film and not into that band, by the opening's radius. */
const bandRadius = 3

/** Share of what is dropped into which that disc fits. */
const minBroad = 0.5

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

  /**
   * What a smaller mask drops is even, and most of it no band along the mask: air or bare film, not tissue. Between two thresholds that
   * lie close to each other dim skin is as even.
   */
  dropsOnlyAir(from: Separation, to: Separation): boolean {
    const dropped = { ...from.bits, words: from.bits.words.slice() }
    takeAway(dropped, to.bits)
    const broad = countBits(openBits(dropped, bandRadius * this.#radius))
    if (broad <= minBroad * countBits(dropped)) return false
    return (unevenness(this.#image, toMask(dropped), to.mask) ?? Number.POSITIVE_INFINITY) < maxUnevenness
  }

  #holdsBareFilm(index: number): boolean {
    const here = this.at(index)
    const box = boundingBox(here.bits)
    // A breast is round: only what fills its box is looked at twice.
    if (here.area < 0.85 * box.width * box.height) return false
    const next = this.at(index + 1)
    return next.area < 0.92 * here.area && this.dropsOnlyAir(here, next)
  }

  #separate(threshold: number): Separation {
    const above = brighterThan(this.#image, threshold)
    if (this.#blocks) takeAway(above, toBits(this.#blocks))
    const core = largestPart(openBits(above, this.#radius))
    // The opening rounds off the nipple and thin folds of skin: what hangs together with the core within three radii comes back.
    const near = dilateBits(core, 3 * this.#radius)
    keepWithin(near, above)
    const breast = reconstructBits(near, core)
    const bits = fillHolesOfBits(breast, chestWallSide(breast).side)
    const area = countBits(bits)
    return { mask: toMask(bits), bits, area, threshold, leaks: leaks(bits, area) }
  }
}

/** A mask that takes nearly the whole frame, or most of both its left and right edge, is background too. */
function leaks(bits: BitMask, area: number): boolean {
  const { width, height } = bits
  const left = countColumns(bits, 0, 1)
  const right = countColumns(bits, width - 1, width)
  return Math.min(left, right) > 0.6 * height || area > 0.97 * width * height
}
