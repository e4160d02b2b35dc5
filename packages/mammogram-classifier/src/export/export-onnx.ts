/** Trained networks as one ONNX file: gray values in, logit and probability out, and in its metadata all that is needed to use it. */
import {
  createSeResNeXt,
  defaultConfig,
  type SeResNeXt,
  type SeResNeXtConfig,
  type StateDict,
} from '@mammokit/seresnext'
import { openEngine } from '@mammokit/tensor-engine'
import { type ToOnnxOptions, toOnnx } from '@mammokit/tfjs-onnxruntime'
import type { Augmentations, Combination } from '@mammokit/training-run/schema'
import * as tf from '@tensorflow/tfjs-core'
import type { ClassifierConfig } from '../classifier.ts'
import { ClassifierError } from '../classifier-error.ts'
import { combineInGraph, meanOf } from '../combination/combine-in-graph.ts'
import { type CellGrid, mapGrid } from '../heatmap/activation-map.ts'
import { classActivation, hasClassActivation } from '../heatmap/class-activation.ts'
import { picturesOf } from '../test-time-augmentation.ts'
import { withPictures } from './graph-pictures.ts'

/** Precision and metadata of an exported ONNX file. */
export interface ExportOptions {
  /** `float16`: weights and computation in half precision; `int8`: weights of 8 bits, computed in float32. @default 'float32' */
  readonly precision?: NonNullable<ToOnnxOptions['precision']>
  /** Kept in the file, by key. */
  readonly metadata?: Readonly<Record<string, string>>
}

/** One network of a file. */
export interface ExportedNetwork extends ClassifierConfig {
  readonly weights: StateDict
  /** Its logits on the validation set, which `quantiles` needs. */
  readonly validationLogits?: ArrayLike<number>
}

/** How a file makes one answer of several. */
export interface CombineOptions {
  readonly combine: Combination
  /** Changed pictures of each image that are averaged with it. */
  readonly augmentations: Augmentations
}

/** tfjs allows the name of a variable once in a process. */
let exported = 0

/** The cells of the class activation map of a network, or of several whose maps have the same cells; null after a pooling where a forward pass gives none. */
export function exportedMap(...networks: readonly ClassifierConfig[]): CellGrid | null {
  const grids = networks.map(({ model, image }) => {
    const { globalPool, layers } = { ...defaultConfig, ...model }
    return hasClassActivation(globalPool) ? mapGrid(model, image, { method: 'cam', stage: layers.length }) : null
  })
  const [first = null] = grids
  return grids.every((grid) => JSON.stringify(grid) === JSON.stringify(first)) ? first : null
}

/**
 * Writes a network as ONNX: `images` float32 [N, height, width, 1], gray values of 16 bits divided by 65,535, any N; `logit` and
 * `probability` float32 [N, 1], and after average pooling `activation_map` float32 [N, height / 32, width / 32], whose mean is the
 * logit less the last layer's bias; after a pool of the highest places a value of each place. The normalization is part of the graph.
 *
 * @throws SeResNeXtError for a network that cannot be built, or weights of another one; {ClassifierError} `breast-network`; {EngineError} as `toOnnx`
 * @example
 * const bytes = await exportOnnx(config, decodeSafetensors(await readFile('model.safetensors')).tensors)
 */
export async function exportOnnx(
  config: ClassifierConfig,
  weights: StateDict,
  options: ExportOptions = {},
): Promise<Uint8Array> {
  return exportEnsemble([{ ...config, weights }], { combine: 'logits', augmentations: [] }, options)
}

/**
 * Writes several networks for images of one size, or one on augmented images, as one ONNX file with the inputs and outputs of `exportOnnx`. The
 * activation map is the mean of the networks' on the images as they are, where all have the same cells.
 *
 * @throws as `exportOnnx`; {EngineError} `too-large` for a file of more than 2 GB
 * @example
 * const bytes = await exportEnsemble([{ ...a, weights }, { ...b, weights: others }], { combine: 'logits', augmentations: ['flip'] })
 */
export async function exportEnsemble(
  networks: readonly ExportedNetwork[],
  { combine, augmentations }: CombineOptions,
  { precision = 'float32', metadata = {} }: ExportOptions = {},
): Promise<Uint8Array> {
  for (const { model } of networks) assertOfImages(model.fusion ?? null)
  const { ops } = await openEngine('onnxruntime', { threads: 1 })
  const models: SeResNeXt[] = []
  try {
    for (const { model, weights } of networks) {
      const { fusion: _, ...config } = model
      models.push(createSeResNeXt(config as SeResNeXtConfig, { ops, scope: `export-${exported++}` }))
      models.at(-1)!.loadStateDict(weights)
    }
    const hasMap = exportedMap(...networks) !== null
    const references = networks.map(({ validationLogits = [] }) => validationLogits)
    const pictures = picturesOf(augmentations)
    const forward = (images: tf.Tensor4D) => {
      const all = withPictures(images, pictures)
      const answers = models.map((model, i) => answerOf(model, all, networks[i]!, pictures.length + 1))
      const logit = combineInGraph(
        combine,
        answers.map((answer) => answer.logit),
        references,
      )
      const given = { logit, probability: tf.sigmoid(logit) }
      return hasMap ? { ...given, activation_map: meanOf(answers.map(({ map }) => map())) } : given
    }
    const { height, width } = networks[0]!.image
    return toOnnx(forward, [{ shape: [null, height, width, 1], name: 'images' }], { precision, metadata })
  } finally {
    for (const model of models) model.dispose()
  }
}

/** Of one network on `passes` pictures of each image: the mean of its logits, and the map of the images as they are, which come first. */
function answerOf(model: SeResNeXt, pictures: tf.Tensor4D, { image: { mean, std } }: ClassifierConfig, passes: number) {
  const features = model.forwardFeatures(tf.div(tf.sub(pictures, mean), std), { training: false })
  const logits = model.forwardHead(features)
  const count = logits.shape[0]! / passes
  if (passes === 1) return { logit: logits as tf.Tensor, map: () => classActivation(model, features) as tf.Tensor }
  return {
    logit: tf.reshape(tf.mean(tf.reshape(logits, [passes, count]), 0), [count, 1]) as tf.Tensor,
    map() {
      const maps = classActivation(model, features)
      const cells = maps.shape.slice(1)
      return tf.reshape(tf.slice(tf.reshape(maps, [passes, count, ...cells]), 0, 1), [count, ...cells]) as tf.Tensor
    },
  }
}

/** @throws ClassifierError `breast-network` */
function assertOfImages(fusion: unknown): void {
  if (fusion === null) return
  const message = `Expected a network of single images to export but received one that fuses the images of a breast (${fusion}). Use predict, select and test.`
  throw new ClassifierError('breast-network', message, { fusion })
}
