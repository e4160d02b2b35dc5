/** Logits of processed images that a run was not trained on. */
import { fuseViews, groupByBreast, openClassifier, type ViewOutput } from '@mammokit/mammogram-classifier'
import { createBatchLoader } from '@mammokit/mammogram-dataset'
import type { ProcessedRow } from '@mammokit/screening-data'
import { type RunConfig, readEpochWeights } from '@mammokit/training-run'

export interface LogitOptions {
  readonly epoch: number
  readonly threads: number
  /** Images that go through the network together. @default 8 */
  readonly batchSize?: number
}

/** The logit of each row's image, of a network that fuses views that of its breast, by image id; with the hash of the weights. */
export async function imageLogits(
  run: string,
  config: RunConfig,
  rows: readonly ProcessedRow[],
  { epoch, threads, batchSize = 8 }: LogitOptions,
): Promise<{ readonly logits: ReadonlyMap<string, number>; readonly checkpointHash: string }> {
  const { weights, checkpointHash } = await readEpochWeights(run, epoch)
  const classifier = await openClassifier(config, { threads, batchSize })
  const { height, width, mean, std } = config.image
  const loader = createBatchLoader({
    rows: rows.map(({ imageId, patientId, file, sha256 }) => ({ imageId, patientId, file, sha256, target: 0 })),
    height,
    width,
    mean,
    std,
    batchSize,
    workers: threads,
    sampling: 'sequential',
    padLast: true,
  })
  try {
    await classifier.load(weights)
    const views: ViewOutput[] = []
    for await (const { images, valid } of loader.epoch(0)) views.push(...(await classifier.views(images, valid)))
    const logits = new Map(rows.map(({ imageId }, i) => [imageId, views[i]!.logit]))
    if (classifier.fusion !== null) {
      for (const indexes of groupByBreast(rows)) {
        const logit = fuseViews(indexes.map((index) => views[index]!))
        for (const index of indexes) logits.set(rows[index]!.imageId, logit)
      }
    }
    return { logits, checkpointHash }
  } finally {
    await loader.close()
    await classifier.dispose()
  }
}
