/** The masks that a picture allows: the one to take, and the one that fits what somebody else knows about it. */
import { type Box, checkImage, type GrayImage } from '../gray-image.ts'
import { agreement, coverage, intersectionOverUnion } from '../overlap.ts'
import { blur } from './blur.ts'
import { type Borders, brightBorders, cutBorders, pasteInto } from './bright-borders.ts'
import { type CandidateThresholds, candidateThresholds } from './candidate-thresholds.ts'
import { type BreastMask, type BreastMaskOptions, breastMaskDefaults, type NoBreast } from './found-mask.ts'
import { grayHistogram, isConstant, percentile } from './gray-histogram.ts'
import { looksInverted } from './looks-inverted.ts'
import type { Mask } from './mask.ts'
import { boundingBox, chestWallSide } from './mask-shape.ts'
import { type Separation, Separations } from './separate-breast.ts'
import { shrink } from './shrink.ts'
import { fitAir, levelOut, noiseOf } from './uneven-light.ts'
import { whiteBlocks } from './white-blocks.ts'

export interface MaskSearch {
  /** The mask to take where nothing else is known about the picture. */
  readonly best: BreastMask | NoBreast
  /** The mask that covers a box and agrees with it better than `best` does, and leaves out nothing but air. */
  closestTo(box: Box): BreastMask | undefined
}

/** Finds the masks of a picture. @throws RoiError `invalid-image` */
export function searchMask(image: GrayImage, options: BreastMaskOptions = {}): MaskSearch {
  checkImage(image)
  const settings = { ...breastMaskDefaults, ...options }
  const factor = Math.max(1, Math.round(Math.max(image.width, image.height) / settings.analysisSize))
  const frame = { image, small: shrink(image, factor), factor }
  const scene = prepare(frame.small, settings)
  if ('reason' in scene) return { best: scene, closestTo: () => undefined }
  const { separations, borders } = scene
  const first = separations.first()
  const best = describe(first, scene, frame, settings)
  return {
    best,
    closestTo: (box) => {
      const least = Math.max(agreement, 'box' in best ? intersectionOverUnion(best.box, box) + 0.05 : 0)
      for (let i = 0; i < separations.count; i++) {
        const other = separations.at(i)
        if (other === first || other.leaks) continue
        const mask = describe(other, scene, frame, settings)
        if ('reason' in mask || coverage(box, mask.box) < 0.92) continue
        const fit = intersectionOverUnion(mask.box, box)
        // The lowest threshold that agrees keeps the most skin.
        if (fit > least && isSafe(scene, first, other, scaled(box, factor, borders))) return mask
      }
      return undefined
    },
  }
}

/** Share of what a mask drops that may lie within the detector's box: fat beneath the skin is as even as bare film. */
const maxDroppedWithin = 0.3

/** Whether one mask may take another's place: it holds as much, or what it lacks is air beside the box. */
function isSafe({ separations, inner }: Scene, from: Separation, to: Separation, box: Box): boolean {
  if (to.threshold <= from.threshold || from.leaks) return true
  let dropped = 0
  let within = 0
  for (let y = 0, at = 0; y < inner.height; y++) {
    for (let x = 0; x < inner.width; x++, at++) {
      if (from.mask.data[at] === 0 || to.mask.data[at] === 1) continue
      dropped++
      if (x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height) within++
    }
  }
  return within <= maxDroppedWithin * dropped && separations.dropsOnlyAir(from, to)
}

/** A box of the image in pixels of the copy without its borders. */
function scaled({ x, y, width, height }: Box, factor: number, { left, top }: Borders): Box {
  return { x: x / factor - left, y: y / factor - top, width: width / factor, height: height / factor }
}

interface Scene {
  /** The picture within the borders, as it is separated: less noisy, evenly lit. */
  readonly inner: GrayImage
  readonly borders: Borders
  readonly blocks: Mask | undefined
  readonly separations: Separations
}

/** Rounds of finding the plane of an uneven light. */
const maxRounds = 4

type Settings = Required<BreastMaskOptions>

function prepare(small: GrayImage, { brightOutliers, openingRadius }: Settings): Scene | NoBreast {
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
  return { inner, borders, blocks, separations }
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

function describe(
  { mask: inside, bits, area: pixels, threshold, leaks }: Separation,
  { inner, borders, blocks }: Scene,
  { image, small, factor }: { image: GrayImage; small: GrayImage; factor: number },
  { minArea, minScore }: Settings,
): BreastMask | NoBreast {
  const area = pixels / (small.width * small.height)
  if (area < minArea) return { reason: `largest bright part covers ${(100 * area).toFixed(1)} % of the frame` }
  if (leaks) return { reason: 'breast and background have the same brightness' }
  const score = explainedVariance(inner, inside, blocks)
  if (score < minScore) return { reason: `breast and background differ too little, score ${score.toFixed(3)}` }
  const { x, y, width, height } = boundingBox(bits)
  return {
    ...pasteInto(small, borders, inside),
    factor,
    box: enlarge({ x: x + borders.left, y: y + borders.top, width, height }, factor, image),
    area,
    threshold,
    score,
    ...chestWallSide(bits),
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

function explainedVariance(image: GrayImage, mask: Mask, blocks: Mask | undefined): number {
  const { width, height } = image
  const sums: GraySums = { count: 0, inside: 0, insideSum: 0, sum: 0, squares: 0 }
  for (let y = 0; y < height; y++) addRow(sums, image, mask.data, blocks?.data, y * width)
  const { count, inside, insideSum, sum, squares } = sums
  const outside = count - inside
  const variance = squares / count - (sum / count) ** 2
  if (inside === 0 || outside === 0 || variance <= 0) return 0
  const between = (inside * outside * (insideSum / inside - (sum - insideSum) / outside) ** 2) / count ** 2
  return Math.min(1, between / variance)
}

interface GraySums {
  count: number
  inside: number
  insideSum: number
  sum: number
  squares: number
}

/** Sums of whole numbers, exact below 2 ** 53, of a row from `start` on. */
function addRow(
  sums: GraySums,
  { data, width }: GrayImage,
  isInside: Uint8Array,
  isBlocked: Uint8Array | undefined,
  start: number,
): void {
  let count = 0
  let inside = 0
  let insideSum = 0
  let sum = 0
  let squares = 0
  for (let at = start; at < start + width; at++) {
    if (isBlocked !== undefined && isBlocked[at] === 1) continue
    const value = data[at]
    count++
    sum += value
    squares += value * value
    inside += isInside[at]
    insideSum += value * isInside[at]
  }
  sums.count += count
  sums.inside += inside
  sums.insideSum += insideSum
  sums.sum += sum
  sums.squares += squares
}
