import { loadOnnxRuntime } from '@mammokit/onnxruntime-loader'
import { createSeResNeXt } from '@mammokit/seresnext'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import '@tensorflow/tfjs-backend-cpu'
import { combineLogits } from '../../src/combination/combine-logits.ts'
import {
  type ExportedNetwork,
  exportEnsemble,
  exportedMap,
  openClassifier,
  withAugmentations,
} from '../../src/index.ts'
import { openGraphClassifier } from '../../src/networks/graph-classifier.ts'
import { sigmoid } from '../../src/selection.ts'

const shape = { layers: [1, 1, 1, 1], channels: [8, 16, 16, 16], cardinality: 2, baseWidth: 16, stemWidth: 8 }
const size = { height: 64, width: 32 }
const pixels = size.height * size.width
const count = 3
const gray = Float32Array.from({ length: count * pixels }, (_, i) => (((i * 7919) % 65_537) * (1 + (i % 3))) / 200_000)
const augmentations = ['flip', 'scale', 'crop'] as const

/** Two of other weights and other normalizations. */
let networks: ExportedNetwork[]
/** Logits of each, by the engine, on the images as they are and augmented. */
let plain: number[][]
let augmented: number[][]
let maps: Float32Array[][]

beforeAll(async () => {
  tf.enableProdMode() // without it tfjs prints advice
  await tf.setBackend('cpu')
  ;[networks, plain, augmented, maps] = [[], [], [], []]
  for (const [seed, image] of [
    [1, { ...size, mean: 0.449, std: 0.226 }],
    [2, { ...size, mean: 0.3, std: 0.5 }],
  ] as const) {
    const model = createSeResNeXt(shape, { seed, scope: `ensemble-${seed}` })
    const weights = model.stateDict()
    model.dispose()
    const classifier = await openClassifier({ model: shape, image }, { threads: 1, batchSize: count })
    await classifier.load(weights)
    const normalized = gray.map((value) => (value - image.mean) / image.std)
    plain.push(await classifier.logits(normalized, count))
    const views = await withAugmentations(classifier, image, [...augmentations]).views(normalized, count)
    augmented.push(views.map(({ logit }) => logit))
    maps.push((await classifier.explainBatch(normalized, count)).map(({ map }) => map.data))
    await classifier.dispose()
    // The first image lies below all others, the second among them, the third above.
    const [low, middle, high] = [...augmented.at(-1)!].sort((a, b) => a - b) as [number, number, number]
    const validationLogits = [low + 0.01, low + 0.02, low + 0.02, middle - 1e-3, middle + 2e-3, high - 0.02]
    networks.push({ model: shape, image, weights, validationLogits })
  }
})

async function run(bytes: Uint8Array): Promise<Record<'logit' | 'probability' | 'activation_map', Float32Array>> {
  const { InferenceSession, Tensor } = loadOnnxRuntime()
  const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1 })
  const found = await session.run({ images: new Tensor('float32', gray, [count, size.height, size.width, 1]) })
  await session.release()
  expect(found.logit!.dims).toEqual([count, 1])
  return Object.fromEntries(Object.entries(found).map(([name, { data }]) => [name, data as Float32Array])) as never
}

describe('a file of several networks', () => {
  test('has the mean of their logits, each with its own normalization, and the mean of their maps, to 1e-5', async () => {
    const found = await run(await exportEnsemble(networks, { combine: 'logits', augmentations: [] }))
    for (let i = 0; i < count; i++) {
      expect(found.logit[i]).toBeCloseTo((plain[0]![i]! + plain[1]![i]!) / 2, 5)
      expect(found.probability[i]).toBeCloseTo(sigmoid((plain[0]![i]! + plain[1]![i]!) / 2), 6)
      for (const [cell, first] of maps[0]![i]!.entries())
        expect(found.activation_map[2 * i + cell]).toBeCloseTo((first + maps[1]![i]![cell]!) / 2, 4)
    }
  })

  test.each([
    ['float32', 1e-5],
    ['float16', 0.02],
    ['int8', 0.3],
  ] as const)(
    'has augmentation and quantiles as nodes of its graph, in %s within %f of the probability',
    async (precision, tolerance) => {
      const found = await run(
        await exportEnsemble(networks, { combine: 'quantiles', augmentations: [...augmentations] }, { precision }),
      )
      const references = networks.map(({ validationLogits }) => validationLogits!)
      const expected = combineLogits('quantiles', augmented, references)
      for (const [i, logit] of expected.entries())
        expect(Math.abs(found.probability[i]! - sigmoid(logit))).toBeLessThanOrEqual(tolerance)
      // The map is that of the images as they are.
      if (precision === 'float32')
        for (let i = 0; i < count; i++)
          expect(found.activation_map[2 * i]).toBeCloseTo((maps[0]![i]![0]! + maps[1]![i]![0]!) / 2, 4)
    },
  )

  test('of quantiles far beyond the validation scores ends where log-odds do, and of one score alone has one place', async () => {
    const far = networks.map((network, i) => ({ ...network, validationLogits: [augmented[i]![0]! + 200] }))
    const found = await run(await exportEnsemble(far, { combine: 'quantiles', augmentations: [] }))
    for (const logit of found.logit) expect(logit).toBeCloseTo(-Math.log(2 ** 24 - 1), 4)
    const same = networks.map((network, i) => ({ ...network, validationLogits: [plain[i]![1]!, plain[i]![1]!] }))
    expect((await run(await exportEnsemble(same, { combine: 'quantiles', augmentations: [] }))).logit[1]).toBeCloseTo(
      0,
      4,
    )
  })

  test('has no map where the cells of the networks differ, or one has none', () => {
    const [one] = networks as [ExportedNetwork]
    expect(exportedMap(one, one)).toMatchObject({ height: 2, width: 1, stride: 32 })
    expect(exportedMap(one, { ...one, model: { ...shape, antiAlias: 'average' } })).toBeNull()
    expect(exportedMap(one, { ...one, model: { ...shape, globalPool: 'max' } })).toBeNull()
  })

  test('runs in no bfloat16, whatever the device', async () => {
    const combining = { combine: 'logits', augmentations: [] } as const
    const brief = { precision: 'bfloat16', device: 'openvino' } as const
    await expect(openGraphClassifier('runs/two', networks, combining, brief)).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(/^Expected the precision float32 or float16 .* runs\/two but received bfloat16/),
    })
  })

  test('fuses no views of a breast', async () => {
    const [one] = networks as [ExportedNetwork]
    const fused = { ...one, model: { ...shape, fusion: 'mean' as const } }
    await expect(exportEnsemble([one, fused], { combine: 'logits', augmentations: [] })).rejects.toMatchObject({
      code: 'breast-network',
    })
  })
})
