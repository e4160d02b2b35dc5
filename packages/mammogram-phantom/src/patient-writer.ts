/** Writes the images of one patient, each to a temporary name first. */
import { access, mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { groundTruthRow } from './data-set-tables.ts'
import { encodeDicom } from './dicom-file.ts'
import { type PatientPlan, planPatient } from './patient-plan.ts'
import { type DataSetRecipe, hasCancer } from './phantom-options.ts'
import { renderImage } from './render-image.ts'

export interface PatientFiles {
  /** Rows of ground_truth.csv. */
  readonly groundTruth: readonly string[]
  readonly written: number
  readonly skipped: number
}

export function planFromRecipe(recipe: DataSetRecipe, patient: number): PatientPlan {
  const { seed, height, prevalence } = recipe
  return planPatient({ seed, height, patient, cancer: hasCancer(patient, prevalence) })
}

/** Writes `train_images/<patient>/<image>.dcm` where it does not exist yet. */
export async function writePatient(outputDir: string, recipe: DataSetRecipe, index: number): Promise<PatientFiles> {
  const patient = planFromRecipe(recipe, index)
  const folder = join(outputDir, 'train_images', String(patient.patientId))
  await mkdir(folder, { recursive: true })
  let written = 0
  for (const plan of patient.images) {
    const path = join(folder, `${plan.imageId}.dcm`)
    if (await exists(path)) continue
    await writeAtomically(path, await encodeDicom(patient, plan, renderImage(plan, recipe.conspicuity)))
    written++
  }
  const groundTruth = patient.images.map((plan) => groundTruthRow(patient, plan))
  return { groundTruth, written, skipped: patient.images.length - written }
}

/** A file appears whole or not at all. */
export async function writeAtomically(path: string, contents: string | Uint8Array): Promise<void> {
  const temporary = `${path}.partial`
  await writeFile(temporary, contents)
  await rename(temporary, path)
}

export async function exists(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch {
    return false
  }
}
