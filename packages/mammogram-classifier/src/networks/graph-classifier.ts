/** Several networks, or one on augmented images, as one classifier: their exported graph, held in memory. */
import { loadOnnxRuntime } from '@mammokit/onnxruntime-loader'
import { sigmoid } from '@mammokit/pf1-metric'
import type { Classifier, ClassifierConfig, ClassifierOptions, Explanation } from '../classifier.ts'
import { ClassifierError } from '../classifier-error.ts'
import { type CombineOptions, type ExportedNetwork, exportEnsemble, exportedMap } from '../export/export-onnx.ts'
import type { MapOptions } from '../heatmap/class-activation.ts'
import { assertBatch, assertBatchSize, assertFinite, inBatches } from '../image-batches.ts'
import { passesOf } from '../test-time-augmentation.ts'

/**
 * Opens the graph of several networks; batches are normalized as for the first one.
 *
 * @param name of their folder, for errors
 * @throws {ClassifierError} `bad-input` for another engine than onnxruntime, bfloat16 or a device that does not load the graph; as `exportEnsemble`
 */
export async function openGraphClassifier(
  name: string,
  networks: readonly ExportedNetwork[],
  combining: CombineOptions,
  { engine = 'onnxruntime', device = 'cpu', threads, batchSize = 1, precision = 'float32' }: ClassifierOptions = {},
): Promise<Omit<Classifier, 'load'>> {
  if (engine !== 'onnxruntime') {
    throw new ClassifierError(
      'bad-input',
      `Expected the engine onnxruntime for the networks of ${name} but received ${engine}. Leave the engine out, or take one of them.`,
      { name, expected: 'onnxruntime', received: engine },
    )
  }
  if (precision === 'bfloat16') {
    throw new ClassifierError(
      'bad-input',
      `Expected the precision float32 or float16 for the networks of ${name} but received bfloat16, which only one network on the device openvino has. Leave both out, or take one of them.`,
      { name, expected: ['float32', 'float16'], received: precision },
    )
  }
  assertBatchSize(batchSize)
  const [{ image }] = networks as [ExportedNetwork]
  const { height, width } = image
  const pixels = height * width
  const grid = exportedMap(...networks)
  // Every picture of an image is one of the batch.
  const imagesAtOnce = Math.max(1, Math.floor(batchSize / passesOf(combining.augmentations)))
  const { InferenceSession, Tensor } = loadOnnxRuntime()
  const bytes = await exportEnsemble(networks, combining, { precision })
  const options = { executionProviders: [device], ...(threads !== undefined && { intraOpNumThreads: threads }) }
  const session = await InferenceSession.create(bytes, options).catch((error: unknown) => {
    const reason = (error as Error).message.split('\n', 1)[0]
    throw new ClassifierError(
      'bad-input',
      `Expected a device that loads the networks of ${name} but received ${device}: ${reason}. Choose another device.`,
      { name, device, reason },
    )
  })

  async function run(images: Float32Array, count: number, outputs: readonly string[]): Promise<Float32Array[][]> {
    assertBatch(images, count, [batchSize, height, width, 1])
    const gray = grayOf(images.subarray(0, count * pixels), image)
    const found: Float32Array[][] = []
    for (let first = 0; first < count; first += imagesAtOnce) {
      const some = gray.subarray(first * pixels, Math.min(first + imagesAtOnce, count) * pixels)
      const input = new Tensor('float32', some, [some.length / pixels, height, width, 1])
      const given = await session.run({ images: input }, outputs)
      found.push(outputs.map((output) => given[output]!.data as Float32Array))
    }
    return found
  }

  async function logits(images: Float32Array, count: number): Promise<number[]> {
    const parts = await run(images, count, ['logit'])
    return assertFinite(Float32Array.from(parts.flatMap(([values]) => [...values!])))
  }

  async function probabilities(images: Float32Array, count: number): Promise<number[]> {
    return (await logits(images, count)).map(sigmoid)
  }

  async function explainBatch(images: Float32Array, count: number, options: MapOptions = {}): Promise<Explanation[]> {
    const { layers } = networks[0]!.model
    const isLast = options.stage === undefined || options.stage === layers?.length
    if (grid === null || !isLast || (options.method ?? 'cam') !== 'cam') {
      const expected = 'the method cam and the last stage of networks with average pooling and maps of one size'
      const received = grid === null ? 'others' : `${options.method ?? 'cam'} and stage ${options.stage ?? 'last'}`
      throw new ClassifierError(
        'map-undefined',
        `Expected ${expected} for the heatmaps of ${name} but received ${received}. Explain one of its networks.`,
        { name, ...options },
      )
    }
    const cells = grid.height * grid.width
    const parts = await run(images, count, ['logit', 'activation_map'])
    const found = assertFinite(Float32Array.from(parts.flatMap(([values]) => [...values!])))
    return found.map((logit, i) => {
      const [, maps] = parts[Math.floor(i / imagesAtOnce)]!
      const first = (i % imagesAtOnce) * cells
      return { logit, probability: sigmoid(logit), map: { data: maps!.slice(first, first + cells), ...grid } }
    })
  }

  const batches = { image, batchSize }
  return {
    fusion: null,
    views: async (images, count) => (await logits(images, count)).map((logit) => ({ logit, score: 0 })),
    logits,
    probabilities,
    explainBatch,
    classify: (images) => inBatches(images, batches, probabilities),
    explain: (images, options) => inBatches(images, batches, (batch, count) => explainBatch(batch, count, options)),
    dispose: () => session.release(),
  }
}

/** What `normalizeImage` made the numbers of, from 0 to 1. */
function grayOf(normalized: Float32Array, { mean, std }: ClassifierConfig['image']): Float32Array<ArrayBuffer> {
  return Float32Array.from(normalized, (value) => value * std + mean)
}
