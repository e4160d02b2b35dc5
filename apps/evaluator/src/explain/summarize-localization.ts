import { clopperPearson } from '@mammokit/pf1-metric'
import type { LocalizedImage } from './localize.ts'

export interface LocalizationSummary {
  /** Images with cancer whose lesion is known and on the breast. */
  readonly images: number
  readonly map: LocalizationFigures
  /** Looking at the middle of the breast first. */
  readonly center: LocalizationFigures
  /** Hit rate of a point by chance. */
  readonly chance: number
}

export interface LocalizationFigures {
  /** Share of the images whose strongest pixel lies in a lesion's box, with the 95 % interval of Clopper and Pearson over images. */
  readonly hitRate: { readonly value: number; readonly low: number; readonly high: number }
  /** Share of the breast that has to be looked at until a lesion is met: median, and mean. */
  readonly medianArea: number
  readonly meanArea: number
}

/** Null where no image has a known lesion. */
export function summarizeLocalization(images: readonly LocalizedImage[]): LocalizationSummary | null {
  if (images.length === 0) return null
  return {
    images: images.length,
    map: figuresOf(images.map(({ map }) => map)),
    center: figuresOf(images.map(({ center }) => center)),
    chance: mean(images.map(({ chance }) => chance)),
  }
}

function figuresOf(found: readonly LocalizedImage['map'][]): LocalizationFigures {
  const hits = found.filter(({ hit }) => hit).length
  const areas = found.map(({ area }) => area).sort((a, b) => a - b)
  const middle = (areas.length - 1) / 2
  return {
    hitRate: { value: hits / found.length, ...clopperPearson(hits, found.length) },
    medianArea: (areas[Math.floor(middle)]! + areas[Math.ceil(middle)]!) / 2,
    meanArea: mean(areas),
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
