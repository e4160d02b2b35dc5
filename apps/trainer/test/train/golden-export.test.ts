/** The whole network as an ONNX file, in Python's ONNX Runtime and here: fixtures/README.md says how the former was recorded. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { SeResNeXt } from '@mammokit/seresnext'
import { compile, toOnnx } from '@mammokit/tfjs-onnxruntime'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { hashedImages } from '../../../../packages/seresnext/test/hashed-weights.ts'
import { createHashedNetwork } from './hashed-network.ts'

/** For the recorder: the folder that the file and what tfjs gives are written to. */
const folder = process.env.ONNX_EXPORTS

const shape = [2, 96, 64, 1]
const images = hashedImages('images', 2, 96, 64)
const fixture = new URL('../fixtures/onnx-exports.json', import.meta.url)

let model: SeResNeXt

beforeAll(async () => {
  model = await createHashedNetwork()
})

afterAll(() => model.dispose())

const forward = (x: tf.Tensor4D) => ({ logits: model.forward(x, { training: false }) })

/** For images of one size, in batches of any. */
function exportNetwork(height: number, width: number): Uint8Array {
  return toOnnx(forward, [{ shape: [null, height, width, 1], name: 'images' }])
}

function expectLogits(got: ArrayLike<number>, want: ArrayLike<number>): void {
  const largest = Math.max(...Array.from(want, Math.abs))
  expect(got.length).toBe(want.length)
  for (const [i, value] of Array.from(want).entries())
    expect(Math.abs(got[i] - value)).toBeLessThanOrEqual(1e-5 * largest)
}

it("gives in Python's ONNX Runtime the logits that it gives compiled, |delta| <= 1e-5 of the largest", async () => {
  const compiled = await compile(forward, [{ shape }], { freezeVariables: true })
  const { logits } = await compiled.run(images)
  await compiled.dispose()
  const file = exportNetwork(96, 64)
  if (folder !== undefined) {
    const plain = (data: ArrayLike<number>, of: readonly number[]) => ({
      dtype: 'float32',
      shape: of,
      data: Array.from(data),
    })
    mkdirSync(folder, { recursive: true })
    writeFileSync(`${folder}/seresnext50-32x4d.onnx`, file)
    const given = { inputs: { images: plain(images, shape) }, outputs: { logits: plain(logits.data, logits.shape) } }
    writeFileSync(`${folder}/seresnext50-32x4d.json`, JSON.stringify(given))
    return
  }
  const recorded = JSON.parse(readFileSync(fixture, 'utf8')).models['seresnext50-32x4d']
  expect(recorded.inputs).toEqual({ images: ['batch', ...shape.slice(1)] })
  expectLogits(logits.data, recorded.outputs.logits.data)
  // All weights are in the file: 25.5 million numbers of four bytes.
  expect(file.byteLength).toBeGreaterThan(1e8)
})

it('gives in onnxruntime-node, from the exported bytes, the logits of the JavaScript backend, |delta| <= 1e-5 of the largest', async () => {
  const session = await InferenceSession.create(exportNetwork(48, 32))
  const small = hashedImages('small images', 2, 48, 32)
  const { logits } = await session.run({ images: new Tensor('float32', small, [2, 48, 32, 1]) })
  await session.release()
  const want = tf.tidy(() => forward(tf.tensor4d(small, [2, 48, 32, 1])).logits.dataSync())
  expectLogits(logits.data as Float32Array, want)
})
