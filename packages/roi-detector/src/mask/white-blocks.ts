/** Even bright rectangles: unexposed film, name plates, the scanner's lamp beside the film. */
import type { GrayImage } from '../gray-image.ts'
import { brighterThan, countBits, emptyBits, joinWith, toMask } from './bit-mask.ts'
import { type Component, componentsOf, fillHolesOfBits } from './connected-components.ts'
import type { Mask } from './mask.ts'
import { dilateBits, openBits } from './morphology.ts'
import { rectangularity } from './rectangles.ts'

/** Nearly as bright as anything in the picture. */
const minLevel = 0.8
/** Smaller ones are markers, which an opening or the choice of the largest part leaves out. */
const minShare = 0.003
/** Saturated tissue is round or a triangle, and may fill nine tenths of its box; a block fills it. */
const minFill = 0.93
const maxShare = 0.25

/**
 * Finds the blocks of a picture.
 *
 * @param white the gray value that counts as full brightness: a high percentile of the picture
 * @returns a mask of them with a rim of two pixels, or nothing where there is none
 */
export function whiteBlocks(image: GrayImage, white: number): Mask | undefined {
  const { data, width, height } = image
  const bright = brighterThan(image, Math.ceil(minLevel * white) - 1)
  const count = countBits(bright)
  if (count < minShare * data.length || count > 0.6 * data.length) return undefined
  const blocks = componentsOf(fillHolesOfBits(openBits(bright, 2))).filter(
    (part) => part.area >= minShare * data.length && part.area <= maxShare * data.length && isBlock(part),
  )
  if (blocks.length === 0) return undefined
  const all = emptyBits(width, height)
  for (const block of blocks) joinWith(all, block.bits())
  return toMask(dilateBits(all, 2))
}

/** A rectangle, or a few that touch each other: a plate that lies on the strip of light beside a film. */
function isBlock({ area, box, bits }: Component): boolean {
  if (area >= minFill * box.width * box.height) return true
  return rectangularity(toMask(bits()), box, area) >= minFill
}
