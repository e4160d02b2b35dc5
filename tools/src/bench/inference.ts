/** Logits of SE-ResNeXt50 32x4d, weights frozen into the graph, against PyTorch and against ONNX Runtime on the exported file. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compile, toOnnx } from '@mammokit/tfjs-onnxruntime'
import type * as tf from '@tensorflow/tfjs-core'
import type { Benchmark, Contender } from './benchmark.ts'
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
        () => startPythonPeer('onnxruntime', 'inference.py', [file, ...shape.map(String), String(threads)]),
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
