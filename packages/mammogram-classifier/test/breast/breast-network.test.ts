import { openEngine } from '@mammokit/tensor-engine'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { type BreastNetwork, createBreastNetwork } from '../../src/breast/breast-network.ts'
import { type Fusion, fuseViews, groupByBreast } from '../../src/breast/fuse-views.ts'
import { openClassifier } from '../../src/classifier.ts'
import { exportOnnx } from '../../src/export/export-onnx.ts'

const small = { layers: [1, 1, 1, 1], channels: [8, 16, 16, 32], cardinality: 2, baseWidth: 8, stemWidth: 8 }
const image = { height: 64, width: 32, mean: 0.449, std: 0.226 }
const images = () => tf.randomNormal<tf.Rank.R4>([6, 64, 32, 1], 0, 1, 'float32', 7)
let made = 0
const networkOf = (fusion: Fusion | null, seed = 13) =>
  createBreastNetwork({ ...small, fusion }, { seed, scope: `test-${made++}` })

beforeAll(async () => {
  await openEngine('onnxruntime', { threads: 1 })
})

/** Logits and scores of single images. */
function outputsOf(network: BreastNetwork, x: tf.Tensor4D) {
  const [logits, scores] = network.outputs(x).map((output) => output.dataSync())
  return Array.from(logits, (logit, i) => ({ logit, score: scores?.[i] ?? 0 }))
}

describe('fuseViews', () => {
  it('weighs logits by the softmax of their scores; one image is its own breast', () => {
    expect(fuseViews([{ logit: 0.1 + 0.2, score: 800 }])).toBe(0.1 + 0.2)
    const third = Math.log(1 / 3)
    expect(
      fuseViews([
        { logit: 2, score: 1000 },
        { logit: -1, score: 1000 + third },
      ]),
    ).toBeCloseTo(1.25, 12)
    expect(fuseViews([1, 2, 6].map((logit) => ({ logit, score: 0 })))).toBeCloseTo(3, 12)
  })

  it('knows the rows of a breast by patient and side, whatever is in their ids', () => {
    const row = (patientId: string, laterality: string) => ({ patientId, laterality })
    const rows = [row('1', 'L'), row('1","L', 'R'), row('1', 'R'), row('1', 'L')]
    expect(groupByBreast(rows)).toEqual([[0, 3], [1], [2]])
  })
})

describe('a network that fuses', () => {
  it.each(['mean', 'attention'] as const)(
    'by %s has before its last layer what fuseViews makes after it, 1e-5, in any order of the images',
    (fusion) => {
      const network = networkOf(fusion)
      const x = images()
      const logits = network.classify(network.vectors(x, { training: false })).dataSync()
      expect(logits).toHaveLength(3)
      const outputs = outputsOf(network, x)
      logits.forEach((logit, breast) => {
        const views = outputs.slice(2 * breast, 2 * breast + 2)
        expect(Math.abs(fuseViews(views) - logit)).toBeLessThan(1e-5)
        expect(fuseViews(views.reverse())).toBeCloseTo(fuseViews(views), 12)
      })
      network.dispose()
    },
  )

  it('by attention scores an image by w tanh(V h + b), 1e-5', () => {
    const network = networkOf('attention')
    const x = images()
    const state = network.stateDict()
    const [w, v, b] = ['score.weight', 'hidden.weight', 'hidden.bias'].map(
      (name) => state.get(`fusion.${name}`)?.data as Float32Array,
    )
    const vectors = tf.mean(network.model.forwardFeatures(x, { training: false }), [1, 2]).arraySync() as number[][]
    const scores = outputsOf(network, x).map(({ score }) => score)
    expect(new Set(scores).size).toBe(6)
    vectors.forEach((h, i) => {
      const hidden = Array.from(b, (bias, unit) =>
        Math.tanh(h.reduce((sum, value, c) => sum + value * v[unit * h.length + c], bias)),
      )
      expect(Math.abs(hidden.reduce((sum, value, unit) => sum + value * w[unit], 0) - scores[i])).toBeLessThan(1e-5)
    })
    network.dispose()
  })

  it('keeps its tensors beside timm’s, takes them back, and says which one is missing', () => {
    const [network, other, single] = [networkOf('attention'), networkOf('attention', 14), networkOf(null)]
    const state = network.stateDict()
    expect([...state.keys()].filter((name) => name.startsWith('fusion.'))).toEqual([
      'fusion.hidden.weight',
      'fusion.hidden.bias',
      'fusion.score.weight',
    ])
    const x = images()
    other.loadStateDict(state)
    expect(outputsOf(other, x)).toEqual(outputsOf(network, x))
    const lacking = new Map([...state].filter(([name]) => name !== 'fusion.hidden.bias'))
    expect(() => other.loadStateDict(lacking)).toThrow('Expected F32 [128] for fusion.hidden.bias but received none.')
    other.loadStateDict(single.stateDict(), { keepFusion: true })
    expect(() => single.loadStateDict(state)).toThrow('fusion.hidden.weight')
    single.loadStateDict(state, { keepFusion: true })
    expect(outputsOf(single, x).map(({ logit }) => logit)).toEqual(outputsOf(network, x).map(({ logit }) => logit))
    for (const each of [network, other, single]) each.dispose()
  })

  it('is no network of single images: the classifier and the export say so', async () => {
    const network = networkOf('attention')
    const state = network.stateDict()
    const model = { ...small, fusion: 'attention' as const }
    const classifier = await openClassifier({ model, image }, { threads: 1, batchSize: 6 })
    await classifier.load(state)
    const x = images()
    const views = await classifier.views(x.dataSync() as Float32Array, 6)
    outputsOf(network, x).forEach(({ logit, score }, i) => {
      expect(Math.abs(views[i]!.logit - logit)).toBeLessThan(1e-4)
      expect(Math.abs(views[i]!.score - score)).toBeLessThan(1e-4)
    })
    const message = 'Expected a network of single images'
    await expect(classifier.logits(x.dataSync() as Float32Array, 6)).rejects.toThrow(message)
    await expect(classifier.classify([{ data: new Uint16Array(64 * 32), height: 64, width: 32 }])).rejects.toThrow(
      message,
    )
    await expect(exportOnnx({ model, image }, state)).rejects.toThrow(message)
    await classifier.dispose()
    network.dispose()
  })
})
