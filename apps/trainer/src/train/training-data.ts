/** The rows that a run trains on and validates with. */
import { groupByBreast } from '@mammokit/mammogram-classifier'
import { assertImagesPresent, lesionInImage, type PatchLesion } from '@mammokit/mammogram-dataset'
import { preprocessHash } from '@mammokit/mammogram-preprocess'
import {
  assertBothClasses,
  dataPaths,
  describeAdjustments,
  describeLeftOut,
  describeMissingClass,
  type Lesion,
  type ProcessedRow,
  readLesions,
  readProcessedRows,
  type Subset,
} from '@mammokit/screening-data'
import type { Config } from '../config/config.ts'
import { preprocessOptions } from '../preprocess-options.ts'
import { TrainerError } from '../trainer-error.ts'
import { type AuxiliaryTarget, auxiliaryTargets, labelsOf, unknownLabel } from './auxiliary-targets.ts'
import { shuffleLabels } from './shuffle-labels.ts'

export interface TrainingRow {
  readonly imageId: string
  readonly patientId: string
  readonly laterality: 'L' | 'R'
  readonly view: string
  readonly target: 0 | 1
  /** Path of the processed image, and the SHA-256 that it must have. */
  readonly file: string
  readonly sha256: string
  /** Of the auxiliary targets. */
  readonly labels: readonly number[]
  /** Of a run on patches. */
  readonly lesions?: readonly PatchLesion[]
}

export interface TrainingData {
  readonly train: readonly TrainingRow[]
  readonly val: readonly TrainingRow[]
  /** Rows of train and val that have no processed image. */
  readonly leftOut: number
  /** What to say about the data: which rows are left out and why, and a val of one class. */
  readonly notes: readonly string[]
  readonly preprocessHash: string
  readonly splitsSha256: string
}

/**
 * Reads which images to train on and to validate with.
 *
 * @throws ScreeningDataError when the images were processed with other options than this configuration's, when more rows than
 * `maxLeftOut` have no image, when splits and manifest contradict each other, or when train lacks a class.
 * @throws TrainerError when a subset is empty.
 * @throws DatasetError `image-missing` with the files that are missing.
 */
export async function readTrainingData(config: Config): Promise<TrainingData> {
  const expected = { preprocessHash: preprocessHash(preprocessOptions(config)), owner: 'this configuration' }
  const { rows, leftOut, splitsSha256, adjustments } = await readProcessedRows(config.data, {
    subsets: ['train', 'val'],
    expected,
    maxLeftOut: config.maxLeftOut,
    fold: config.fold ?? undefined,
  })
  const targets = auxiliaryTargets(config.training)
  const { patches } = config.training
  const known = patches === null ? undefined : await readLesions(rows)
  const lesionsOf = (row: ProcessedRow) =>
    patches && { lesions: patchLesions(row, known?.get(row.imageId) ?? [], { ...config.image, ...patches }) }
  const members = (subset: Subset) =>
    rows.filter((row) => row.subset === subset).map((row) => ({ ...trainingRow(row, targets), ...lesionsOf(row) }))
  const { shuffleLabels: isShuffled, seed } = config.training
  const train = members('train')
  const data = {
    train: isShuffled ? shuffleLabels(train, seed) : train,
    val: members('val'),
    leftOut: leftOut.length,
    preprocessHash: expected.preprocessHash,
    splitsSha256,
  }
  const splits = [config.data].flat().map((folder) => dataPaths(folder).splits)
  assertEnough(data, config, splits.join(' and '))
  assertLabeled(data.train, targets, splits.join(' and '))
  assertBothClasses(countClasses('train', data.train), 'Split again: mammokit-trainer split.')
  if (patches !== null) assertLesions(data.train, splits.join(' and '))
  // A file that is missing would end the run in the middle of an epoch.
  await assertImagesPresent([...data.train, ...data.val])
  const missing = describeMissingClass(countClasses('val', data.val))
  const adjusted = describeAdjustments(adjustments)
  const notes = [
    ...(adjusted ? [`${adjusted}.`] : []),
    ...(leftOut.length > 0 ? [`${describeLeftOut(leftOut, rows.length + leftOut.length)}.`] : []),
    ...(isShuffled
      ? ['The labels of training images are shuffled: this run is for explain --against, and select refuses it.']
      : []),
    ...(missing ? [`${missing}: its ROC AUC is undefined and no threshold can be chosen on it. Split again.`] : []),
  ]
  return { ...data, notes }
}

function countClasses(subset: Subset, rows: readonly TrainingRow[]) {
  return { subset, images: rows.length, positives: rows.filter(({ target }) => target === 1).length }
}

function trainingRow(row: ProcessedRow, targets: readonly AuxiliaryTarget[]): TrainingRow {
  const { imageId, patientId, laterality, view, cancer, file, sha256 } = row
  return { imageId, patientId, laterality, view, target: cancer, file, sha256, labels: labelsOf(row, targets) }
}

/** The lesions of an image in pixels of the processed one; what a breast without cancer has is benign whatever its label. */
function patchLesions(
  { cancer, placement }: ProcessedRow,
  lesions: readonly Lesion[],
  { height, width, leaveOut }: Config['image'] & Pick<NonNullable<Config['training']['patches']>, 'leaveOut'>,
): PatchLesion[] {
  return lesions.flatMap((lesion) => {
    const box = lesionInImage(lesion, placement, { height, width })
    if (box === undefined) return []
    const label = lesion.label?.toLowerCase() ?? ''
    const isLeftOut = leaveOut.some((start) => label.startsWith(start.toLowerCase()))
    const isMalignant = cancer === 1 && !label.startsWith('benign')
    // What is benign and left out is tissue like any other.
    if (!isMalignant) return isLeftOut ? [] : { ...box, kind: 'benign' }
    return { ...box, kind: isLeftOut ? 'ignored' : 'malignant' }
  })
}

/** Patches without a lesion would all be negative. */
function assertLesions(rows: readonly TrainingRow[], path: string): void {
  if (rows.some(({ lesions }) => lesions?.some(({ kind }) => kind === 'malignant'))) return
  const message = `Expected boxes of lesions for training images with cancer in ${path} but received none. Patches need them: import the set with its lesions, or set training.patches to null.`
  throw new TrainerError('data-invalid', message, { path })
}

/** A head without a label would learn nothing, in silence. */
export function assertLabeled(rows: readonly TrainingRow[], targets: readonly AuxiliaryTarget[], path: string): void {
  const missing = targets.find((_, k) => rows.every(({ labels }) => labels[k] === unknownLabel))
  if (missing === undefined) return
  const { name } = missing
  const message = `Expected values of ${name} for training images in ${path} but received none. Set training.auxiliary.${name} to 0.`
  throw new TrainerError('data-invalid', message, { path, name })
}

function assertEnough(
  { train, val }: Pick<TrainingData, 'train' | 'val'>,
  { model, training }: Pick<Config, 'model' | 'training'>,
  path: string,
) {
  const batchSize = training.dropLast ? training.batchSize : 1
  const drawn = training.patches?.perEpoch
  const [unit, count] = drawn
    ? ['patches', drawn]
    : model.fusion === null
      ? ['images', train.length]
      : ['breasts', groupByBreast(train).length]
  if (count < batchSize) {
    throw new TrainerError(
      'too-few-images',
      `Expected at least one batch of ${batchSize} training ${unit} in ${path} but received ${count}. Lower training.batchSize or add images.`,
    )
  }
  if (val.length === 0) {
    throw new TrainerError(
      'too-few-images',
      `Expected validation images in ${path} but received none. Raise split.validationFraction.`,
    )
  }
}
