/** Logits of SE-ResNeXt50 32x4d, weights frozen into the graph, against PyTorch and against ONNX Runtime and OpenVINO on the exported file. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadOpenVino, type SessionOptions } from '@mammokit/openvino-runtime'
import { compile, toOnnx } from '@mammokit/tfjs-onnxruntime'
import type * as tf from '@tensorflow/tfjs-core'
import type { Benchmark, Contender } from './benchmark.ts'
import { startOpenVino } from './openvino-peer.ts'
import { startPythonPeer } from './python-peer.ts'
import { createNetwork, type ImageShape, randomBatch } from './seresnext-step.ts'

const threads = 2
const shape: ImageShape = [1, 1024, 512]

export async function inferenceBenchmarks(): Promise<Benchmark[]> {
  const folder = await mkdtemp(join(tmpdir(), 'mammokit-bench-'))
  const file = join(folder, 'seresnext50.onnx')
  return [
    {
      name: 'inference',
      shape: `SE-ResNeXt50 32x4d, ${shape.join('x')}, ${threads} threads`,
      rounds: 15,
      ours: () => startOurs(folder, file),
      peers: [
        () => startPythonPeer('pytorch', 'inference.py', ['pytorch', ...shape.map(String), String(threads)]),
        () =>
          startPythonPeer('pytorch channels_last', 'inference.py', [
            'channels_last',
            ...shape.map(String),
            String(threads),
          ]),
        () => startPythonPeer('pytorch bfloat16', 'inference.py', ['bfloat16', ...shape.map(String), String(threads)]),
        () => startPythonPeer('onnxruntime', 'inference.py', [file, ...shape.map(String), String(threads)]),
        () => startOpenVino('openvino', () => startFile(file, 'float32')),
        () => startOpenVino('openvino bfloat16', () => startFile(file, 'bfloat16')),
      ],
    },
  ]
}

async function startOurs(folder: string, file: string): Promise<Contender> {
  const model = await createNetwork()
  const forward = (x: tf.Tensor4D) => model.forward(x, { training: false })
  const specs = [{ shape: [...shape, 1], name: 'images' }]
  await writeFile(file, toOnnx(forward, specs))
  const compiled = await compile(forward, specs, { intraOpNumThreads: threads, freezeVariables: true })
  model.dispose()
  const { images } = randomBatch(shape)
  const run = async () => {
    const start = performance.now()
    await compiled.run(images)
    return (performance.now() - start) / 1000
  }
  await run()
  return {
    name: 'mammokit',
    round: run,
    close: async () => {
      await compiled.dispose()
      await rm(folder, { recursive: true })
    },
  }
}

/** The exported file on OpenVINO, in this process. */
async function startFile(file: string, precision: NonNullable<SessionOptions['precision']>): Promise<Contender> {
  const session = await loadOpenVino().createSession(await readFile(file), { threads, precision })
  const images = { type: 'float32' as const, dims: [...shape, 1], data: randomBatch(shape).images }
  return {
    name: `openvino ${precision}`,
    async round() {
      const start = performance.now()
      await session.run({ images })
      return (performance.now() - start) / 1000
    },
    close: () => session.release(),
  }
}
