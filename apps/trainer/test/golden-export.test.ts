/** The whole network as an ONNX file, in Python's ONNX Runtime: fixtures/README.md says how that was recorded. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { SeResNeXt } from '@mammokit/seresnext'
import { compile, toOnnx } from '@mammokit/tfjs-onnxruntime'
import type * as tf from '@tensorflow/tfjs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { hashedImages } from '../../../packages/seresnext/test/hashed-weights.ts'
import { createHashedNetwork } from './hashed-network.ts'

/** For the recorder: the folder that the file and what tfjs gives are written to. */
const folder = process.env.ONNX_EXPORTS

const shape = [2, 96, 64, 1]
const images = hashedImages('images', 2, 96, 64)
const fixture = new URL('./fixtures/onnx-exports.json', import.meta.url)

let model: SeResNeXt

beforeAll(async () => {
  model = await createHashedNetwork()
}, 120_000)

afterAll(() => model.dispose())

it("gives in Python's ONNX Runtime the logits that it gives compiled, |delta| <= 1e-5 of the largest", async () => {
  const forward = (x: tf.Tensor4D) => ({ logits: model.forward(x, { training: false }) })
  const compiled = await compile(forward, [{ shape }], { freezeVariables: true })
  const { logits } = await compiled.run(images)
  await compiled.dispose()
  const file = toOnnx(forward, [{ shape: [null, ...shape.slice(1)], name: 'images' }])
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
  const want = recorded.outputs.logits.data as number[]
  const largest = Math.max(...want.map(Math.abs))
  expect(logits.data.length).toBe(want.length)
  for (const [i, value] of want.entries()) expect(Math.abs(logits.data[i] - value)).toBeLessThanOrEqual(1e-5 * largest)
  // All weights are in the file: 25.5 million numbers of four bytes.
  expect(file.byteLength).toBeGreaterThan(1e8)
})
