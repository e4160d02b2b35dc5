/** Writes the images of one patient, each to a temporary name first. */
import { access, mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
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
  const { seed, height, prevalence } = recipe
  return planPatient({ seed, height, patient, cancer: hasCancer(patient, prevalence) })
}

/** Writes `train_images/<patient>/<image>.dcm` where it does not exist yet. */
export async function writePatient(outputDir: string, recipe: DataSetRecipe, index: number): Promise<PatientFiles> {
  const patient = planFromRecipe(recipe, index)
  const folder = join(outputDir, 'train_images', String(patient.patientId))
  await makeFolder(folder)
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

/** @throws PhantomError `cannot-write` */
export async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true }).catch((error) => {
    throw cannotWrite(path, error as NodeJS.ErrnoException)
  })
}

/**
 * A file appears whole or not at all.
 *
 * @throws PhantomError `cannot-write`
 */
export async function writeAtomically(path: string, contents: string | Uint8Array): Promise<void> {
  const temporary = `${path}.partial`
  try {
    await writeFile(temporary, contents)
    await rename(temporary, path)
  } catch (error) {
    throw cannotWrite(path, error as NodeJS.ErrnoException)
  }
}

function cannotWrite(path: string, { code, message }: NodeJS.ErrnoException): PhantomError {
  const text = `Expected to write ${path} but received ${code ?? message}. Check that the disk has space and that the folder may be written to.`
  return new PhantomError('cannot-write', text, { path, systemCode: code })
}

export async function exists(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch {
    return false
  }
}
