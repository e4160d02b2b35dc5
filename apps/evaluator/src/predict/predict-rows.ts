/** The network on processed images, one after another in the order of their rows. */
import { type Classifier, fuseViews, groupByBreast, type ViewOutput } from '@mammokit/mammogram-classifier'
import { type BatchLoader, type BatchRow, createBatchLoader } from '@mammokit/mammogram-dataset'
import type { RunConfig } from '@mammokit/training-run'

/** An image as it is read; its label, if it has one, is not. */
export type ImageRow = Omit<BatchRow, 'target'>

export interface RowOptions {
  readonly image: RunConfig['image']
  readonly batchSize: number
  readonly workers: number
  /** Keep decoded images for another checkpoint. @default false */
  readonly cache?: boolean
  readonly signal?: AbortSignal | undefined
}

/** Reads the images of `rows` in their order, as the network of a run takes them. */
export function openRows(
  rows: readonly ImageRow[],
  { image: { height, width, mean, std }, batchSize, workers, cache = false, signal }: RowOptions,
): BatchLoader {
  return createBatchLoader({
    rows: rows.map(({ imageId, patientId, file, sha256 }) => ({
      imageId,
      patientId,
      file,
      target: 0,
      ...(sha256 !== undefined && { sha256 }),
    })),
    height,
    width,
    mean,
    std,
    batchSize,
    workers,
    cache,
    sampling: 'sequential' as const,
    padLast: true,
    ...(signal && { signal }),
  })
}

/**
 * Logits of all images of the loader, which has `rows` in their order; of a network that fuses the images of a breast each image has the
 * logit of its breast, made of those of its images that are among them. `onImages` is told how many there are so far.
 */
export async function logitsOf(
  loader: BatchLoader,
  rows: readonly { readonly patientId: string; readonly laterality: string }[],
  classifier: Pick<Classifier, 'views' | 'fusion'>,
  onImages: (done: number) => void = () => undefined,
  signal?: AbortSignal,
): Promise<number[]> {
  const views: ViewOutput[] = []
  for await (const { images, valid } of loader.epoch(0)) {
    signal?.throwIfAborted()
    views.push(...(await classifier.views(images, valid)))
    onImages(views.length)
  }
  if (classifier.fusion === null) return views.map(({ logit }) => logit)
  const logits = new Array<number>(rows.length)
  for (const indexes of groupByBreast(rows)) {
    const logit = fuseViews(indexes.map((index) => views[index]!))
    for (const index of indexes) logits[index] = logit
  }
  return logits
}
