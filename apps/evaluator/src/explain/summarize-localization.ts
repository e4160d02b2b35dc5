import { clopperPearson, effectiveCounts } from '@mammokit/pf1-metric'
import type { Localization, LocalizedImage } from './localize.ts'

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
  /** Share of the images whose strongest pixel lies in a lesion's box, with the 95 % interval of Clopper and Pearson over patients: their images resemble each other. */
  readonly hitRate: { readonly value: number; readonly low: number; readonly high: number }
  /** Share of the breast that has to be looked at until a lesion is met: median, and mean. */
  readonly medianArea: number
  readonly meanArea: number
}

/** An image and whose it is. */
export interface LocalizedOfPatient extends LocalizedImage {
  readonly patientId: string
}

/** Null where no image has a known lesion. */
export function summarizeLocalization(images: readonly LocalizedOfPatient[]): LocalizationSummary | null {
  if (images.length === 0) return null
  const patients = images.map(({ patientId }) => patientId)
  const figures = (found: readonly Localization[]) => figuresOf(found, patients)
  return {
    images: images.length,
    map: figures(images.map(({ map }) => map)),
    center: figures(images.map(({ center }) => center)),
    chance: mean(images.map(({ chance }) => chance)),
  }
}

function figuresOf(found: readonly Localization[], patients: readonly string[]): LocalizationFigures {
  const hits = found.map(({ hit }) => Number(hit))
  const { successes, trials } = effectiveCounts(hits, patients)
  const areas = found.map(({ area }) => area).sort((a, b) => a - b)
  const middle = (areas.length - 1) / 2
  return {
    hitRate: { value: mean(hits), ...clopperPearson(Math.min(successes, trials), trials) },
    medianArea: (areas[Math.floor(middle)]! + areas[Math.ceil(middle)]!) / 2,
    meanArea: mean(areas),
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
