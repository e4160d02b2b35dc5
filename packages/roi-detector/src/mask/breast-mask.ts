/**
 * The breast in a mammogram, without a model: a threshold just above the background, opened, its largest part, filled.
 *
 * The reference puts one fixed threshold, an opening of fixed size and the largest contour; here the threshold comes from the
 * background's own level and noise, the opening scales with the picture, and what the opening takes from the nipple and the
 * skin fold is given back.
 */
import { type Box, checkImage, type GrayImage, type Side } from '../gray-image.ts'
import { brightBorders, cutBorders, pasteInto } from './bright-borders.ts'
import { candidateThresholds } from './candidate-thresholds.ts'
import { grayHistogram, isConstant, percentile } from './gray-histogram.ts'
import { boundingBox, chestWallSide, maskArea } from './mask-shape.ts'
import type { Mask } from './morphology.ts'
import { separateBreast } from './separate-breast.ts'
import { shrink } from './shrink.ts'

export interface BreastMaskOptions {
  /** The longer side of the copy that is analyzed, pixels, >= 64. @default 1024 */
  readonly analysisSize?: number
  /** Brightest share of the pixels that Otsu's threshold does not see (markers, hot pixels), 0 to 0.5. @default 0.005 */
  readonly brightOutliers?: number
  /** Radius of the opening by the longer side of the frame, 0 to 0.1. @default 0.008 */
  readonly openingRadius?: number
  /** Least share of the frame that a breast covers, 0 to 1. @default 0.02 */
  readonly minArea?: number
  /** Least `score` of a mask, 0 to 1: below it the "breast" is noise. @default 0.1 */
  readonly minScore?: number
}

/** A mask of the breast, in pixels of an analyzed copy that is `factor` times smaller than the image. */
export interface BreastMask extends Mask {
  readonly factor: number
  /** Smallest box around the mask, pixels of the image. */
  readonly box: Box
  /** Share of the frame inside the mask, 0 to 1. */
  readonly area: number
  /** Values above this one belonged to the breast or to what is bright beside it. */
  readonly threshold: number
  /** Share of the gray values' variance that "inside or outside" explains, 0 to 1; low where the breast hardly stands out. */
  readonly score: number
  /** Side on which the mask meets the chest wall, and how clear that is: 0 (a tie) to 1. */
  readonly side: Side
  readonly sideConfidence: number
}

/** No breast was found; `reason` says why in a few words. */
export interface NoBreast {
  readonly reason: string
}

export const breastMaskDefaults: Required<BreastMaskOptions> = {
  analysisSize: 1024,
  brightOutliers: 0.005,
  openingRadius: 0.008,
  minArea: 0.02,
  minScore: 0.1,
}

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
  checkImage(image)
  const { analysisSize, brightOutliers, openingRadius, minArea, minScore } = { ...breastMaskDefaults, ...options }
  const factor = Math.max(1, Math.round(Math.max(image.width, image.height) / analysisSize))
  const small = shrink(image, factor)

  const all = grayHistogram(small)
  if (isConstant(all)) return { reason: 'constant image' }
  const borders = brightBorders(small, percentile(all, 1 - brightOutliers))
  const inner = cutBorders(small, borders)
  if (inner.width < 8 || inner.height < 8) return { reason: `only ${inner.width} x ${inner.height} pixels to look at` }

  const histogram = inner.data === small.data ? all : grayHistogram(inner)
  histogram.fill(0, percentile(histogram, 1 - brightOutliers) + 1)
  if (isConstant(histogram)) return { reason: 'constant image' }
  // Below two pixels an opening does not even remove noise.
  const radius = Math.max(2, openingRadius * Math.max(inner.width, inner.height))
  const found = separateBreast(inner, candidateThresholds(histogram), radius)

  const area = maskArea(found.mask) / (small.width * small.height)
  if (area < minArea) return { reason: `largest bright part covers ${(100 * area).toFixed(1)} % of the frame` }
  if (found.leaks) return { reason: 'breast and background have the same brightness' }
  const score = explainedVariance(inner, found.mask)
  if (score < minScore) return { reason: `breast and background differ too little, score ${score.toFixed(3)}` }
  const mask = pasteInto(small, borders, found.mask)
  return {
    ...mask,
    factor,
    box: enlarge(boundingBox(mask), factor, image),
    area,
    threshold: found.threshold,
    score,
    ...chestWallSide(mask),
  }
}

/** The last blocks of a shrunken copy may reach beyond the image. */
function enlarge({ x, y, width, height }: Box, factor: number, frame: { width: number; height: number }): Box {
  return {
    x: x * factor,
    y: y * factor,
    width: Math.min(frame.width, (x + width) * factor) - x * factor,
    height: Math.min(frame.height, (y + height) * factor) - y * factor,
  }
}

function explainedVariance({ data }: GrayImage, mask: Mask): number {
  let inside = 0
  let insideSum = 0
  let sum = 0
  let squares = 0
  for (let at = 0; at < data.length; at++) {
    const value = data[at]
    sum += value
    squares += value * value
    if (mask.data[at] === 1) {
      inside++
      insideSum += value
    }
  }
  const outside = data.length - inside
  const variance = squares / data.length - (sum / data.length) ** 2
  if (inside === 0 || outside === 0 || variance <= 0) return 0
  const between = (inside * outside * (insideSum / inside - (sum - insideSum) / outside) ** 2) / data.length ** 2
  return Math.min(1, between / variance)
}
