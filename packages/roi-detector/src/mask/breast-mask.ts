/**
 * The breast in a mammogram, without a model: a threshold just above the background, opened, its largest part, filled.
 *
 * The reference puts one fixed threshold, an opening of fixed size and the largest contour; here the threshold comes from the
 * background's own level and noise, the opening scales with the picture, and what the opening takes from the nipple and the
 * skin fold is given back.
 */
import type { GrayImage } from '../gray-image.ts'
import type { BreastMask, BreastMaskOptions, NoBreast } from './found-mask.ts'
import { searchMask } from './mask-search.ts'

/**
 * Finds the mask of the breast, or says why there is none; markers, labels and bright borders are outside.
 *
 * @param image gray uint16, 0 = black, the breast brighter than the background
 * @throws RoiError `invalid-image` where sizes and data do not fit
 * @example
 * const mask = breastMask(image)
 * if ('reason' in mask) throw new Error(mask.reason)
 * mask.box // { x: 0, y: 212, width: 1180, height: 2904 }
 */
export function breastMask(image: GrayImage, options: BreastMaskOptions = {}): BreastMask | NoBreast {
  return searchMask(image, options).best
}
