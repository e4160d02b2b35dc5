/** The batches of a run: training ones drawn and augmented, validation ones in order and as they are. */
import { type BatchLoader, createBatchLoader } from '@mammokit/mammogram-dataset'
import type { Config } from '../config/config.ts'
import { breastRows } from './breast-rows.ts'
import { patchBatches } from './patch-batches.ts'
import type { Ranks } from './ranks.ts'
import { partSizeOf } from './train-step.ts'
import type { TrainingData } from './training-data.ts'

const mebibyte = 1024 ** 2

export interface Loaders {
  readonly trainLoader: BatchLoader
  /** Its last batch is padded: a compiled step has one batch size. */
  readonly valLoader: BatchLoader
}

/** `views`: images of a breast in a step, 1 of a network that knows single images. Each process makes its part of every batch. */
export function createLoaders(
  config: Config,
  { train, val }: TrainingData,
  views: number,
  { rank, size }: Pick<Ranks, 'rank' | 'size'> = { rank: 0, size: 1 },
): Loaders {
  const { batchSize, dropLast, seed, sampling, augmentation, patches } = config.training
  const both = {
    ...config.image,
    batchSize,
    share: { index: rank, count: size },
    seed,
    workers: config.workers,
    cache: { maxBytes: (config.cacheMiB * mebibyte) / 2 },
  }
  return {
    trainLoader: createBatchLoader({
      ...both,
      ...(patches === null
        ? { rows: views === 1 ? train : breastRows(train), sampling, augmentation }
        : patchBatches(config, patches, train)),
      dropLast,
    }),
    valLoader: createBatchLoader({
      ...both,
      batchSize: partSizeOf(config.training, size) * views * size,
      rows: val,
      sampling: 'sequential',
      augmentation: 'none',
      padLast: true,
    }),
  }
}
