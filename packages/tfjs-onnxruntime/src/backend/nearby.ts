/**
 * Small operations on numbers that are already in JavaScript, computed there at once by tfjs's cpu backend: recording an operation, finding its session
 * and running it takes longer than a few thousand multiplications.
 */
import * as tf from '@tensorflow/tfjs-core'
import { sizeOf } from '../graph/graph.ts'
import type { Storage } from '../memory/storage.ts'
import { asInputs, cpuBackend } from './cpu-fallback.ts'
import type { DeferredBackend } from './deferred-backend.ts'

type Shape = readonly number[]
type Attributes = tf.NamedAttrMap | undefined

/** Most elements, read or written, of an operation that is computed here; measured against sessions of 30 operations. */
const maxElements = 2048
/** Most multiplications of a product of matrices. */
const maxMultiplications = 1 << 15

/** Kernels for which both backends give the same numbers, by the types of their inputs. */
const ofFloats = new Set(
  (
    'Abs Add AddN BatchMatMul ClipByValue Concat Cos Elu EluGrad Exp ExpandDims Log Log1p Maximum Mean Minimum Multiply Neg Pack PadV2 Pow RealDiv ' +
    'Reciprocal Relu Relu6 Reshape Rsqrt Sigmoid Sign Sin Slice Softmax Softplus SplitV Sqrt Square SquaredDifference Step Sub Sum Tanh Tile ' +
    'Transpose Unpack _FusedMatMul'
  ).split(' '),
)
const ofAny = new Set(
  'ArgMax Cast Equal Greater GreaterEqual Less LessEqual LogicalAnd LogicalNot NotEqual Reshape Select GatherV2'.split(
    ' ',
  ),
)

/** The result of a kernel, or undefined where it is left to ONNX Runtime. */
export function runNearby(
  name: string,
  tensors: readonly [string, tf.TensorInfo][],
  attrs: Attributes,
  own: DeferredBackend,
): tf.TensorInfo | tf.TensorInfo[] | undefined {
  const isCovered = ofAny.has(name) || (ofFloats.has(name) && tensors.every(([, { dtype }]) => dtype === 'float32'))
  if (!isCovered || tensors.length === 0 || !isSmall(name, tensors, attrs)) return undefined
  const values: Storage[] = []
  for (const [, { dataId }] of tensors) {
    const known = own.valuesAtHand(dataId)
    if (known === undefined) return undefined
    values.push(known as Storage)
  }
  const kernel = cpuKernel(name)
  const cpu = cpuBackend()
  if (kernel === undefined || cpu === null || !isSame(name, tensors, values, attrs)) return undefined
  const inputs = tensors.map(([key, { shape, dtype }], i): [string, tf.TensorInfo] => [
    key,
    cpu.makeTensorInfo(shape, dtype, values[i]),
  ])
  const take = ({ dataId, shape, dtype }: tf.TensorInfo): tf.TensorInfo => {
    const computed = cpu.readSync(dataId) as Storage
    cpu.disposeData(dataId)
    // What a kernel passes on belongs to its input.
    return { dataId: own.adopt(values.includes(computed) ? computed.slice() : computed, shape, dtype), shape, dtype }
  }
  const result = kernel({ inputs: asInputs(inputs), attrs: attrs ?? {}, backend: cpu })
  const taken = Array.isArray(result) ? result.map(take) : take(result)
  for (const [, { dataId }] of inputs) cpu.disposeData(dataId)
  return taken
}

/** Those that have been looked up: tfjs finds a kernel among all of them by a key that it builds each time. */
const cpuKernels = new Map<string, tf.KernelFunc>()

function cpuKernel(name: string): tf.KernelFunc | undefined {
  const known = cpuKernels.get(name) ?? tf.getKernel(name, 'cpu')?.kernelFunc
  if (known !== undefined) cpuKernels.set(name, known)
  return known
}

function isSmall(name: string, tensors: readonly [string, tf.TensorInfo][], attrs: Attributes): boolean {
  const shapes = tensors.map(([, { shape }]) => shape)
  if (name === 'BatchMatMul' || name === '_FusedMatMul')
    return multiplications(shapes, attrs as unknown as tf.BatchMatMulAttrs) <= maxMultiplications
  const { reps } = (attrs ?? {}) as { readonly reps?: readonly number[] }
  // Of a large table a few rows are gathered.
  const read = name === 'GatherV2' ? gathered(shapes) : shapes.reduce((sum, shape) => sum + sizeOf(shape), 0)
  const broadcast = shapes.length === 2 && !ofAny.has(name) ? outer(shapes) : 0
  return Math.max(read, broadcast, sizeOf(reps ?? []) * (reps === undefined ? 0 : read)) <= maxElements
}

function multiplications([a, b]: readonly Shape[], { transposeA, transposeB }: tf.BatchMatMulAttrs): number {
  const [m, k] = transposeA ? a.slice(-2).reverse() : a.slice(-2)
  const n = transposeB ? b[b.length - 2] : b[b.length - 1]
  return m * k * n * Math.max(sizeOf(a.slice(0, -2)), sizeOf(b.slice(0, -2)))
}

function gathered([x, indices]: readonly Shape[]): number {
  return sizeOf(indices) * sizeOf(x.slice(1))
}

/** Most elements that two shapes may broadcast to. */
function outer([a, b]: readonly Shape[]): number {
  const rank = Math.max(a.length, b.length)
  return sizeOf(
    Array.from({ length: rank }, (_, i) => Math.max(a[i - rank + a.length] ?? 1, b[i - rank + b.length] ?? 1)),
  )
}

/** Whether the cpu backend gives what a graph would give for these numbers too. */
function isSame(
  name: string,
  tensors: readonly [string, tf.TensorInfo][],
  values: readonly Storage[],
  attrs: Attributes,
): boolean {
  if (name === 'ArgMax') return !values[0].some(Number.isNaN)
  if (name !== 'GatherV2') return true
  const { axis, batchDims } = attrs as unknown as tf.GatherV2Attrs
  const indices = values[tensors.findIndex(([key]) => key === 'indices')]
  const [, x] = tensors.find(([key]) => key === 'x')!
  return axis === 0 && batchDims === 0 && indices.every((index) => index >= 0 && index < x.shape[0])
}
