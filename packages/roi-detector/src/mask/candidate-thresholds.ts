/** Gray values that may separate a breast from its background, from the background's own level and noise. */
import { otsuThreshold } from './otsu-threshold.ts'

export interface CandidateThresholds {
  /** Ascending: the lowest that separates anything keeps the skin line. */
  readonly thresholds: readonly number[]
  /** Otsu's threshold. */
  readonly otsu: number
  /** From the background to the mean of tissue. */
  readonly contrast: number
}

/** Candidates from just above the background up to Otsu's; on a scanned film, above each further level of the background too. */
export function candidateThresholds(histogram: Uint32Array): CandidateThresholds {
  const { threshold: otsu, upperMean } = otsuThreshold(histogram)
  const levels = backgroundLevels(histogram, otsu)
  // A 25th of the way from background to tissue is where the skin line still stands out of scatter and window clipping.
  const above = ({ level, noise }: Level) => Math.min(otsu, level + Math.max(1, 4 * noise, (upperMean - level) / 25))
  const lows = levels.map(above)
  const low = lows[lows.length - 1]
  const candidates = [...lows, (2 * low + otsu) / 3, (low + 2 * otsu) / 3, otsu].map(Math.round)
  return {
    thresholds: [...new Set(candidates)].sort((a, b) => a - b),
    otsu,
    contrast: upperMean - levels[0].level,
  }
}

/** A peak of the background's histogram. */
export interface Level {
  readonly level: number
  /** Standard deviation, from half the peak's width on its bright side, where the tail of the skin is. */
  readonly noise: number
}

/** A film's air and its clear rim are levels of their own where they hold so much of the picture. */
const minShare = 0.03

/** The level that most of the darker class has, and the peaks above it. */
export function backgroundLevels(histogram: Uint32Array, otsu: number): Level[] {
  // Bins so wide that an even background fills a few of them: a 256th of the dark class, so that the mode is not one gray value.
  const lowest = histogram.findIndex((n) => n > 0)
  const width = Math.max(1, Math.floor((otsu - lowest + 1) / 256))
  const bins = new Float64Array(Math.ceil((otsu - lowest + 1) / width))
  let total = 0
  for (let value = 0; value < histogram.length; value++) total += histogram[value]
  for (let bin = 0, value = lowest; bin < bins.length; bin++) {
    for (const end = Math.min(otsu + 1, value + width); value < end; value++) bins[bin] += histogram[value]
  }
  const peakOf = (bin: number): Level => {
    let half = bin
    while (half + 1 < bins.length && bins[half + 1] > bins[bin] / 2) half++
    // Half width at half maximum over sqrt(2 ln 2).
    return { level: lowest + (bin + 0.5) * width - 0.5, noise: ((half - bin) * width) / 1.1774 }
  }
  let mode = 0
  for (let bin = 1; bin < bins.length; bin++) if (bins[bin] > bins[mode]) mode = bin
  const levels = [peakOf(mode)]
  let valley = bins[mode]
  for (let bin = mode + 1; bin < bins.length; bin++) {
    valley = Math.min(valley, bins[bin])
    const near = bins.subarray(Math.max(0, bin - 4), bin + 5)
    if (bins[bin] < 2 * valley || near.some((n) => n > bins[bin])) continue
    if (near.reduce((sum, n) => sum + n, 0) < minShare * total) continue
    levels.push(peakOf(bin))
    valley = bins[bin]
  }
  return levels
}
