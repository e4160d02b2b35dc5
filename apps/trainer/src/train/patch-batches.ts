/** What the training loader of a run on patches draws. */
import type { AugmentationOptions } from '@mammokit/augmentation'
import { type BatchLoaderConfig, type LesionRow, patchRows } from '@mammokit/mammogram-dataset'
import type { Config } from '../config/config.ts'
import { TrainerError } from '../trainer-error.ts'
import type { TrainingRow } from './training-data.ts'

/** Height and width of what a step of training sees. */
export function trainingSize({ image, training }: Pick<Config, 'image' | 'training'>): {
  readonly height: number
  readonly width: number
} {
  const { height, width } = image
  return training.patches === null ? { height, width } : { height: training.patches.size, width: training.patches.size }
}

/**
 * Rows, their shares of each batch and the augmentation of patches.
 *
 * @throws TrainerError `data-invalid` where a batch would have one class, or no image has tissue without a lesion that a patch would need
 */
export function patchBatches(
  { image, training }: Pick<Config, 'image' | 'training'>,
  patches: NonNullable<Config['training']['patches']>,
  train: readonly TrainingRow[],
): Pick<BatchLoaderConfig, 'rows' | 'patchSize' | 'sampling' | 'augmentation'> {
  const { size, jitter, perEpoch, augmentation } = patches
  const { malignant, benign, elsewhere } = patchRows(train as readonly LesionRow[], { ...image, size, jitter })
  const counts = shares(patches, training.batchSize, benign.length > 0)
  if (counts.malignant === 0 || counts.malignant === training.batchSize) {
    const message = `Expected patches of both classes in batches of ${training.batchSize} but received ${counts.malignant} on malignant lesions. Change training.patches.malignant or training.batchSize.`
    throw new TrainerError('data-invalid', message, { batchSize: training.batchSize, ...counts })
  }
  if (elsewhere.length === 0 && counts.elsewhere > 0) {
    const message = `Expected training images with tissue for patches of ${size} pixels beside their lesions but received none. Give a smaller training.patches.size.`
    throw new TrainerError('data-invalid', message, { size })
  }
  const [a, b] = [malignant.length, malignant.length + benign.length]
  const range = (from: number, end: number) => Array.from({ length: end - from }, (_, index) => from + index)
  const groups = [
    { rows: range(0, a), perBatch: counts.malignant },
    { rows: range(a, b), perBatch: counts.benign },
    { rows: range(b, b + elsewhere.length), perBatch: counts.elsewhere },
  ]
  return {
    rows: [...malignant, ...benign, ...elsewhere],
    patchSize: size,
    sampling: { groups: groups.filter(({ perBatch }) => perBatch > 0), draws: perEpoch ?? train.length },
    augmentation: (augmentation as AugmentationOptions | null) ?? training.augmentation,
  }
}

/** Patches of each kind in a batch. */
function shares({ malignant, benign }: { malignant: number; benign: number }, batchSize: number, hasBenign: boolean) {
  const first = Math.round(malignant * batchSize)
  const second = hasBenign ? Math.min(batchSize - first, Math.round(benign * batchSize)) : 0
  return { malignant: first, benign: second, elsewhere: batchSize - first - second }
}
