/** Checks what is passed to a compiled function and turns it into the arrays that ONNX Runtime reads. */
import * as tf from '@tensorflow/tfjs-core'
import { EngineError } from '../errors.ts'
import { sameShape, sizeOf } from '../graph/graph.ts'
import { allocateStorage, asStorage, type Storage } from '../memory/storage.ts'
import type { InputSpec } from '../trace/input-spec.ts'

/** A value for one input: a tensor, its numbers in row-major order, numbers with their shape, or one number for a scalar. */
export type InputValue = tf.Tensor | Storage | number | { readonly data: Storage; readonly shape: readonly number[] }

/** The numbers of one input. @throws {EngineError} `bad-input` where shape, type or count is not the spec's */
export function toStorage(value: InputValue, spec: InputSpec, place: string): Storage {
  const dtype = spec.dtype ?? 'float32'
  const fail = (received: string): never => {
    throw new EngineError(
      'bad-input',
      `Expected ${dtype} [${spec.shape}] for input ${spec.name ?? place} but received ${received}. Pass the shape it was compiled for, or compile it again.`,
      { place, expected: { dtype, shape: spec.shape }, received },
    )
  }
  if (value instanceof tf.Tensor) {
    if (value.isDisposed) fail('a disposed tensor')
    if (value.dtype !== dtype || !sameShape(value.shape, spec.shape)) fail(`${value.dtype} [${value.shape}]`)
    return asStorage(value.dataSync(), dtype)
  }
  if (typeof value === 'number') {
    if (sizeOf(spec.shape) !== 1) fail(`the number ${value}`)
    return allocateStorage(dtype, 1).fill(value)
  }
  if (value === null || typeof value !== 'object') return fail(String(value))
  if ('shape' in value) {
    if (!sameShape(value.shape, spec.shape)) fail(`[${value.shape}]`)
    return toStorage(value.data, spec, place)
  }
  const wanted = allocateStorage(dtype, 0).constructor
  if (value.constructor !== wanted) fail(value.constructor.name)
  if (value.length !== sizeOf(spec.shape)) fail(`${value.length} numbers`)
  // ONNX Runtime does not accept SharedArrayBuffers.
  return asStorage(value.buffer instanceof ArrayBuffer ? value : value.slice(), dtype)
}
