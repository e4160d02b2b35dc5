/** What a run's own engine says of images, and what the exported file says of the same. */
import {
  combineLogits,
  type ExportedNetwork,
  exportedMap,
  openRunClassifier,
  sigmoid,
  withAugmentations,
} from '@mammokit/mammogram-classifier'
import { loadOnnxRuntime } from '@mammokit/onnxruntime-loader'
import type { ProcessedRow } from '@mammokit/screening-data'
import type { EvaluatedRun, Network } from '../predict/network.ts'
import { openRows } from '../predict/predict-rows.ts'

/** Of images in the order of their rows. */
export interface Answers {
  readonly probabilities: readonly number[]
  /** Activation maps; null where there are none. */
  readonly maps: readonly Float32Array[] | null
}

export interface AnswerOptions {
  readonly rows: readonly ProcessedRow[]
  readonly threads: number
  readonly workers: number
  readonly batchSize: number
  readonly signal?: AbortSignal | undefined
  /** Told of each batch how many images it had. */
  readonly onImages: (count: number) => void
}

/** Each network in the training engine, one after the other, and what they say together; `loaded` are their weights in the same order. */
export async function answersOfRun(
  { combine, augmentations }: Pick<EvaluatedRun, 'combine' | 'augmentations'>,
  networks: readonly Network[],
  loaded: readonly ExportedNetwork[],
  options: AnswerOptions,
): Promise<Answers> {
  const hasMaps = exportedMap(...loaded) !== null
  const each: NetworkAnswers[] = []
  for (const network of networks) each.push(await answersOfNetwork(network, { hasMaps, augmentations }, options))
  const references = loaded.map(({ validationLogits = [] }) => validationLogits)
  const logits = combineLogits(
    combine ?? 'logits',
    each.map((one) => one.logits),
    references,
  )
  const maps = each[0]!.maps.map((first, image) =>
    first.map((_, cell) => each.reduce((sum, one) => sum + one.maps[image]![cell]!, 0) / each.length),
  )
  return { probabilities: Array.from(logits, sigmoid), maps: hasMaps ? maps : null }
}

interface NetworkAnswers {
  readonly logits: readonly number[]
  readonly maps: readonly Float32Array[]
}

async function answersOfNetwork(
  { run, epoch, config: { image } }: Network,
  { hasMaps, augmentations }: Pick<EvaluatedRun, 'augmentations'> & { readonly hasMaps: boolean },
  { rows, threads, workers, batchSize, signal, onImages }: AnswerOptions,
): Promise<NetworkAnswers> {
  const classifier = await openRunClassifier(run, { epoch, threads, batchSize })
  const augmented = withAugmentations(classifier, image, augmentations)
  const loader = openRows(rows, { image, batchSize, workers, signal })
  const [logits, maps]: [number[], Float32Array[]] = [[], []]
  try {
    for await (const { images, valid } of loader.epoch(0)) {
      // Maps are of the images as they are, and so are logits without augmentation.
      const explained = hasMaps ? await classifier.explainBatch(images, valid) : null
      maps.push(...(explained ?? []).map(({ map }) => map.data))
      const isPlain = explained !== null && augmentations.length === 0
      const answers = isPlain ? explained : await augmented.views(images, valid)
      logits.push(...answers.map(({ logit }) => logit))
      onImages(valid)
    }
    return { logits, maps }
  } finally {
    await loader.close()
    await classifier.dispose()
  }
}

/** The file on ONNX Runtime; `passes` pictures of each image go through it together. */
export async function answersOfFile(
  bytes: Uint8Array,
  { height, width, passes }: { readonly height: number; readonly width: number; readonly passes: number },
  { rows, threads, workers, batchSize, signal, onImages }: AnswerOptions,
): Promise<Answers> {
  const { InferenceSession, Tensor } = loadOnnxRuntime()
  const session = await InferenceSession.create(bytes, { intraOpNumThreads: threads })
  // Gray values as they are: the normalization is part of the file.
  const image = { height, width, mean: 0, std: 1 }
  const imagesAtOnce = Math.max(1, Math.floor(batchSize / passes))
  const loader = openRows(rows, { image, batchSize: imagesAtOnce, workers, signal })
  const [probabilities, maps]: [number[], Float32Array[]] = [[], []]
  try {
    for await (const { images, valid } of loader.epoch(0)) {
      const input = new Tensor('float32', images.slice(0, valid * height * width), [valid, height, width, 1])
      const { probability, activation_map: map } = await session.run({ images: input })
      probabilities.push(...(probability!.data as Float32Array))
      const values = map?.data as Float32Array | undefined
      const cells = values ? values.length / valid : 0
      for (let i = 0; values && i < valid; i++) maps.push(values.slice(i * cells, (i + 1) * cells))
      onImages(valid)
    }
    return { probabilities, maps: maps.length > 0 ? maps : null }
  } finally {
    await loader.close()
    await session.release()
  }
}
