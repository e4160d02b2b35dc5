/** Focal loss and its gradient, compiled, against PyTorch: packages/focal-loss/test/fixtures/README.md says how they were made. */
import { readFileSync } from 'node:fs'
import { type FocalLossOptions, focalLoss } from '@mammokit/focal-loss'
import { compile } from '@mammokit/tfjs-onnxruntime'
import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-layers' // registers the gradients
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'

interface Case {
  readonly options: FocalLossOptions
  readonly logits: number[]
  readonly targets: number[]
  readonly loss: number[]
  readonly gradient: number[]
}

const fixture = new URL('../../../../packages/focal-loss/test/fixtures/focal-loss.json', import.meta.url)
const { cases } = JSON.parse(readFileSync(fixture, 'utf8')) as { cases: Case[] }
const sizes = [...new Set(cases.map(({ logits }) => logits.length))]

beforeAll(async () => {
  tf.enableProdMode()
  await tf.setBackend('cpu')
})

it.each(sizes)(
  'compiled focal loss of %i logits matches PyTorch in loss and gradient, 1e-5 relative or 1e-6 absolute',
  async (size) => {
    const chosen = cases.filter(({ logits }) => logits.length === size)
    const inputs = chosen.flatMap(() => [{ shape: [size, 1] }, { shape: [size, 1] }])
    const compiled = await compile(
      (...tensors: tf.Tensor2D[]) =>
        chosen.map(({ options }, index) => {
          const [logits, targets] = tensors.slice(2 * index, 2 * index + 2)
          const loss = (z: tf.Tensor) => focalLoss(z, targets, options)
          return { loss: loss(logits), gradient: tf.grad((z) => tf.sum(loss(z)))(logits) }
        }),
      inputs,
    )
    const results = await compiled.run(
      ...chosen.flatMap(({ logits, targets }) => [Float32Array.from(logits), Float32Array.from(targets)]),
    )
    chosen.forEach(({ options, loss, gradient }, index) => {
      expectClose(results[index].loss.data as Float32Array, loss, options)
      expectClose(results[index].gradient.data as Float32Array, gradient, options)
    })
    await compiled.dispose()
  },
)

function expectClose(actual: ArrayLike<number>, expected: number[], context: unknown): void {
  expect(actual.length).toBe(expected.length)
  expected.forEach((value, index) => {
    const message = `${JSON.stringify(context)} at ${index}: ${actual[index]} instead of ${value}`
    expect(Math.abs(actual[index] - value), message).toBeLessThanOrEqual(1e-6 + 1e-5 * Math.abs(value))
  })
}
