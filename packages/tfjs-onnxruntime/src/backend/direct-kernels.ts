/** The commonest kernels: on small float tensors one loop for each call, since tfjs's cpu backend takes longer to begin than to compute. */
import type * as tf from '@tensorflow/tfjs-core'
import { util } from '@tensorflow/tfjs-core'
import { sizeOf } from '../graph/graph.ts'
import { isStringOrComplex } from './cpu-fallback.ts'
import type { DeferredBackend } from './deferred-backend.ts'
import { matrixOf, productOf, productShape } from './direct-product.ts'

type Inputs = Readonly<Record<'a' | 'b' | 'x', tf.TensorInfo>>
type DirectKernel = (inputs: Inputs, attrs: object, own: DeferredBackend) => tf.TensorInfo | undefined

/** Most elements, read or written, of an operation that is computed in JavaScript; measured against sessions of 30 operations. */
export const maxElements = 2048

/** The same functions as in tfjs's cpu backend, with results in float32. By number, so that V8 compiles them into the loop that calls them: one that is handed over gets each operand, and gives each result, as an object. */
const unary = 'Abs Elu Exp Log Log1p Neg Reciprocal Relu Rsqrt Sigmoid Sqrt Square Tanh'.split(' ')

function ofOne(operation: number, x: number): number {
  switch (operation) {
    case 0:
      return Math.abs(x)
    case 1:
      return x >= 0 ? x : Math.exp(x) - 1
    case 2:
      return Math.exp(x)
    case 3:
      return Math.log(x)
    case 4:
      return Math.log1p(x)
    case 5:
      return -x
    case 6:
      return 1 / x
    case 7:
      return Math.max(0, x)
    case 8:
      return 1 / Math.sqrt(x)
    case 9:
      return 1 / (1 + Math.exp(-x))
    case 10:
      return Math.sqrt(x)
    case 11:
      return x * x
    default:
      return Math.tanh(x)
  }
}

const binary = 'Add Maximum Minimum Multiply RealDiv SquaredDifference Sub'.split(' ')

function ofTwo(operation: number, a: number, b: number): number {
  switch (operation) {
    case 0:
      return a + b
    case 1:
      return Math.max(a, b)
    case 2:
      return Math.min(a, b)
    case 3:
      return a * b
    case 4:
      return a / b
    case 5:
      return (a - b) * (a - b)
    default:
      return a - b
  }
}

/** By name; undefined from a call whose inputs have no values yet, are large, or are arranged in another way, unless it needs only their data. */
export const directKernels: Readonly<Record<string, DirectKernel>> = {
  ...Object.fromEntries(unary.map((name, operation) => [name, mapOne(operation)])),
  ...Object.fromEntries(binary.map((name, operation) => [name, mapTwo(operation)])),
  BatchMatMul({ a, b }, { transposeA, transposeB }: Partial<tf.BatchMatMulAttrs>, own) {
    const left = matrixOf(a.shape, Boolean(transposeA))
    const right = matrixOf(b.shape, Boolean(transposeB))
    if (left === undefined || right === undefined) return undefined
    const valuesA = valuesOf(a, own)
    const valuesB = valuesOf(b, own)
    if (valuesA === undefined || valuesB === undefined) return undefined
    const product = productOf(valuesA, left, valuesB, right)
    return product && tensor(product, productShape(a.shape, b.shape, left, right), own)
  },
  Cast: ({ x }, { dtype }: Partial<tf.CastAttrs>, own) => (dtype === x.dtype ? shared(x, x.shape, own) : undefined),
  // Copies are many: tfjs makes one of each tensor that a gradient needs.
  Identity: ({ x }, _, own) => shared(x, x.shape, own),
  Reshape({ x }, { shape }: Partial<tf.ReshapeAttrs>, own) {
    const size = sizeOf(x.shape)
    const given = util.inferFromImplicitShape(shape!, size)
    util.assert(sizeOf(given) === size, () => `Expected a shape of ${size} elements but received [${given}].`)
    return shared(x, given, own)
  },
  Mean: ({ x }, attrs: Partial<tf.MeanAttrs>, own) => reduce(x, attrs, own, true),
  Sum: ({ x }, attrs: Partial<tf.SumAttrs>, own) => reduce(x, attrs, own, false),
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

function mapOne(operation: number): DirectKernel {
  return ({ x }, _, own) => {
    const values = valuesOf(x, own)
    if (values === undefined) return undefined
    const result = new Float32Array(values.length)
    for (let i = 0; i < result.length; i++) result[i] = ofOne(operation, values[i])
    return tensor(result, x.shape, own)
  }
}

function mapTwo(operation: number): DirectKernel {
  return ({ a, b }, _, own) => {
    const repeatsB = repeatsIn(b.shape, a.shape)
    const repeatsA = repeatsB > 0 ? 1 : repeatsIn(a.shape, b.shape)
    if (repeatsA === 0) return undefined
    const left = valuesOf(a, own)
    const right = valuesOf(b, own)
    if (left === undefined || right === undefined || left.length + right.length > maxElements) return undefined
    const whole = repeatsB > 0 ? a : b
    const result = new Float32Array((repeatsB > 0 ? left : right).length)
    for (let i = 0, ia = 0, ib = 0, takenA = 0, takenB = 0; i < result.length; i++) {
      result[i] = ofTwo(operation, left[ia], right[ib])
      if (++takenA === repeatsA) {
        takenA = 0
        if (++ia === left.length) ia = 0
      }
      if (++takenB >= repeatsB) {
        takenB = 0
        if (++ib === right.length) ib = 0
      }
    }
    return tensor(result, whole.shape, own)
  }
}

/** How often in a row each element of a shape is taken where it broadcasts to another in one piece, as a number, a row or a column does; 0 where it does not. */
function repeatsIn(shape: readonly number[], whole: readonly number[]): number {
  const extra = whole.length - shape.length
  const size = sizeOf(shape)
  if (extra < 0 || size === 0) return 0
  if (size === 1) return 1
  let axis = shape.length - 1
  let repeats = 1
  for (; shape[axis] === 1; axis--) repeats *= whole[axis + extra]
  while (axis >= 0 && shape[axis] === whole[axis + extra]) axis--
  while (axis >= 0 && shape[axis] === 1) axis--
  return axis < 0 ? repeats : 0
}

/** A tensor with the data of another, as in tfjs's own backends. */
function shared(x: tf.TensorInfo, shape: number[], own: DeferredBackend): tf.TensorInfo | undefined {
  return isStringOrComplex(x.dtype) ? undefined : own.share(x, shape)
}

/** Sums, or means, over all axes, the first ones or the last ones. */
function reduce(
  x: tf.TensorInfo,
  { axis, keepDims }: Partial<tf.SumAttrs>,
  own: DeferredBackend,
  isMean: boolean,
): tf.TensorInfo | undefined {
  const { shape } = x
  const axes: readonly number[] = typeof axis === 'number' ? [axis] : (axis ?? [])
  const over = shape.map(() => axis == null)
  for (const each of axes) {
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
    // A mean adds up parts in float32, as in tfjs's cpu backend.
    for (let j = 0, from = i * stride; j < count; j++, from += step)
      total += isMean ? Math.fround(values[from] / count) : values[from]
    result[i] = total
  }
  return tensor(result, kept, own)
}
