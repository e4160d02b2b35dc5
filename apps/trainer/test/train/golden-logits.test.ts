/** The whole network, compiled, against timm: packages/seresnext/test/fixtures/README.md says how the logits were made. */
import { readFileSync } from 'node:fs'
import type { SeResNeXt } from '@mammokit/seresnext'
import { compile } from '@mammokit/tfjs-onnxruntime'
import type * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hashed, hashedImages } from '../../../../packages/seresnext/test/hashed-weights.ts'
import { createHashedNetwork } from './hashed-network.ts'

interface Golden {
  readonly images: [count: number, height: number, width: number]
  readonly evalFloat64: number[][]
  readonly trainFloat64: number[][]
  readonly runningStatistics: Record<string, { norm: number; projections: number[] }>
}

const fixture = new URL('../../../../packages/seresnext/test/fixtures/seresnext50-32x4d.json', import.meta.url)
const golden = JSON.parse(readFileSync(fixture, 'utf8')) as Golden
const [count, height, width] = golden.images
const images = hashedImages('images', count, height, width)

let model: SeResNeXt

beforeAll(async () => {
  model = await createHashedNetwork()
})

afterAll(() => model.dispose())

describe('SE-ResNeXt50 32x4d, compiled', () => {
  it("matches timm's logits in eval mode, 1e-4 relative", async () => {
    expectRelative(await logits(false), golden.evalFloat64.flat(), 1e-4)
  })

  it("matches timm's logits in training mode, 1e-4 relative, and its running statistics, 1e-4 of their norm", async () => {
    expectRelative(await logits(true), golden.trainFloat64.flat(), 1e-4)
    const state = model.stateDict()
    for (const [name, expected] of Object.entries(golden.runningStatistics)) {
      const values = state.get(name)?.data as Float32Array
      expected.projections.forEach((projection, k) => {
        const vector = hashed(`${name}.probe${k}`, values.length)
        const ours = values.reduce((sum, value, index) => sum + value * (2 * vector[index] - 1), 0)
        expect(Math.abs(ours - projection), `${name} ${k}`).toBeLessThan(1e-4 * expected.norm)
      })
    }
  })
})

async function logits(training: boolean): Promise<Float32Array> {
  const forward = await compile(
    (x: tf.Tensor4D) => model.forward(x, { training }),
    [{ shape: [count, height, width, 1] }],
  )
  try {
    return (await forward.run(images)).data as Float32Array
  } finally {
    await forward.dispose()
  }
}

function expectRelative(actual: Float32Array, expected: number[], tolerance: number): void {
  expect(actual.length).toBe(expected.length)
  expected.forEach((value, index) => {
    const message = `logit ${index}: ${actual[index]} instead of ${value}`
    expect(Math.abs(actual[index] - value), message).toBeLessThanOrEqual(tolerance * Math.abs(value))
  })
}
