/** Gray values that may separate a breast from its background, from the background's own level and noise. */
import { otsuThreshold } from './otsu-threshold.ts'

/** Candidates from just above the background up to Otsu's: the lowest that separates anything keeps the skin line. */
export function candidateThresholds(histogram: Uint32Array): number[] {
  const { threshold: otsu, upperMean } = otsuThreshold(histogram)
  const { level, noise } = background(histogram, otsu)
  // A 25th of the way from background to tissue is where the skin line still stands out of scatter and window clipping.
  const low = Math.min(otsu, level + Math.max(1, 4 * noise, (upperMean - level) / 25))
  return [...new Set([low, (2 * low + otsu) / 3, (low + 2 * otsu) / 3, otsu].map(Math.round))]
}

/** Level (the mode) and noise (standard deviation) of the darker class. */
function background(histogram: Uint32Array, otsu: number): { level: number; noise: number } {
  // Bins so wide that an even background fills a few of them: a 256th of the dark class, so that the mode is not one gray value.
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
