/** A synthetic screening data set on disk, in the layout of the RSNA competition. */
import { readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { formatTrainCsv } from '@mammokit/screening-data'
import { GROUND_TRUTH_COLUMNS, trainRows } from './data-set-tables.ts'
import { exists, planFromRecipe, writeWhole } from './patient-writer.ts'
import { PhantomError } from './phantom-error.ts'
import type { Look } from './phantom-look.ts'
import { checkNumber, checkPatients, checkRecipe, type DataSetRecipe } from './phantom-options.ts'
import { runPatients } from './worker-pool.ts'

/** Configuration of `writePhantomDataset`. */
export interface PhantomDatasetConfig {
  /** Receives train.csv, ground_truth.csv, phantom.json and train_images/. */
  readonly outputDir: string
  /** 1 to 65,521. */
  readonly patients: number
  /** Share of the patients with cancer, 0 to 1; the number of cancers is round(patients * prevalence). @default 0.1 */
  readonly prevalence?: number | undefined
  /** Height in pixels of the largest detector, 96 to 8192; 4096 is lifelike. @default 4096 */
  readonly height?: number | undefined
  /** Integer from 0 to 4,294,967,295. @default 13 */
  readonly seed?: number | undefined
  /** Contrast of the cancers, 0 (invisible) to 3; at 1 many are subtle. @default 1.5 */
  readonly conspicuity?: number | undefined
  /** `plain` cancers are learned in minutes, `lifelike` ones are as hard to see as real ones. @default 'plain' */
  readonly look?: Look | undefined
  /** Worker threads, 1 to 64; 1 runs in the calling thread. @default the machine's cores, at most 8 */
  readonly workers?: number | undefined
  /** Called when a patient's images are on disk. */
  readonly onProgress?: ((progress: PhantomProgress) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** How far the writing of a data set is. */
export interface PhantomProgress {
  readonly patientsDone: number
  readonly patientsTotal: number
}

/** What was written. */
export interface PhantomSummary {
  readonly patients: number
  /** Patients with cancer. */
  readonly cancers: number
  readonly images: number
  /** Images written by this call, and images that were there already. */
  readonly written: number
  readonly skipped: number
}

const FORMAT_VERSION = 5

/**
 * Writes four DICOM images per patient, `train.csv` and `ground_truth.csv`.
 *
 * The same recipe (seed, height, prevalence, conspicuity) gives the same bytes, whatever the number of patients, threads
 * and interruptions: a patient depends only on the recipe and the patient index. Files that exist are kept.
 *
 * @throws PhantomError `invalid-option`; `different-data-set` where the folder holds one of another recipe, or one that is not synthetic.
 * @throws the signal's reason when aborted.
 * @example
 * await writePhantomDataset({ outputDir: 'data/raw', patients: 300, prevalence: 0.3, height: 640, seed: 13 })
 * // { patients: 300, cancers: 90, images: 1200, written: 1200, skipped: 0 }
 */
export async function writePhantomDataset(config: PhantomDatasetConfig): Promise<PhantomSummary> {
  const { outputDir, signal } = config
  if (typeof outputDir !== 'string' || outputDir === '') {
    throw new PhantomError(
      'invalid-option',
      `Expected a folder for outputDir but received ${JSON.stringify(outputDir) ?? 'undefined'}. Pass the path of the folder to write to.`,
      { option: 'outputDir', value: outputDir },
    )
  }
  const patients = checkPatients(config.patients)
  const recipe = checkRecipe({
    seed: config.seed ?? 13,
    height: config.height ?? 4096,
    prevalence: config.prevalence ?? 0.1,
    conspicuity: config.conspicuity ?? 1.5,
    look: config.look === 'plain' ? undefined : config.look,
  })
  const workers = checkNumber('workers', config.workers ?? Math.min(8, availableParallelism()), 1, 64, true)
  signal?.throwIfAborted()
  await claimFolder(outputDir, recipe)

  const counts = { done: 0, written: 0, skipped: 0 }
  const groundTruth = new Map<number, readonly string[]>()
  await runPatients({
    outputDir,
    recipe,
    workers,
    signal,
    indices: Array.from({ length: patients }, (_, index) => index),
    onDone: (index, files) => {
      groundTruth.set(index, files.groundTruth)
      counts.done++
      counts.written += files.written
      counts.skipped += files.skipped
      config.onProgress?.({ patientsDone: counts.done, patientsTotal: patients })
    },
  })
  const cancers = await writeTables(outputDir, recipe, groundTruth)
  return { patients, cancers, images: 4 * patients, written: counts.written, skipped: counts.skipped }
}

const DATA_SET_NAMES = ['train.csv', 'ground_truth.csv', 'images.csv', 'train_images']

/** The recipe is stored with the data, and before them, so that two data sets are never mixed. */
async function claimFolder(outputDir: string, recipe: DataSetRecipe): Promise<void> {
  const path = join(outputDir, 'phantom.json')
  const claim = `${JSON.stringify({ formatVersion: FORMAT_VERSION, ...recipe }, null, 2)}\n`
  if (!(await exists(path))) {
    await refuseOtherDataSet(outputDir)
    return writeWhole(path, claim)
  }
  const found = await readFile(path, 'utf8')
  if (found === claim) return
  throw new PhantomError(
    'different-data-set',
    `Expected an empty folder or the data set ${inline(claim)} in ${outputDir} but received ${inline(found)}. Choose another folder or delete that one.`,
    { option: 'outputDir', value: outputDir },
  )
}

async function refuseOtherDataSet(outputDir: string): Promise<void> {
  for (const name of DATA_SET_NAMES) {
    if (!(await exists(join(outputDir, name)))) continue
    throw new PhantomError(
      'different-data-set',
      `Expected an empty folder or a synthetic data set in ${outputDir} but received ${name} without phantom.json. Choose another folder: the files of that data set would be overwritten.`,
      { option: 'outputDir', value: outputDir },
    )
  }
}

function inline(json: string): string {
  return json.replace(/\s+/g, ' ').trim()
}

/** Rows in the order of the patient numbers, as in RSNA's file. */
async function writeTables(
  outputDir: string,
  recipe: DataSetRecipe,
  groundTruth: ReadonlyMap<number, readonly string[]>,
): Promise<number> {
  const plans = Array.from(groundTruth.keys(), (index) => planFromRecipe(recipe, index))
  plans.sort((a, b) => a.patientId - b.patientId)
  const truth = plans.flatMap((plan) => groundTruth.get(plan.patient) ?? [])
  await writeWhole(join(outputDir, 'ground_truth.csv'), `${[GROUND_TRUTH_COLUMNS, ...truth].join('\n')}\n`)
  await writeWhole(join(outputDir, 'train.csv'), formatTrainCsv(plans.flatMap(trainRows)))
  return plans.filter((plan) => plan.cancerLaterality !== undefined).length
}
