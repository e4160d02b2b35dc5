/** Kernels that a graph cannot express, on tfjs's cpu backend: those without a lowering, and those on strings and complex numbers. */
import * as tf from '@tensorflow/tfjs-core'
import { EngineError } from '../errors.ts'
import type { DeferredBackend } from './deferred-backend.ts'

/** What the fallback needs of tfjs's cpu backend. */
interface CpuBackend extends tf.KernelBackend {
  makeTensorInfo(shape: number[], dtype: tf.DataType, values: tf.backend_util.BackendValues): tf.TensorInfo
}

/** tfjs's cpu backend, where it is registered. */
export function cpuBackend(): CpuBackend | null {
  return tf.engine().findBackend('cpu') as CpuBackend | null
}

/** Whether a tensor has a type that graphs do not support. */
export function isStringOrComplex(dtype: string | undefined): boolean {
  return dtype === 'string' || dtype === 'complex64'
}

/** The inputs of a kernel by name; as tfjs has them, those of a list are an array. */
export function asInputs(tensors: readonly [string, tf.TensorInfo][]): tf.NamedTensorInfoMap {
  const isList = tensors.every(([key], i) => key === `${i}`)
  return (isList ? tensors.map(([, tensor]) => tensor) : Object.fromEntries(tensors)) as tf.NamedTensorInfoMap
}

/** Runs a kernel immediately. @throws {EngineError} `unsupported-kernel` where the cpu backend is not registered */
export function runOnCpu(
  name: string,
  tensors: readonly [string, tf.TensorInfo][],
  attrs: tf.NamedAttrMap | undefined,
  own: DeferredBackend,
): tf.TensorInfo | tf.TensorInfo[] {
  const kernel = tf.getKernel(name, 'cpu')
  const cpu = cpuBackend()
  if (kernel == null && cpu !== null)
    throw new EngineError(
      'unsupported-kernel',
      `Expected a kernel with a lowering, or one of tfjs's cpu backend, but received ${name}, which neither has. Compute it on another backend.`,
      { kernel: name },
    )
  if (kernel == null || cpu === null) {
    const odd = [...tensors.map(([, { dtype }]) => dtype), attrs?.dtype as string | undefined].find(isStringOrComplex)
    throw new EngineError(
      'unsupported-kernel',
      `Expected a kernel with a lowering but received ${name}${odd === undefined ? '' : ` of ${odd}`}. Import @tensorflow/tfjs-backend-cpu, which runs it.`,
      { kernel: name },
    )
  }
  const made: tf.TensorInfo[] = []
  const keep = (tensor: tf.TensorInfo): tf.TensorInfo => {
    made.push(tensor)
    return tensor
  }
  try {
    const moved = tensors.map(([key, tensor]): [string, tf.TensorInfo] => [key, keep(copyToCpu(cpu, tensor, own))])
    const result = kernel.kernelFunc({ inputs: asInputs(moved), attrs: attrs ?? {}, backend: cpu })
    const take = ({ dataId, shape, dtype }: tf.TensorInfo): tf.TensorInfo => {
      const values = cpu.readSync(dataId) as tf.backend_util.BackendValues
      // Copied: what a kernel passes on, or a part of it, is the array of its input.
      return { dataId: own.write(values, shape, dtype), shape, dtype }
    }
    return Array.isArray(result) ? result.map(keep).map(take) : take(keep(result))
  } finally {
    for (const { dataId } of made) cpu.disposeData(dataId)
  }
}

/** Complex numbers are stored interleaved here; on the cpu backend they are two tensors, which its kernel creates. */
function copyToCpu(cpu: CpuBackend, { dataId, shape, dtype }: tf.TensorInfo, own: DeferredBackend): tf.TensorInfo {
  const values = own.computedValues(dataId)
  if (dtype !== 'complex64') return cpu.makeTensorInfo(shape, dtype, values)
  const parts = tf.backend_util.splitRealAndImagArrays(values as Float32Array)
  const inputs = {
    real: cpu.makeTensorInfo(shape, 'float32', parts.real),
    imag: cpu.makeTensorInfo(shape, 'float32', parts.imag),
  }
  try {
    return tf.getKernel('Complex', 'cpu').kernelFunc({ inputs, attrs: {}, backend: cpu }) as tf.TensorInfo
  } finally {
    for (const part of Object.values(inputs)) cpu.disposeData(part.dataId)
  }
}
