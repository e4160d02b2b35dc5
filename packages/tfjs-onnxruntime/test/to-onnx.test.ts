import { readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import * as tf from '@tensorflow/tfjs'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { expect, test } from 'vitest'
import { expectClose, useJavaScriptBackend } from './compare.ts'
import { exportedModels } from './exported-models.ts'

useJavaScriptBackend()

interface Recorded {
  readonly opset: number
  readonly irVersion: number
  readonly inputs: Record<string, (string | number)[]>
  /** Python's onnxruntime on the file. */
  readonly outputs: Record<string, { shape: number[]; data: number[] }>
}

/** For the recorder: ONNX_EXPORTS=folder vitest run test/to-onnx.test.ts writes the files and what tfjs gives there. */
const folder = process.env.ONNX_EXPORTS

const fixture = new URL('./fixtures/onnx-exports.json', import.meta.url)

test.each(Object.entries(exportedModels))(
  '%s is exported to a file that gives what tfjs gives and what Python ONNX Runtime gave, |delta| <= 1e-5 of the largest',
  async (name, exportModel) => {
    const { file, inputs, outputs } = exportModel()
    if (folder !== undefined) return writeForRecorder(name, file, { inputs, outputs })
    const recorded = (JSON.parse(readFileSync(fixture, 'utf8')) as { models: Record<string, Recorded> }).models[name]
    const session = await InferenceSession.create(file)
    const got = await session.run(Object.fromEntries(Object.entries(inputs).map(([key, x]) => [key, toOrt(x)])))
    expect(session.inputNames).toEqual(Object.keys(recorded.inputs))
    for (const [key, want] of Object.entries(outputs)) {
      const { data, dims } = got[key]
      expect(dims).toEqual(want.shape)
      expect(recorded.outputs[key].shape).toEqual(want.shape)
      expectClose(data as Float32Array, want.dataSync(), 1e-5)
      expectClose(data as Float32Array, recorded.outputs[key].data, 1e-5)
    }
    // The batch size is open: the first of the three alone gives what it gave among them.
    const first = Object.entries(inputs).map(([key, x]) => [key, toOrt(tf.slice(x, 0, 1))])
    const alone = await session.run(Object.fromEntries(first))
    for (const [key, want] of Object.entries(outputs)) {
      const { data, dims } = alone[key]
      expect(dims).toEqual([want.shape[0] / 3, ...want.shape.slice(1)])
      expectClose(data as Float32Array, want.dataSync().slice(0, want.size / 3), 1e-5)
    }
    await session.release()
  },
)

function toOrt(x: tf.Tensor): Tensor {
  return new Tensor(x.dtype as 'float32', x.dataSync() as Float32Array, x.shape)
}

async function writeForRecorder(
  name: string,
  file: Uint8Array,
  { inputs, outputs }: Record<string, Record<string, tf.Tensor>>,
): Promise<void> {
  const plain = (tensors: Record<string, tf.Tensor>) =>
    Object.fromEntries(
      Object.entries(tensors).map(([key, x]) => [
        key,
        { dtype: x.dtype, shape: x.shape, data: Array.from(x.dataSync()) },
      ]),
    )
  await mkdir(folder!, { recursive: true })
  await writeFile(`${folder}/${name}.onnx`, file)
  await writeFile(`${folder}/${name}.json`, JSON.stringify({ inputs: plain(inputs), outputs: plain(outputs) }))
}
