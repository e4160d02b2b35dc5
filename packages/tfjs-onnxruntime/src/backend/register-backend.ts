/** Registers ONNX Runtime as an ordinary tfjs backend. */
import * as tf from '@tensorflow/tfjs-core'
import { EngineError } from '../errors.ts'
import { lowerings } from '../kernels/table.ts'
import { registerMissingGradients } from '../ops/gradients.ts'
import { checkNames, type NamesOf } from '../options.ts'
import type { SessionOptions } from '../run/session.ts'
import { kernelNames } from '../trace/register.ts'
import { loadBackendRuntime } from './backend-runtime.ts'
import { isStringOrComplex, runOnCpu } from './cpu-fallback.ts'
import { DeferredBackend } from './deferred-backend.ts'
import { nearbyKernel } from './nearby.ts'

/** Options of the backend `onnxruntime`. */
export interface BackendOptions
  extends Pick<SessionOptions, 'executionProviders' | 'intraOpNumThreads' | 'graphOptimizationLevel' | 'runtime'> {
  /** tfjs's name for the backend. @default 'onnxruntime' */
  readonly name?: string
}

const optionNames = {
  name: true,
  executionProviders: true,
  intraOpNumThreads: true,
  graphOptimizationLevel: true,
  runtime: true,
} as const satisfies NamesOf<BackendOptions>

/**
 * Registers the backend with tfjs: `tf.setBackend('onnxruntime')` then runs any tfjs code, including `model.fit` and `model.predict`, on ONNX Runtime.
 *
 * Operations are recorded and run together at the program's next await, or when their values are read. Kernels
 * that have no lowering run on tfjs's cpu backend where that is registered. `dataSync` needs onnxruntime-node as it comes: in a page, or with `runtime`
 * given, it serves what has been awaited, and is an error for the rest.
 *
 * @throws {EngineError} `provider` where no provider works, `bad-state` where tfjs has a backend of that name
 * @example
 * await registerBackend()
 * await tf.setBackend('onnxruntime')
 * tf.matMul([[1, 2]], [[3], [4]]).dataSync() // [11]
 */
export async function registerBackend(options: BackendOptions = {}): Promise<void> {
  checkNames(options, optionNames, 'registerBackend')
  const { name = 'onnxruntime' } = options
  if (tf.findBackendFactory(name) !== null)
    throw new EngineError(
      'bad-state',
      `Expected an unused backend name but received ${name}. Register once, or choose another name.`,
      { name },
    )
  const runtime = await loadBackendRuntime(options)
  tf.registerBackend(name, () => new DeferredBackend(tf.engine(), runtime))
  registerMissingGradients()
  // Without a kernel tfjs reads pixels itself.
  for (const kernelName of kernelNames())
    tf.registerKernel({ kernelName, backendName: name, kernelFunc: kernelFuncOf(kernelName) })
}

function kernelFuncOf(name: string): tf.KernelFunc {
  const lowering = lowerings[name]
  const nearby = nearbyKernel(name)
  return ({ inputs, attrs, backend }) => {
    const own = backend as DeferredBackend
    const computed = nearby?.(inputs as Record<string, tf.TensorInfo>, attrs ?? {}, own)
    if (computed !== undefined) return computed
    const { dtype } = (attrs ?? {}) as { dtype?: string }
    let isNumeric = !isStringOrComplex(dtype)
    for (const key in inputs) isNumeric &&= !isStringOrComplex(inputs[key]?.dtype)
    const recorded = isNumeric && lowering ? own.record(lowering, inputs, attrs ?? {}) : undefined
    if (recorded !== undefined) return recorded
    const tensors = Object.entries(inputs).filter((entry): entry is [string, tf.TensorInfo] => entry[1] != null)
    return runOnCpu(name, tensors, attrs, own)
  }
}
