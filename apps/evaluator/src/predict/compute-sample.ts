/** What the weights of an epoch say of some images, each time anew. */
import { openRunClassifier, sigmoid, withAugmentations } from '@mammokit/mammogram-classifier'
import type { Device, EngineName, Precision } from '@mammokit/tensor-engine/names'
import type { Augmentations } from '@mammokit/training-run'
import { type ImageRow, logitsOf, openRows } from './predict-rows.ts'

export type SampledRow = Pick<ImageRow, 'imageId' | 'patientId' | 'file' | 'sha256'> & { readonly laterality: string }

/** All that it takes, so that another thread can be asked for it. */
export interface SampleQuestion {
  readonly run: string
  readonly epoch: number
  readonly engine: EngineName
  readonly device: Device
  readonly precision: Precision
  readonly threads: number
  readonly workers: number
  readonly batchSize: number
  readonly augmentations: Augmentations
  /** Each with all images of its breasts, for a network that fuses them. */
  readonly samples: readonly (readonly SampledRow[])[]
}

/** Probabilities of the images of each sample. */
export async function computeSamples(
  { run, epoch, engine, device, precision, threads, workers, batchSize, augmentations, samples }: SampleQuestion,
  signal?: AbortSignal,
): Promise<number[][]> {
  const classifier = await openRunClassifier(run, { epoch, engine, device, precision, threads, batchSize })
  try {
    const { image } = classifier.config
    const augmented = withAugmentations(classifier, image, augmentations)
    const computed: number[][] = []
    for (const sample of samples) {
      const loader = openRows(sample, { image, batchSize, workers, signal })
      try {
        computed.push((await logitsOf(loader, sample, augmented)).map(sigmoid))
      } finally {
        await loader.close()
      }
    }
    return computed
  } finally {
    await classifier.dispose()
  }
}
