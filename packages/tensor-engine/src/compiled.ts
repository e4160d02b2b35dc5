/** A function compiled to one graph of ONNX Runtime. */
import { compile, EngineError } from '@mammokit/tfjs-onnxruntime'
import * as tf from '@tensorflow/tfjs-core'
import type { Device, Precision } from './names.ts'
import type { PreparedFunction, TensorFunction } from './tensor-engine.ts'
import { TensorEngineError } from './tensor-engine-error.ts'

interface CompiledOptions {
  readonly threads: number | undefined
  readonly device: Device
  readonly freezeVariables: boolean
  readonly seed: number | undefined
  readonly precision: Precision
}

export async function prepareCompiled(
  fn: TensorFunction,
  shapes: readonly (readonly number[])[],
  { threads, device, freezeVariables, seed, precision }: CompiledOptions,
): Promise<PreparedFunction> {
  const compiled = await compile(
    fn,
    shapes.map((shape) => ({ shape })),
    {
      executionProviders: [device],
      ...(threads !== undefined && { intraOpNumThreads: threads }),
      freezeVariables,
      ...(seed !== undefined && { seed }),
      precision,
    },
  ).catch((error: unknown) => {
    throw unavailable(error, device, precision === 'float32' ? 'Use device cpu.' : 'Use precision float32.')
  })
  return {
    async run(...inputs) {
      const outputs = await compiled.run(...inputs)
      return outputs.map(({ data }) => data as Float32Array)
    },
    seek(run) {
      compiled.step = run
    },
    download: () => compiled.download(),
    dispose: () => compiled.dispose(),
  }
}

/** Compiles something small on the device. @throws {TensorEngineError} `device-unavailable` */
export async function assertDevice(device: Device): Promise<void> {
  try {
    const probe = await compile((x: tf.Tensor) => tf.neg(x), [{ shape: [1] }], { executionProviders: [device] })
    await probe.dispose()
  } catch (error) {
    throw unavailable(error, device, 'Use device cpu.')
  }
}

/** The error for a device that the engine refuses; any other error as it is. */
function unavailable(error: unknown, device: Device, advice: string): unknown {
  if (!(error instanceof EngineError && error.code === 'provider')) return error
  // Its own advice is about an option of tfjs-onnxruntime, which a device stands for here.
  const fallbacks = error.details.fallbacks as readonly { readonly reason: string }[] | undefined
  const reason = fallbacks?.map(({ reason }) => `${reason}.`).join(' ') ?? error.message
  const message = `Expected a device for ${device} but received: ${reason} ${advice}`
  return new TensorEngineError('device-unavailable', message, { device, reason })
}
