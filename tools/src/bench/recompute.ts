/** What it costs to compute each block of the network again in the backward pass: the step of `train-step` with and without `recompute`. */
import { recompute } from '@mammokit/tfjs-onnxruntime'
import type { Benchmark } from './benchmark.ts'
import type { ImageShape } from './seresnext-step.ts'
import { startTrainStep, threads } from './train-step.ts'

const shape: ImageShape = [2, 512, 256]

export function recomputeBenchmarks(): Benchmark[] {
  return [
    {
      name: 'recompute',
      shape: `SE-ResNeXt50 32x4d, ${shape.join('x')}, forward + backward + Adam, ${threads} threads, by block`,
      rounds: 9,
      ours: () => startTrainStep(shape, {}, { recompute }),
      peers: [async () => ({ ...(await startTrainStep(shape, {}, {}, 'kept')), name: 'values kept' })],
    },
  ]
}
