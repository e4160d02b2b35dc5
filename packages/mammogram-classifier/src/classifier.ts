/** A trained network as a product: weights in, then a probability of cancer for each image. */

import { sigmoid } from '@mammokit/pf1-metric'
import type { StateDict } from '@mammokit/seresnext'
import {
  type EngineName,
  type EngineOptions,
  openEngine,
  type Precision,
  type PreparedFunction,
} from '@mammokit/tensor-engine'
import type { Tensor4D } from '@tensorflow/tfjs-core'
import { createBreastNetwork, type NetworkConfig } from './breast/breast-network.ts'
import type { Fusion, ViewOutput } from './breast/fuse-views.ts'
import { ClassifierError } from './classifier-error.ts'
import { type ActivationMap, mapGrid } from './heatmap/activation-map.ts'
import { logitsAndMaps, type MapOptions, resolveMapOptions } from './heatmap/class-activation.ts'
import { assertBatch, assertBatchSize, assertFinite, inBatches } from './image-batches.ts'
import type { Normalization } from './normalize-image.ts'

/** What the classifier needs of a run's configuration. */
export interface ClassifierConfig {
  /** The network; what is left out has the default of `createBreastNetwork`. */
  readonly model: Partial<NetworkConfig>
  /** Size and normalization of the images that it was trained on. */
  readonly image: { readonly height: number; readonly width: number } & Normalization
}

/** Where and in which batches the network runs. */
export interface ClassifierOptions extends EngineOptions {
  /** @default 'onnxruntime' */
  readonly engine?: EngineName
  /** Images that go through the network together. @default 1 */
  readonly batchSize?: number
  /** `float16`: products in half precision, for `webgpu` and `cuda`, and on `cpu` to try it; `bfloat16`, for `openvino`; elsewhere it is refused. @default 'float32' */
  readonly precision?: Precision
}

/** An image of 16 bits, row by row. */
export interface ClassifierImage {
  readonly data: Uint16Array
  readonly height: number
  readonly width: number
}

/** What the network says of an image, and where it sees it. */
export interface Explanation {
  readonly logit: number
  /** Of the image alone, as `classify` gives it. */
  readonly probability: number
  readonly map: ActivationMap
}

/** A network that is compiled for its images. */
export interface Classifier {
  /** How the network makes one of the images of a breast; null: it tells of each image on its own. */
  readonly fusion: Fusion | null
  /** Takes over the weights of a checkpoint; those before are forgotten. */
  load(weights: StateDict): Promise<void>
  /**
   * Of the first `count` images of a normalized batch float32 [batchSize, height, width, 1] what `fuseViews` makes the logit of their breast of.
   *
   * @throws {ClassifierError} `no-weights`, `bad-input`, `not-finite`
   */
  views(images: Float32Array, count: number): Promise<ViewOutput[]>
  /**
   * Logits of the first `count` images of a normalized batch float32 [batchSize, height, width, 1].
   *
   * @throws {ClassifierError} `no-weights`, `bad-input`, `not-finite`; `breast-network` where the network has a fusion
   */
  logits(images: Float32Array, count: number): Promise<number[]>
  /**
   * Probabilities of the first `count` images of a normalized batch float32 [batchSize, height, width, 1].
   *
   * @throws {ClassifierError} `no-weights`, `bad-input`, `not-finite`
   */
  probabilities(images: Float32Array, count: number): Promise<number[]>
  /**
   * Probabilities of any number of images as preprocessing leaves them: normalized here, in batches.
   *
   * @throws {ClassifierError} `no-weights`, `bad-input`, `not-finite`
   */
  classify(images: readonly ClassifierImage[]): Promise<number[]>
  /**
   * Logits, probabilities and heatmaps of any number of images, in one run for each batch. What it needs is prepared at its first call.
   *
   * @throws {ClassifierError} `no-weights`, `bad-input`, `not-finite`, `map-undefined` for a method that the network does not have
   */
  explain(images: readonly ClassifierImage[], options?: MapOptions): Promise<Explanation[]>
  /**
   * The same of the first `count` images of a normalized batch float32 [batchSize, height, width, 1].
   *
   * @throws {ClassifierError} as `explain`
   */
  explainBatch(images: Float32Array, count: number, options?: MapOptions): Promise<Explanation[]>
  dispose(): Promise<void>
}

