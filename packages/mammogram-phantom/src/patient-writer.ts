/** Writes the images of one patient, each whole or not at all. */
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { FileError, writeFileAtomic } from '@mammokit/atomic-files'
import { groundTruthRow } from './data-set-tables.ts'
import { encodeDicom } from './dicom-file.ts'
import { type PatientPlan, planPatient } from './patient-plan.ts'
import { PhantomError } from './phantom-error.ts'
import { type DataSetRecipe, hasCancer } from './phantom-options.ts'
import { renderImage } from './render-image.ts'

export interface PatientFiles {
  /** Rows of ground_truth.csv. */
  readonly groundTruth: readonly string[]
  readonly written: number
  readonly skipped: number
}

export function planFromRecipe(recipe: DataSetRecipe, patient: number): PatientPlan {
  const { seed, height, prevalence, look } = recipe
  return planPatient({ seed, height, patient, look, cancer: hasCancer(patient, prevalence) })
}

/** Writes `train_images/<patient>/<image>.dcm` where it does not exist yet. */
export async function writePatient(outputDir: string, recipe: DataSetRecipe, index: number): Promise<PatientFiles> {
  const patient = planFromRecipe(recipe, index)
  const folder = join(outputDir, 'train_images', String(patient.patientId))
  let written = 0
  for (const plan of patient.images) {
    const path = join(folder, `${plan.imageId}.dcm`)
    if (await exists(path)) continue
    await writeWhole(path, await encodeDicom(patient, plan, renderImage(plan, recipe.conspicuity)), false)
    written++
  }
  const groundTruth = patient.images.map((plan) => groundTruthRow(patient, plan))
  return { groundTruth, written, skipped: patient.images.length - written }
}

/**
 * Writes a file whole or not at all; without `flush` a power cut may lose it.
 *
 * @throws PhantomError `cannot-write`
 */
export async function writeWhole(path: string, contents: string | Uint8Array, flush = true): Promise<void> {
  try {
    await writeFileAtomic(path, contents, { flush })
  } catch (error) {
    if (!(error instanceof FileError)) throw error
    throw new PhantomError('cannot-write', error.message, error.details)
  }
}

export async function exists(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch {
    return false
  }
}
