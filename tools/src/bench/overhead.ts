/**
 * How much of a training step is not ONNX Runtime's: the step of `train-step`, and of it the time inside and outside of the native session's `run`.
 * Outside is JavaScript, this project's and onnxruntime-node's, and, where the host makes the optimizer's updates, Adam's pass over the weights.
 */
import { loadNativeBinding } from '@mammokit/onnxruntime-loader'
import type { Benchmark, Contender } from './benchmark.ts'
import type { ImageShape } from './seresnext-step.ts'
import { startTrainStep, threads } from './train-step.ts'

const shape: ImageShape = [2, 512, 256]

export async function overheadBenchmarks(): Promise<Benchmark[]> {
  const native = await watchNativeRuns()
  return (['graph', 'host'] as const).map((updates) => {
    let whole = 0
    return {
      name: 'overhead',
      shape: `SE-ResNeXt50 32x4d, ${shape.join('x')}, forward + backward + Adam, ${threads} threads, updates: ${updates}`,
      rounds: 15,
      ours: async () => {
        const step = await startTrainStep(shape, { updates })
        const round = async () => {
          native.seconds = 0
          whole = await step.round()
          return whole
        }
        return { ...step, round }
      },
      peers: [
        async () => partOf('inside of session.run', () => native.seconds),
        async () => partOf('outside of session.run', () => whole - native.seconds),
      ],
    }
  })
}

/** A part of our last round. */
function partOf(name: string, seconds: () => number): Contender {
  return { name, round: async () => seconds(), close: async () => undefined }
}

/** Adds up the seconds that the native part of onnxruntime-node computes. */
async function watchNativeRuns(): Promise<{ seconds: number }> {
  const { binding } = loadNativeBinding()
  const { InferenceSession } = binding
  const native = { seconds: 0 }
  binding.InferenceSession = class extends InferenceSession {
    override run(...args: Parameters<InstanceType<typeof InferenceSession>['run']>) {
      const start = performance.now()
      const fetched = super.run(...args)
      native.seconds += (performance.now() - start) / 1000
      return fetched
    }
  }
  return native
}
