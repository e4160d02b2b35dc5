/** A trained network as a product: weights in, then a probability of cancer for each image. */
import { createSeResNeXt, type SeResNeXtConfig, type StateDict } from '@mammokit/seresnext'
import { type EngineName, type EngineOptions, openEngine, type PreparedFunction } from '@mammokit/tensor-engine'
import type { Tensor4D } from '@tensorflow/tfjs-core'
import { ClassifierError } from './classifier-error.ts'
import { sigmoid } from './log-odds.ts'
import { type Normalization, normalizeImage } from './normalize-image.ts'

/** What the classifier needs of a run's configuration. */
export interface ClassifierConfig {
  /** The network; what is left out has the default of `createSeResNeXt`. */
  readonly model: Partial<SeResNeXtConfig>
  /** Size and normalization of the images that it was trained on. */
  readonly image: { readonly height: number; readonly width: number } & Normalization
}

export interface ClassifierOptions extends EngineOptions {
  /** @default 'onnxruntime' */
  readonly engine?: EngineName
  /** Images that go through the network together. @default 1 */
  readonly batchSize?: number
}

/** An image of 16 bits, row by row. */
export interface ClassifierImage {
  readonly data: Uint16Array
  readonly height: number
  readonly width: number
}

export interface Classifier {
  /** Takes over the weights of a checkpoint; those before are forgotten. */
  load(weights: StateDict): Promise<void>
  /**
   * Logits of the first `count` images of a normalized batch float32 [batchSize, height, width, 1].
   *
   * @throws {ClassifierError} `no-weights`, `bad-input`
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
  { engine: engineName = 'onnxruntime', batchSize = 1, ...engineOptions }: ClassifierOptions = {},
): Promise<Classifier> {
  if (!(Number.isInteger(batchSize) && batchSize >= 1))
    throw badInput('batchSize', 'a whole number of at least 1', batchSize)
  const { height, width } = image
  const engine = await openEngine(engineName, engineOptions)
  const model = createSeResNeXt(modelConfig, { ops: engine.ops, scope: `classifier-${opened++}` })
  const shape = [batchSize, height, width, 1]
  const pixels = height * width
  let forward: PreparedFunction | undefined

  async function logits(images: Float32Array, count: number): Promise<number[]> {
    if (forward === undefined)
      throw new ClassifierError('no-weights', 'Expected weights for the classifier but received none. Call load first.')
    if (images.length !== batchSize * pixels)
      throw badInput('images', `${batchSize * pixels} numbers, [${shape.join(', ')}],`, images.length)
    if (!(Number.isInteger(count) && count >= 0 && count <= batchSize))
      throw badInput('count', `a whole number up to the batch size of ${batchSize}`, count)
    const found = (await forward.run(images))[0].subarray(0, count)
    const image = found.findIndex((value) => !Number.isFinite(value))
    if (image < 0) return Array.from(found)
    throw new ClassifierError(
      'not-finite',
      `Expected a finite logit for image ${image} of the batch but received ${found[image]}. The weights diverged in training: choose another checkpoint.`,
      { image, received: found[image] },
    )
  }

  async function probabilities(images: Float32Array, count: number): Promise<number[]> {
    return (await logits(images, count)).map(sigmoid)
  }

  return {
    logits,
    probabilities,
    async load(weights) {
      await forward?.dispose()
      forward = undefined
      model.loadStateDict(weights)
      const fn = (input: unknown) => [model.forward(input as Tensor4D, { training: false })]
      forward = await engine.prepare(fn, [shape], { freezeVariables: true })
    },
    async classify(images) {
      const wrong = images.find((each) => each.height !== height || each.width !== width)
      if (wrong)
        throw badInput('an image', `${height}x${width} pixels (height x width)`, `${wrong.height}x${wrong.width}`)
      const found: number[] = []
      for (let first = 0; first < images.length; first += batchSize) {
        const some = images.slice(first, first + batchSize)
        const batch = new Float32Array(batchSize * pixels)
        some.forEach(({ data }, slot) => {
          batch.set(normalizeImage(data, image), slot * pixels)
        })
        found.push(...(await probabilities(batch, some.length)))
      }
      return found
    },
    async dispose() {
      await forward?.dispose()
      model.dispose()
    },
  }
}

function badInput(name: string, expected: string, received: unknown): ClassifierError {
  const message = `Expected ${expected} for ${name} but received ${String(received)}.`
  return new ClassifierError('bad-input', message, { name, expected, received })
}
