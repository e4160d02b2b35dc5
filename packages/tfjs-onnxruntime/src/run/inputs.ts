/** Checks what is passed to a compiled function and turns it into the arrays that ONNX Runtime reads. */
import * as tf from '@tensorflow/tfjs-core'
import { EngineError } from '../errors.ts'
import { sizeOf } from '../graph/graph.ts'
import { allocateStorage, asStorage, type Storage } from '../memory/storage.ts'
import type { InputSpec } from '../trace/input-spec.ts'

/** A value for one input: a tensor, its numbers in row-major order, numbers with their shape, or one number, for bool also true or false, for a scalar. */
export type InputValue =
  | tf.Tensor
  | Storage
  | number
  | boolean
  | { readonly data: Storage; readonly shape: readonly number[] }

/** The numbers of one input and their shape. @throws {EngineError} `bad-input` where shape, type or count is not the spec's */
export function toStorage(
  value: InputValue,
  spec: InputSpec,
  place: string,
): { readonly data: Storage; readonly shape: readonly number[] } {
  const dtype = spec.dtype ?? 'float32'
  const fail = (received: string): never => {
    throw new EngineError(
      'bad-input',
      `Expected ${dtype} [${spec.shape.map(String)}] for input ${spec.name ?? place} but received ${received}. Pass the shape it was compiled for, or compile it again.`,
      { place, expected: { dtype, shape: spec.shape }, received },
    )
  }
  if (value instanceof tf.Tensor) {
    if (value.isDisposed) fail('a disposed tensor')
    if (value.dtype !== dtype || !fits(value.shape, spec)) fail(`${value.dtype} [${value.shape}]`)
    return { data: asStorage(value.dataSync(), dtype), shape: value.shape }
  }
  if (typeof value === 'number' || typeof value === 'boolean') {
    const shape = shapeOf(1, spec)
    if (sizeOf(shape) !== 1) fail(`the ${typeof value} ${value}`)
    return {
      data: allocateStorage(dtype, 1).fill(scalarOf(value, dtype) ?? fail(`the ${typeof value} ${value}`)),
      shape,
    }
  }
  if (value === null || typeof value !== 'object') return fail(String(value))
  if ('shape' in value) {
    const { shape, data } = value
    if (!fits(shape, spec)) fail(`[${shape}]`)
    return toStorage(data, { ...spec, shape }, place)
  }
  const wanted = allocateStorage(dtype, 0).constructor
  if (value.constructor !== wanted) fail(value.constructor.name)
  const shape = shapeOf(value.length, spec)
  if (value.length !== sizeOf(shape)) fail(`${value.length} numbers`)
  // ONNX Runtime does not accept SharedArrayBuffers.
  return { data: asStorage(value.buffer instanceof ArrayBuffer ? value : value.slice(), dtype), shape }
}

/** A value as its type holds it; undefined where that would be another number. */
function scalarOf(value: number | boolean, dtype: 'float32' | 'int32' | 'bool'): number | undefined {
  if (dtype === 'bool') return Number(Boolean(value))
  if (typeof value === 'boolean') return undefined
  return dtype === 'float32' || (value | 0) === value ? value : undefined
}

/** The batch size of a run, 1 where none is open. @throws {EngineError} `bad-input` where two inputs have different ones */
export function batchOf(specs: readonly InputSpec[], shapes: readonly (readonly number[])[]): number {
  const batches = specs.flatMap((spec, i) => (spec.shape[0] === null ? [shapes[i][0]] : []))
  if (batches.every((batch) => batch === batches[0] && batch > 0)) return batches[0] ?? 1
  throw new EngineError(
    'bad-input',
    `Expected one batch size of at least 1 for all inputs but received ${batches.join(' and ')}. Pass tensors of equal first length.`,
    { batches },
  )
}

function fits(shape: readonly number[], { shape: wanted }: InputSpec): boolean {
  return shape.length === wanted.length && shape.every((length, axis) => (wanted[axis] ?? length) === length)
}

/** The shape of a count of numbers: an open length is what they leave. */
function shapeOf(count: number, { shape }: InputSpec): readonly number[] {
  const rest = sizeOf(shape.map((length) => length ?? 1))
  return shape.map((length) => length ?? Math.floor(count / Math.max(1, rest)))
}
