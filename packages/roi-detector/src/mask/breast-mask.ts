/**
 * The breast in a mammogram, without a model: a threshold just above the background, opened, its largest part, filled.
 *
 * The reference puts one fixed threshold, an opening of fixed size and the largest contour; here the threshold comes from the
 * background's own level and noise, the opening scales with the picture, and what the opening takes from the nipple and the
 * skin fold is given back.
 */
import { type Box, checkImage, type GreyImage, type Side } from '../grey-image.ts'
import { type Borders, brightBorders } from './bright-borders.ts'
import { fillHoles, largestComponent, reconstruct } from './connected-components.ts'
import { dilate, type Mask, open } from './morphology.ts'
import { otsuThreshold } from './otsu-threshold.ts'
import { shrink } from './shrink.ts'

export interface BreastMaskOptions {
  /** The longer side of the copy that is analysed, pixels, >= 64. @default 1024 */
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

/** A mask of the breast, in pixels of an analysed copy that is `factor` times smaller than the image. */
export interface BreastMask extends Mask {
  readonly factor: number
  /** Smallest box around the mask, pixels of the image. */
  readonly box: Box
  /** Share of the frame inside the mask, 0 to 1. */
  readonly area: number
  /** Values above this one belonged to the breast or to what is bright beside it. */
  readonly threshold: number
  /** Share of the grey values' variance that "inside or outside" explains, 0 to 1; low where the breast hardly stands out. */
  readonly score: number
  /** Side on which the mask meets the chest wall, and how clear that is: 0 (a tie) to 1. */
  readonly side: Side
  readonly sideClearness: number
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
 * @param image grey uint16, 0 = black, the breast brighter than the background
 * @throws RoiError `invalid-image` where sizes and data do not fit
 * @example
 * const mask = breastMask(image)
 * if ('reason' in mask) throw new Error(mask.reason)
 * mask.box // { x: 0, y: 212, width: 1180, height: 2904 }
 */
export function breastMask(image: GreyImage, options: BreastMaskOptions = {}): BreastMask | NoBreast {
  checkImage(image)
  const { analysisSize, brightOutliers, openingRadius, minArea, minScore } = { ...breastMaskDefaults, ...options }
  const factor = Math.max(1, Math.round(Math.max(image.width, image.height) / analysisSize))
  const small = shrink(image, factor)

  const all = greyHistogram(small)
  if (occupied(all) < 2) return { reason: 'constant image' }
  const borders = brightBorders(small, percentile(all, 1 - brightOutliers))
  const inner = cutBorders(small, borders)
  if (inner.width < 8 || inner.height < 8) return { reason: `only ${inner.width} x ${inner.height} pixels to look at` }

  const histogram = greyHistogram(inner)
  clipAbove(histogram, percentile(histogram, 1 - brightOutliers))
  if (occupied(histogram) < 2) return { reason: 'constant image' }
  // Below two pixels an opening does not even remove noise.
  const radius = Math.max(2, openingRadius * Math.max(inner.width, inner.height))
  const found = firstThatDoesNotLeak(inner, thresholds(histogram), radius)

  const area = countOnes(found.mask.data) / (small.width * small.height)
  if (area < minArea) return { reason: `largest bright part covers ${percent(area)} of the frame` }
  if (found.leaks) return { reason: 'breast and background have the same brightness' }
  const score = explainedVariance(inner, found.mask)
  if (score < minScore) return { reason: `breast and background differ too little, score ${score.toFixed(3)}` }
  const mask = pasteInto(small, borders, found.mask)
  return {
    ...mask,
    factor,
    box: boundingBox(mask, factor, image),
    area,
    threshold: found.threshold,
    score,
    ...chestWallSide(mask),
  }
}

/** Candidates from just above the background up to Otsu's: the lowest that separates anything keeps the skin line. */
function thresholds(histogram: Float64Array): number[] {
  const { threshold: otsu, upperMean } = otsuThreshold(histogram)
  const { level, noise } = background(histogram, otsu)
  // A 25th of the way from background to tissue is where the skin line still stands out of scatter and window clipping.
  const low = Math.min(otsu, level + Math.max(1, 4 * noise, (upperMean - level) / 25))
  return [low, (2 * low + otsu) / 3, (low + 2 * otsu) / 3, otsu].map(Math.round)
}

/** Level (the mode) and noise (standard deviation) of the darker class. */
function background(histogram: Float64Array, otsu: number): { level: number; noise: number } {
  // Bins so wide that an even background fills a few of them: a 256th of the dark class, so that the mode is not one grey value.
  const lowest = histogram.findIndex((n) => n > 0)
  const width = Math.max(1, Math.floor((otsu - lowest + 1) / 256))
  const bins = new Float64Array(Math.ceil((otsu - lowest + 1) / width))
  for (let value = lowest; value <= otsu; value++) bins[Math.floor((value - lowest) / width)] += histogram[value]
  let mode = 0
  for (let bin = 1; bin < bins.length; bin++) if (bins[bin] > bins[mode]) mode = bin
  // Half width at half maximum on the bright side, where the tail of the skin is, over sqrt(2 ln 2).
  let half = mode
  while (half + 1 < bins.length && bins[half + 1] > bins[mode] / 2) half++
  return { level: lowest + (mode + 0.5) * width - 0.5, noise: ((half - mode) * width) / 1.1774 }
}

interface Found {
  readonly mask: Mask
  readonly threshold: number
  readonly leaks: boolean
}

function firstThatDoesNotLeak(image: GreyImage, candidates: number[], radius: number): Found {
  let found: Found | undefined
  for (const threshold of new Set(candidates)) {
    const mask = breastAt(image, threshold, radius)
    found = { mask, threshold, leaks: leaks(mask) }
    if (!found.leaks) return found
  }
  return found as Found
}

function breastAt(image: GreyImage, threshold: number, radius: number): Mask {
  const { data, width, height } = image
  const above: Mask = { data: new Uint8Array(data.length), width, height }
  for (let at = 0; at < data.length; at++) if (data[at] > threshold) above.data[at] = 1
  const core = largestComponent(open(above, radius))
  // The opening rounds off the nipple and thin folds of skin: what hangs together with the core within three radii comes back.
  const near = dilate(core, 3 * radius)
  for (let at = 0; at < data.length; at++) near.data[at] &= above.data[at]
  const breast = reconstruct(near, core)
  return fillHoles(breast, chestWallSide(breast).side)
}

/** A mask that takes nearly the whole frame, or most of both its left and right edge, is background too. */
function leaks({ data, width, height }: Mask): boolean {
  let left = 0
  let right = 0
  for (let y = 0; y < height; y++) {
    left += data[y * width]
    right += data[y * width + width - 1]
  }
  return Math.min(left, right) > 0.6 * height || countOnes(data) > 0.97 * width * height
}

function chestWallSide(mask: Mask): { side: Side; sideClearness: number } {
  const { data, width } = mask
  const box = boundingBox(mask, 1, mask)
  const band = Math.max(1, Math.round(box.width / 10))
  let left = 0
  let right = 0
  for (let y = box.y; y < box.y + box.height; y++) {
    for (let x = 0; x < band; x++) {
      left += data[y * width + box.x + x]
      right += data[y * width + box.x + box.width - 1 - x]
    }
  }
  return { side: left >= right ? 'L' : 'R', sideClearness: Math.abs(left - right) / Math.max(1, left, right) }
}

function boundingBox({ data, width, height }: Mask, factor: number, frame: { width: number; height: number }): Box {
  let [left, right, top, bottom] = [width, -1, height, -1]
  for (let y = 0; y < height; y++) {
    const row = data.subarray(y * width, (y + 1) * width)
    const first = row.indexOf(1)
    if (first < 0) continue
    left = Math.min(left, first)
    right = Math.max(right, row.lastIndexOf(1))
    top = Math.min(top, y)
    bottom = y
  }
  const x = left * factor
  const y = top * factor
  return {
    x,
    y,
    width: Math.min(frame.width, (right + 1) * factor) - x,
    height: Math.min(frame.height, (bottom + 1) * factor) - y,
  }
}

function explainedVariance({ data }: GreyImage, mask: Mask): number {
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

function greyHistogram({ data }: GreyImage): Float64Array {
  const histogram = new Float64Array(65_536)
  for (let at = 0; at < data.length; at++) histogram[data[at]]++
  return histogram
}

function percentile(histogram: Float64Array, share: number): number {
  const total = histogram.reduce((sum, n) => sum + n, 0)
  let seen = 0
  for (let value = 0; value < histogram.length; value++) {
    seen += histogram[value]
    if (seen >= share * total) return value
  }
  return histogram.length - 1
}

function clipAbove(histogram: Float64Array, value: number): void {
  histogram.fill(0, value + 1)
}

function occupied(histogram: Float64Array): number {
  let count = 0
  for (const n of histogram) if (n > 0) count++
  return count
}

function cutBorders({ data, width, height }: GreyImage, { left, right, top, bottom }: Borders): GreyImage {
  if (left + right + top + bottom === 0) return { data, width, height }
  const inner = { width: width - left - right, height: height - top - bottom }
  const cut = new Uint16Array(inner.width * inner.height)
  for (let y = 0; y < inner.height; y++) {
    const start = (y + top) * width + left
    cut.set(data.subarray(start, start + inner.width), y * inner.width)
  }
  return { data: cut, ...inner }
}

function pasteInto(frame: GreyImage, { left, top }: Borders, inner: Mask): Mask {
  const { width, height } = frame
  const data = new Uint8Array(width * height)
  for (let y = 0; y < inner.height; y++) {
    data.set(inner.data.subarray(y * inner.width, (y + 1) * inner.width), (y + top) * width + left)
  }
  return { data, width, height }
}

function countOnes(data: Uint8Array): number {
  let count = 0
  for (let at = 0; at < data.length; at++) count += data[at]
  return count
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`
