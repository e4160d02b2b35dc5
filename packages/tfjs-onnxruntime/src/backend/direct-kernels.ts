/** The commonest kernels: on small float tensors one loop for each call, since tfjs's cpu backend takes longer to begin than to compute. */
import type * as tf from '@tensorflow/tfjs-core'
import { util } from '@tensorflow/tfjs-core'
import { sameShape, sizeOf } from '../graph/graph.ts'
import { isStringOrComplex } from './cpu-fallback.ts'
import type { DeferredBackend } from './deferred-backend.ts'

type Inputs = Readonly<Record<'a' | 'b' | 'x', tf.TensorInfo>>
type DirectKernel = (inputs: Inputs, attrs: object, own: DeferredBackend) => tf.TensorInfo | undefined

/** Most elements, read or written, of an operation that is computed in JavaScript; measured against sessions of 30 operations. */
export const maxElements = 2048

/** The same functions as in tfjs's cpu backend, with results in float32. */
const unary: Readonly<Record<string, (x: number) => number>> = {
  Abs: Math.abs,
  Exp: Math.exp,
  Log: Math.log,
  Neg: (x) => -x,
  Reciprocal: (x) => 1 / x,
  Relu: (x) => Math.max(0, x),
  Rsqrt: (x) => 1 / Math.sqrt(x),
  Sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  Sqrt: Math.sqrt,
  Square: (x) => x * x,
  Tanh: Math.tanh,
}
const binary: Readonly<Record<string, (a: number, b: number) => number>> = {
  Add: (a, b) => a + b,
  Maximum: Math.max,
  Minimum: Math.min,
  Multiply: (a, b) => a * b,
  RealDiv: (a, b) => a / b,
  SquaredDifference: (a, b) => (a - b) * (a - b),
  Sub: (a, b) => a - b,
}

/** By name; undefined from a call whose inputs have no values yet, are large, or are arranged in another way, unless it needs only their data. */
export const directKernels: Readonly<Record<string, DirectKernel>> = {
  ...Object.fromEntries(Object.entries(unary).map(([name, f]) => [name, mapOne(f)])),
  ...Object.fromEntries(Object.entries(binary).map(([name, f]) => [name, mapTwo(f)])),
  Cast: ({ x }, { dtype }: Partial<tf.CastAttrs>, own) => (dtype === x.dtype ? shared(x, x.shape, own) : undefined),
  // Copies are many: tfjs makes one of each tensor that a gradient needs.
  Identity: ({ x }, _, own) => shared(x, x.shape, own),
  Reshape({ x }, { shape }: Partial<tf.ReshapeAttrs>, own) {
    const size = sizeOf(x.shape)
    const given = util.inferFromImplicitShape(shape!, size)
    util.assert(sizeOf(given) === size, () => `Expected a shape of ${size} elements but received [${given}].`)
    return shared(x, given, own)
  },
  Sum: ({ x }, { axis, keepDims }: Partial<tf.SumAttrs>, own) => sum(x, axis as number | number[], keepDims!, own),
  ZerosLike({ x: { shape, dtype } }, _, own) {
    const size = sizeOf(shape)
    return dtype === 'float32' && size <= maxElements ? tensor(new Float32Array(size), shape, own) : undefined
  },
}

function tensor(values: Float32Array, shape: number[], own: DeferredBackend): tf.TensorInfo {
  return { dataId: own.adopt(values, shape, 'float32'), shape, dtype: 'float32' }
}

function valuesOf({ dataId, shape, dtype }: tf.TensorInfo, own: DeferredBackend): Float32Array | undefined {
  if (dtype !== 'float32' || sizeOf(shape) > maxElements) return undefined
  return own.valuesAtHand(dataId) as Float32Array | undefined
}

function mapOne(f: (x: number) => number): DirectKernel {
  return ({ x }, _, own) => {
    const values = valuesOf(x, own)
    if (values === undefined) return undefined
    const result = new Float32Array(values.length)
    for (let i = 0; i < result.length; i++) result[i] = f(values[i])
    return tensor(result, x.shape, own)
  }
}

function mapTwo(f: (a: number, b: number) => number): DirectKernel {
  return ({ a, b }, _, own) => {
    const isLeft = isRepeated(b.shape, a.shape)
    if (!isLeft && !isRepeated(a.shape, b.shape)) return undefined
    const [left, right] = [valuesOf(a, own), valuesOf(b, own)]
    if (left === undefined || right === undefined || left.length + right.length > maxElements) return undefined
    const [sizeA, sizeB] = [left.length, right.length]
    const result = new Float32Array(isLeft ? sizeA : sizeB)
    for (let i = 0, ia = 0, ib = 0; i < result.length; i++) {
      result[i] = f(left[ia], right[ib])
      if (++ia === sizeA) ia = 0
      if (++ib === sizeB) ib = 0
    }
    return tensor(result, isLeft ? a.shape : b.shape, own)
  }
}

/** Whether a shape broadcasts to another by being repeated as a whole: a number, a row, or the same shape. */
function isRepeated(shape: readonly number[], whole: readonly number[]): boolean {
  const extra = whole.length - shape.length
  if (extra < 0) return false
  const size = sizeOf(shape)
  return size === 1 || (size > 0 && sameShape(shape, extra === 0 ? whole : whole.slice(extra)))
}

/** A tensor with the data of another, as in tfjs's own backends. */
function shared(x: tf.TensorInfo, shape: number[], own: DeferredBackend): tf.TensorInfo | undefined {
  return isStringOrComplex(x.dtype) ? undefined : own.share(x, shape)
}

/** Over all axes, the first ones or the last ones. */
function sum(
  x: tf.TensorInfo,
  axis: number | readonly number[],
  keepDims: boolean,
  own: DeferredBackend,
): tf.TensorInfo | undefined {
  const { shape } = x
  const over = new Array<boolean>(shape.length).fill(axis == null)
  for (const each of [axis ?? []].flat()) {
    const place = each < 0 ? each + shape.length : each
    // An axis that does not exist is left to the cpu backend, which says so.
    if (over[place] === undefined) return undefined
    over[place] = true
  }
  const isFirst = over[0] === true
  const border = over.indexOf(!isFirst)
  if (border !== -1 && over.includes(isFirst, border)) return undefined
  const values = valuesOf(x, own)
  if (values === undefined) return undefined
  const kept = keepDims ? shape.map((length, i) => (over[i] ? 1 : length)) : shape.filter((_, i) => !over[i])
  const result = new Float32Array(sizeOf(kept))
  const count = result.length === 0 ? 0 : values.length / result.length
  const [step, stride] = isFirst ? [result.length, 1] : [1, count]
  for (let i = 0; i < result.length; i++) {
    let total = 0
    for (let j = 0, from = i * stride; j < count; j++, from += step) total += values[from]
    result[i] = total
  }
  return tensor(result, kept, own)
}
