/** Makes ONNX Runtime an ordinary tfjs backend. */
import * as tf from '@tensorflow/tfjs-core'
import { EngineError } from '../errors.ts'
import { lowerings } from '../kernels/table.ts'
import type { SessionOptions } from '../run/session.ts'
import { tfjsKernelNames } from '../trace/register.ts'
import { loadBackendRuntime } from './backend-runtime.ts'
import { DeferredBackend } from './deferred-backend.ts'

export interface BackendOptions
  extends Pick<SessionOptions, 'executionProviders' | 'intraOpNumThreads' | 'graphOptimizationLevel' | 'runtime'> {
  /** tfjs's name for the backend. @default 'onnxruntime' */
  readonly name?: string
}

/**
 * Registers the backend with tfjs: `tf.setBackend('onnxruntime')` then runs any tfjs code, `model.fit` and `model.predict` among it, on ONNX Runtime.
 *
 * Operations are written down and run together at the program's next await, or when their numbers are read. Kernels
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
  const { name = 'onnxruntime' } = options
  if (tf.findBackendFactory(name) !== null)
    throw new EngineError(
      'bad-state',
      `Expected a name that no backend has but received ${name}. Register once, or give another name.`,
      { name },
    )
  const runtime = await loadBackendRuntime(options)
  tf.registerBackend(name, () => new DeferredBackend(tf.engine(), runtime))
  for (const kernelName of new Set([...Object.keys(lowerings), ...tfjsKernelNames()]))
    tf.registerKernel({ kernelName, backendName: name, kernelFunc: kernelFuncOf(kernelName) })
}

function kernelFuncOf(name: string): tf.KernelFunc {
  const lowering = lowerings[name]
  return ({ inputs, attrs, backend }) => {
    const tensors = Object.entries(inputs).filter((entry): entry is [string, tf.TensorInfo] => entry[1] != null)
    const own = backend as DeferredBackend
    const dtypes = [...tensors.map(([, { dtype }]) => dtype), (attrs as { dtype?: string } | undefined)?.dtype]
    const isNumeric = !dtypes.some((dtype) => dtype === 'string' || dtype === 'complex64')
    const recorded = isNumeric
      ? own.record((builder, resolve) =>
          lowering?.(builder, Object.fromEntries(tensors.map(([key, tensor]) => [key, resolve(tensor)])), attrs ?? {}),
        )
      : undefined
    return recorded ?? runOnCpu(name, tensors, attrs, own)
  }
}

/** What the fallback needs of tfjs's cpu backend. */
interface CpuBackend extends tf.KernelBackend {
  makeTensorInfo(shape: number[], dtype: tf.DataType, values: tf.backend_util.BackendValues): tf.TensorInfo
}

function runOnCpu(
  name: string,
  tensors: readonly [string, tf.TensorInfo][],
  attrs: tf.NamedAttrMap | undefined,
  own: DeferredBackend,
): tf.TensorInfo | tf.TensorInfo[] {
  const kernel = tf.getKernel(name, 'cpu')
  const cpu = tf.engine().findBackend('cpu') as CpuBackend | null
  if (kernel == null || cpu === null) {
    const odd = [...tensors.map(([, { dtype }]) => dtype), attrs?.dtype].find(
      (dtype) => dtype === 'string' || dtype === 'complex64',
    )
    throw new EngineError(
      'unsupported-kernel',
      `Expected a kernel with a lowering but received ${name}${odd === undefined ? '' : ` of ${odd}`}. Import @tensorflow/tfjs-backend-cpu, which runs it.`,
      { kernel: name },
    )
  }
  const moved = tensors.map(([key, { dataId, shape, dtype }]): [string, tf.TensorInfo] => [
    key,
    cpu.makeTensorInfo(shape, dtype, own.readSync(dataId)),
  ])
  const result = kernel.kernelFunc({ inputs: Object.fromEntries(moved), attrs: attrs ?? {}, backend: cpu })
  const take = ({ dataId, shape, dtype }: tf.TensorInfo): tf.TensorInfo => {
    const values = cpu.readSync(dataId) as tf.backend_util.BackendValues
    return { dataId: own.adopt(values, shape, dtype), shape, dtype }
  }
  const taken = Array.isArray(result) ? result.map(take) : take(result)
  for (const { dataId } of [...[result].flat(), ...moved.map(([, tensor]) => tensor)]) cpu.disposeData(dataId)
  return taken
}
