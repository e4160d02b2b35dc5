/** The batches of a run: training ones drawn and augmented, validation ones in order and as they are. */
import { type BatchLoader, createBatchLoader } from '@mammokit/mammogram-dataset'
import type { Config } from '../config.ts'
import { breastRows } from './breast-rows.ts'
import type { TrainingData } from './training-data.ts'

const mebibyte = 1024 ** 2

export interface Loaders {
  readonly trainLoader: BatchLoader
  /** Its last batch is padded: a compiled step has one batch size. */
  readonly valLoader: BatchLoader
}

/** `views`: images of a breast in a step, 1 of a network that knows single images. */
export function createLoaders(config: Config, { train, val }: TrainingData, views: number): Loaders {
  const { batchSize, microBatchSize, dropLast, seed, sampling, augmentation } = config.training
  const both = {
    ...config.image,
    batchSize,
    seed,
    workers: config.workers,
    cache: { maxBytes: (config.cacheMiB * mebibyte) / 2 },
  }
  return {
    trainLoader: createBatchLoader({
      ...both,
      rows: views === 1 ? train : breastRows(train),
      sampling,
      augmentation,
      dropLast,
    }),
    valLoader: createBatchLoader({
      ...both,
      batchSize: (microBatchSize ?? batchSize) * views,
      rows: val,
      sampling: 'sequential',
      augmentation: 'none',
      padLast: true,
    }),
  }
}
