/** Skin that a threshold leaves outside although it is brighter than the air beside it: on films it fades away over a twentieth of the frame. */
import type { GrayImage } from '../gray-image.ts'
import { type BitMask, brighterThan, countBits, joinWith, keepWithin, takeAway, toBits } from './bit-mask.ts'
import { backgroundLevels, type Level } from './candidate-thresholds.ts'
import { reconstructBits } from './connected-components.ts'
import type { Mask } from './mask.ts'
import { dilateBits, openBits } from './morphology.ts'
import type { Separation } from './separate-breast.ts'

/** A mask that grows by more than this share has run into the background. */
const maxGrowth = 0.25

/** Of the contrast between air and tissue: below it a threshold is as low as it can be. */
const leastStep = 0.01

/**
 * Grows a mask into what lies between the level of the air outside and its threshold; what is brighter (markers, labels) was left out on purpose.
 *
 * @param reach how far from the mask, pixels
 * @param radius of the opening that the mask was made with, pixels
 * @param blocks what cannot be breast
 */
export function regrow(
  image: GrayImage,
  { mask, bits, area, threshold }: Pick<Separation, 'mask' | 'bits' | 'area' | 'threshold'>,
  reach: number,
  radius: number,
  blocks?: Mask,
): BitMask {
  const { histogram, insideMean } = airHistogram(image, mask, threshold, blocks)
  if (!histogram.some((count) => count > 0)) return bits
  // On a scanned film the darkest level is the scanner's bed, the highest is what lies beside the breast.
  const air = backgroundLevels(histogram, threshold).at(-1) as Level
  const contrast = insideMean - air.level
  const low = air.level + Math.max(1, 2.5 * air.noise, contrast / 60)
  if (low > threshold - leastStep * contrast) return bits
  const grown = brighterThan(image, low)
  takeAway(grown, brighterThan(image, threshold))
  if (blocks) takeAway(grown, toBits(blocks))
  keepWithin(grown, dilateBits(bits, reach))
  joinWith(grown, bits)
  // Skin is a band along the mask; what stands out from it is the unevenness of a film.
  const smooth = openBits(reconstructBits(grown, bits), 2 * radius)
  joinWith(smooth, bits)
  const whole = reconstructBits(smooth, bits)
  return countBits(whole) <= (1 + maxGrowth) * area ? whole : bits
}

/** Counts of the gray values up to the threshold outside of a mask, and the mean within it. */
function airHistogram({ data }: GrayImage, mask: Mask, threshold: number, blocks?: Mask) {
  const isInside = mask.data
  const isBlocked = blocks?.data
  const histogram = new Uint32Array(65_536)
  let [sum, count] = [0, 0]
  for (let at = 0; at < data.length; at++) {
    const value = data[at]
    if (isInside[at] === 1) {
      sum += value
      count++
    } else if (value <= threshold && (isBlocked === undefined || isBlocked[at] === 0)) histogram[value]++
  }
  return { histogram, insideMean: sum / count }
}
