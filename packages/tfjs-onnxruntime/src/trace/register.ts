/** Registers the tracing backend with tfjs: every kernel of the table, and for all others one that throws an error with the kernel's name. */
import * as tf from '@tensorflow/tfjs-core'
import { EngineError } from '../errors.ts'
import type { Value } from '../graph/graph.ts'
import { lowerings } from '../kernels/table.ts'
import { callSite } from './call-site.ts'
import { TraceBackend, traceBackendName } from './trace-backend.ts'

let resolve: (tensor: tf.TensorInfo) => Value
let registered: TraceBackend | undefined

/** The tracing backend, registered once for each copy of tfjs. */
export function registerLowerings(resolveTensor: (tensor: tf.TensorInfo) => Value): TraceBackend {
  resolve = resolveTensor
  if (registered !== undefined) return registered
  const backend = new TraceBackend()
  // The lowest priority: tfjs never chooses it by itself.
  tf.registerBackend(traceBackendName, () => backend, -1)
  for (const kernelName of kernelNames())
    tf.registerKernel({ kernelName, backendName: traceBackendName, kernelFunc: kernelFuncOf(kernelName, backend) })
  registered = backend
  return backend
}

/** The kernels that a backend of this package registers: without one for pixels tfjs reads them itself. */
export function kernelNames(): Set<string> {
  const names = new Set([...Object.keys(lowerings), ...tfjsKernelNames()])
  names.delete('FromPixels')
  return names
}

/** The names of tfjs's kernels: its exported constants whose name is their value, or its value without a leading underscore. */
export function tfjsKernelNames(): string[] {
  return Object.entries(tf)
    .filter(([name, value]) => typeof value === 'string' && (value === name || value === `_${name}`))
    .map(([, value]) => value as unknown as string)
}

function kernelFuncOf(name: string, backend: TraceBackend): tf.KernelFunc {
  return ({ inputs, attrs }) => {
    const tensors = Object.entries(inputs).filter((entry): entry is [string, tf.TensorInfo] => entry[1] != null)
    const result = lowerings[name]?.(
      backend.builder,
      Object.fromEntries(tensors.map(([key, tensor]) => [key, resolve(tensor)])),
      attrs ?? {},
    )
    if (result === undefined)
      throw unsupportedKernel(
        name,
        tensors.map(([, tensor]) => tensor),
      )
    backend.kernels.add(name)
    return Array.isArray(result) ? result.map((value) => backend.toTensorInfo(value)) : backend.toTensorInfo(result)
  }
}

function unsupportedKernel(kernel: string, inputs: readonly tf.TensorInfo[]): EngineError {
  const call = callSite()
  const received = `${kernel}(${inputs.map(({ shape }) => `[${shape}]`).join(', ')})`
  return new EngineError(
    'unsupported-kernel',
    `Expected a supported kernel but received ${received}${call.length === 0 ? '' : `, called by ${call[0]}`}. ${adviceFor(kernel)}`,
    { kernel, shapes: inputs.map(({ shape }) => shape), call },
  )
}

/** What stands in the way of some kernels, and what to use in their place. */
function adviceFor(kernel: string): string {
  if (kernel.startsWith('NonMaxSuppression'))
    return 'The number of its boxes depends on values: call tf.image.nonMaxSuppressionPadded with padToMaxOutputSize true, or compute it outside of the compiled function.'
  if (complexKernels.has(kernel))
    return 'Graphs have no complex numbers: compute it outside of the compiled function, and pass real and imaginary parts as inputs.'
  if (kernel === 'Draw') return 'Return the image from the function, and draw it outside.'
  return 'Compute it outside of the compiled function, and pass the result as an input.'
}

const complexKernels = new Set(['Complex', 'ComplexAbs', 'Real', 'Imag', 'FFT', 'IFFT'])
