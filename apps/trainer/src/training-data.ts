/** The rows that a run trains on and validates with: splits.csv joined with the manifest. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { readSplitsCsv, type SplitRow } from '@mammokit/data-split'
import { type ManifestRow, readManifest } from '@mammokit/mammogram-dataset'
import { preprocessHash } from '@mammokit/mammogram-preprocess'
import { CommandError } from './command-error.ts'
import type { Config } from './config.ts'
import { dataPaths } from './paths.ts'
import { preprocessOptions } from './preprocess-options.ts'

export interface TrainingRow {
  readonly imageId: string
  readonly patientId: string
  readonly laterality: 'L' | 'R'
  readonly target: 0 | 1
}

export interface TrainingData {
  readonly train: readonly TrainingRow[]
  readonly val: readonly TrainingRow[]
  /** Images of splits.csv that have no processed image. */
  readonly leftOut: number
  readonly preprocessHash: string
  readonly splitsSha256: string
}

/**
 * Reads which images to train on and to validate with.
 *
 * @throws CommandError when the images were processed with other options than this configuration's, or a subset is empty.
 */
export async function readTrainingData(config: Config): Promise<TrainingData> {
  const paths = dataPaths(config.data)
  const splits = await readSplitsCsv(paths.splits)
  const manifest = new Map((await readManifest(paths.manifest)).map((row) => [row.imageId, row]))
  const expectedHash = preprocessHash(preprocessOptions(config))
  const usable = splits.filter((row) => isUsable(manifest.get(row.imageId), expectedHash, paths.manifest))
  const subset = (name: string) => usable.filter((row) => row.subset === name).map(trainingRow)
  const data = {
    train: subset('train'),
    val: subset('val'),
    leftOut: splits.length - usable.length,
    preprocessHash: expectedHash,
    splitsSha256: createHash('sha256')
      .update(await readFile(paths.splits))
      .digest('hex'),
  }
  assertEnough(data, config.training.batchSize, paths.splits)
  return data
}

function isUsable(row: ManifestRow | undefined, expectedHash: string, manifest: string): boolean {
  if (row === undefined || row.status !== 'ok') return false
  if (row.preprocessHash === expectedHash) return true
  throw new CommandError(
    'PREPROCESS_MISMATCH',
    `Expected images with preprocess hash ${expectedHash} (this configuration) but ${manifest} has ${row.preprocessHash} for image ${row.imageId}. ` +
      'Give the configuration that extract-rois had, or run extract-rois --redo.',
  )
}

function trainingRow({ imageId, patientId, laterality, cancer }: SplitRow): TrainingRow {
  return { imageId, patientId, laterality, target: cancer }
}

function assertEnough(
  { train, val }: { train: readonly unknown[]; val: readonly unknown[] },
  batchSize: number,
  path: string,
) {
  if (train.length < batchSize) {
    throw new CommandError(
      'TOO_FEW_IMAGES',
      `Expected at least one batch of ${batchSize} training images in ${path} but received ${train.length}. Lower training.batchSize or add images.`,
    )
  }
  if (val.length === 0) {
    throw new CommandError(
      'TOO_FEW_IMAGES',
      `Expected validation images in ${path} but received none. Raise split.validationFraction.`,
    )
  }
}
