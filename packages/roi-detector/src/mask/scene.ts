/** A picture made ready for separating: without its borders, less noisy, evenly lit. */
import type { GrayImage } from '../gray-image.ts'
import { blur } from './blur.ts'
import { type Borders, brightBorders, cutBorders } from './bright-borders.ts'
import { type CandidateThresholds, candidateThresholds } from './candidate-thresholds.ts'
import type { BreastMaskOptions, NoBreast } from './found-mask.ts'
import { grayHistogram, isConstant, percentile } from './gray-histogram.ts'
import { looksInverted } from './looks-inverted.ts'
import type { Mask } from './mask.ts'
import { Separations } from './separate-breast.ts'
import { fitAir, levelOut, noiseOf } from './uneven-light.ts'
import { whiteBlocks } from './white-blocks.ts'

export interface Scene {
  /** The picture within the borders, less noisy. */
  readonly picture: GrayImage
  /** The same as it is separated: evenly lit. */
  readonly inner: GrayImage
  readonly borders: Borders
  readonly blocks: Mask | undefined
  /** Of the opening, pixels. */
  readonly radius: number
  /** Pixels around a mask where noise hides the skin. */
  readonly margin: number
  readonly separations: Separations
}

/** Space around the mask of a noisy picture, by the radius that it was blurred with: the skin of the same breast without noise ends there. */
const noiseMargin = 1.5

/** Rounds of finding the plane of an uneven light. */
const maxRounds = 4

/** Makes the analyzed copy of a picture ready, or says why no breast can be in it. */
export function prepareScene(
  small: GrayImage,
  { brightOutliers, openingRadius }: Required<BreastMaskOptions>,
): Scene | NoBreast {
  const all = grayHistogram(small)
  if (isConstant(all)) return { reason: 'constant image', isCertain: true }
  if (looksInverted(small)) return { reason: 'inverted: air is brighter than the breast', isCertain: true }
  const white = percentile(all, 1 - brightOutliers)
  const blocksOfFrame = whiteBlocks(small, white)
  const analyze = (image: GrayImage, blocks: Mask | undefined) => {
    const histogram = image === small && !blocks ? all.slice() : grayHistogram(image, blocks)
    histogram.fill(0, percentile(histogram, 1 - brightOutliers) + 1)
    return isConstant(histogram) ? undefined : candidateThresholds(histogram)
  }
  const rough = analyze(small, blocksOfFrame)
  const reach = rough ? blurRadius(small, rough) : 0
  const frame = reach > 0 ? blur(small, reach) : small
  const borders = brightBorders(frame, white, blocksOfFrame)
  const blocks = blocksOfFrame && cutBorders(blocksOfFrame, borders)
  let inner = cutBorders(frame, borders)
  if (inner.width < 8 || inner.height < 8) return { reason: `only ${inner.width} x ${inner.height} pixels to look at` }
  // Below two pixels an opening does not even remove noise.
  const radius = Math.max(2, openingRadius * Math.max(inner.width, inner.height))
  const found = inner === small ? rough : analyze(inner, blocks)
  if (!found) return { reason: 'constant image', isCertain: true }
  let separations = new Separations(inner, found.thresholds, radius, blocks)
  const picture = inner
  const { contrast } = found
  let rise = 0
  // Each round's mask leaves out more of the tissue that the first took for background, and so finds the plane better.
  for (let round = 0; round < maxRounds; round++) {
    const light = findLight(picture, separations, blocks, contrast)
    const isUneven = light && light.rise > Math.max(contrast / 12, 6 * light.residual)
    if (!isUneven || light.rise < 1.1 * rise) break
    rise = light.rise
    const level = levelOut(picture, light)
    const again = analyze(level, blocks)
    if (!again) break
    inner = level
    separations = new Separations(inner, again.thresholds, radius, blocks)
  }
  const margin = noiseMargin * reach
  return { picture, inner, borders, blocks, radius, margin, separations }
}

/** The plane through the air around the mask; where tissue is in it, around another mask. */
function findLight(picture: GrayImage, separations: Separations, blocks: Mask | undefined, contrast: number) {
  let best = fitAir(picture, outside(separations.first().mask, blocks))
  for (let i = 0; i < separations.count && (!best || best.residual > contrast / 100); i++) {
    const other = fitAir(picture, outside(separations.at(i).mask, blocks))
    if (!best || (other && other.residual < best.residual)) best = other
  }
  return best
}

/** Where noise would lift the threshold above the skin, it is averaged away: the mean of n x n pixels has an n-th of it. */
function blurRadius(image: GrayImage, { otsu, contrast }: CandidateThresholds): number {
  const noise = noiseOf(image, (at) => image.data[at] <= otsu)
  const wanted = contrast / 100
  return noise <= 1.5 * wanted ? 0 : Math.min(4, Math.ceil((noise / wanted - 1) / 2))
}

const outside = (mask: Mask, blocks: Mask | undefined) => (at: number) => mask.data[at] === 0 && blocks?.data[at] !== 1