/** tfjs allows the name of a variable once in a process, and there may be several classifiers. */
let opened = 0

/**
 * Builds the network of a run; `load` weights before asking for probabilities.
 *
 * @throws {TensorEngineError} where the engine cannot be used; SeResNeXtError for a network that cannot be built
 * @example
 * const classifier = await openClassifier(config, { threads: 2 })
 * await classifier.load(decodeSafetensors(await readFile('model.safetensors')).tensors)
 * await classifier.classify([image]) // [0.03...]
 */
export async function openClassifier(
  { model: modelConfig, image }: ClassifierConfig,
  {
    engine: engineName = 'onnxruntime',
    batchSize = 1,
    precision = 'float32',
    ...engineOptions
  }: ClassifierOptions = {},
): Promise<Classifier> {
  assertBatchSize(batchSize)
  const { height, width } = image
  const engine = await openEngine(engineName, engineOptions)
  const network = createBreastNetwork(modelConfig, { ops: engine.ops, scope: `classifier-${opened++}` })
  const { model } = network
  const shape = [batchSize, height, width, 1] as const
  const batches = { image, batchSize }
  const preparing = { freezeVariables: true, precision }
  let forward: PreparedFunction | undefined
  /** By method and stage. */
  const explaining = new Map<string, Promise<PreparedFunction>>()

  function forwardOf(images: Float32Array, count: number): PreparedFunction {
    if (forward === undefined)
      throw new ClassifierError('no-weights', 'Expected weights for the classifier but received none. Call load first.')
    assertBatch(images, count, shape)
    return forward
  }

  async function views(images: Float32Array, count: number): Promise<ViewOutput[]> {
    const [values, scores] = await forwardOf(images, count).run(images)
    return assertFinite(values!.subarray(0, count)).map((logit, i) => ({ logit, score: scores?.[i] ?? 0 }))
  }

  async function logits(images: Float32Array, count: number): Promise<number[]> {
    if (network.fusion === null) return (await views(images, count)).map(({ logit }) => logit)
    throw new ClassifierError(
      'breast-network',
      `Expected a network of single images but received one that fuses the images of a breast (${network.fusion}). Call views, and fuseViews for each breast.`,
      { fusion: network.fusion },
    )
  }

  async function probabilities(images: Float32Array, count: number): Promise<number[]> {
    return (await logits(images, count)).map(sigmoid)
  }

  async function explainBatch(images: Float32Array, count: number, options: MapOptions = {}): Promise<Explanation[]> {
    const resolved = resolveMapOptions(model.config, options)
    forwardOf(images, count)
    const key = `${resolved.method} ${resolved.stage}`
    const fn = (input: unknown) => {
      const { logits, maps } = logitsAndMaps(model, input as Tensor4D, resolved)
      return [logits, maps]
    }
    if (!explaining.has(key)) explaining.set(key, engine.prepare(fn, [shape], preparing))
    const [values, maps] = await (await explaining.get(key)!).run(images)
    const grid = mapGrid(model.config, image, resolved)
    const cells = grid.height * grid.width
    return assertFinite(values!.subarray(0, count)).map((logit, i) => ({
      logit,
      probability: sigmoid(logit),
      map: { data: maps!.slice(i * cells, (i + 1) * cells), ...grid },
    }))
  }

  async function disposePrepared(): Promise<void> {
    await forward?.dispose()
    forward = undefined
    const prepared = await Promise.allSettled(explaining.values())
    explaining.clear()
    for (const one of prepared) if (one.status === 'fulfilled') await one.value.dispose()
  }

  return {
    fusion: network.fusion,
    views,
    logits,
    probabilities,
    explainBatch,
    async load(weights) {
      await disposePrepared()
      network.loadStateDict(weights)
      const fn = (input: unknown) => network.outputs(input as Tensor4D)
      forward = await engine.prepare(fn, [shape], preparing)
    },
    classify: (images) => inBatches(images, batches, probabilities),
    explain: (images, options) => inBatches(images, batches, (batch, count) => explainBatch(batch, count, options)),
    async dispose() {
      await disposePrepared()
      network.dispose()
    },
  }
}
