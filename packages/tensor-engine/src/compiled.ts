/** A function compiled to one graph of ONNX Runtime. */
import { compile, EngineError } from '@mammokit/tfjs-onnxruntime'
import * as tf from '@tensorflow/tfjs-core'
import type { PreparedFunction, TensorFunction } from './tensor-engine.ts'
import { TensorEngineError } from './tensor-engine-error.ts'

/** Devices that ONNX Runtime computes on: `cuda` on Linux x64, `dml` on Windows, `coreml` on macOS, the others anywhere. */
export const devices = ['cpu', 'webgpu', 'cuda', 'dml', 'coreml'] as const

export type Device = (typeof devices)[number]

interface CompiledOptions {
  readonly threads: number | undefined
  readonly device: Device
  readonly freezeVariables: boolean
}

export async function prepareCompiled(
  fn: TensorFunction,
  shapes: readonly (readonly number[])[],
  { threads, device, freezeVariables }: CompiledOptions,
): Promise<PreparedFunction> {
  const compiled = await compile(
    fn,
    shapes.map((shape) => ({ shape })),
    {
      executionProviders: [device],
      ...(threads !== undefined && { intraOpNumThreads: threads }),
      freezeVariables,
    },
  )
  return {
    async run(...inputs) {
      const outputs = await compiled.run(...inputs)
      return outputs.map(({ data }) => data as Float32Array)
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
    if (!(error instanceof EngineError && error.code === 'provider')) throw error
    throw new TensorEngineError(
      'device-unavailable',
      `Expected a device for ${device} but received: ${error.message} Use device cpu.`,
      { device, reason: error.message },
    )
  }
}
