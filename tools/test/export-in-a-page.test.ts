/** Exported files in a page: onnxruntime-web gives what onnxruntime-node gives. */
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { exportEnsemble, exportOnnx } from '@mammokit/mammogram-classifier'
import { loadOnnxRuntime } from '@mammokit/onnxruntime-loader'
import { createSeResNeXt } from '@mammokit/seresnext'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findChromium, runInChromium } from '../src/browser/run-in-chromium.ts'

const chromium = findChromium()
const model = { layers: [1, 1, 1, 1], channels: [8, 16, 16, 16], cardinality: 2, baseWidth: 16, stemWidth: 8 }
const image = { height: 96, width: 64, mean: 0.449, std: 0.226 }
const names = ['logit', 'probability', 'activation_map'] as const
const shape = [2, image.height, image.width, 1]
const values = Float32Array.from({ length: 2 * image.height * image.width }, (_, i) => ((i * 7919) % 101) / 101)

const host = `<!doctype html><script type="module">
import * as ort from '/ort.js'
ort.env.wasm.wasmPaths = { wasm: '/ort.wasm' }
ort.env.wasm.numThreads = 1
const values = new Float32Array(await (await fetch('/values')).arrayBuffer())
const answerOf = async (model) => {
  const session = await ort.InferenceSession.create(model)
  const outputs = await session.run({ images: new ort.Tensor('float32', values, ${JSON.stringify(shape)}) })
  return Object.fromEntries(Object.entries(outputs).map(([name, { dims, data }]) => [name, { dims, data: [...data] }]))
}
const answer = await (async () => ({ one: await answerOf('/one.onnx'), several: await answerOf('/several.onnx') }))()
  .catch((error) => ({ thrown: String(error?.stack ?? error) }))
await fetch('/result', { method: 'POST', body: JSON.stringify(answer) })
</script>`

type Outputs = Record<string, { dims: number[]; data: number[] }>

let folder = ''
let one: Uint8Array
/** Two networks by quantiles, on augmented images. */
let several: Uint8Array
beforeAll(async () => {
  tf.enableProdMode() // without it tfjs prints advice
  await tf.setBackend('cpu')
  const network = createSeResNeXt(model, { seed: 7, scope: 'page' })
  const weights = network.stateDict()
  network.dispose()
  one = await exportOnnx({ model, image }, weights)
  const members = [-0.5, 0.5].map((shift) => ({
    model,
    image: { ...image, mean: image.mean + shift / 10 },
    weights,
    validationLogits: Array.from({ length: 400 }, (_, i) => shift + (i - 200) / 100),
  }))
  several = await exportEnsemble(members, { combine: 'quantiles', augmentations: ['flip', 'scale', 'crop'] })
  folder = mkdtempSync(join(tmpdir(), 'export-page-'))
  const web = dirname(createRequire(import.meta.url).resolve('onnxruntime-web'))
  copyFileSync(join(web, 'ort.wasm.bundle.min.mjs'), join(folder, 'ort.js'))
  copyFileSync(join(web, 'ort-wasm-simd-threaded.wasm'), join(folder, 'ort.wasm'))
  writeFileSync(join(folder, 'index.html'), host)
})
afterAll(() => rmSync(folder, { recursive: true }))

describe.skipIf(chromium === undefined)('an exported file in Chromium', () => {
  it('gives logit, probability and map of onnxruntime-node, |delta| <= 1e-5, of one network and of several', async () => {
    const files = new Map([
      ['/one.onnx', one],
      ['/several.onnx', several],
      ['/values', new Uint8Array(values.buffer)],
    ])
    const pages = (await runInChromium(chromium!, folder, files)) as Record<string, Outputs>
    const { InferenceSession, Tensor } = loadOnnxRuntime()
    for (const [file, bytes] of Object.entries({ one, several })) {
      const session = await InferenceSession.create(bytes)
      const here = await session.run({ images: new Tensor('float32', values, shape) })
      await session.release()
      const page = pages[file]!
      expect(Object.keys(page)).toEqual([...names])
      for (const name of names) {
        expect(page[name]!.dims).toEqual([...here[name]!.dims])
        const expected = here[name]!.data as Float32Array
        page[name]!.data.forEach((value, i) => {
          expect(Math.abs(value - expected[i]!)).toBeLessThanOrEqual(1e-5)
        })
      }
    }
  })
})
