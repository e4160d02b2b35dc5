/**
 * Small operations on numbers that are already in JavaScript, computed there at once by tfjs's cpu backend: recording an operation, finding its session
 * and running it takes longer than a few thousand multiplications.
 */
import * as tf from '@tensorflow/tfjs-core'
import { sizeOf } from '../graph/graph.ts'
import type { Storage } from '../memory/storage.ts'
import { cpuBackend, isStringOrComplex } from './cpu-fallback.ts'
import type { DeferredBackend } from './deferred-backend.ts'
import { directKernels, maxElements } from './direct-kernels.ts'
import { maxMultiplications } from './direct-product.ts'

type Shape = readonly number[]

/** Kernels for which both backends give the same numbers, by the types of their inputs. */
const ofFloats = new Set(
  (
    'Abs Add AddN BatchMatMul ClipByValue Concat Cos Elu EluGrad Exp ExpandDims Log Log1p Maximum Mean Minimum Multiply Neg Pack PadV2 Pow RealDiv ' +
    'Reciprocal Relu Relu6 Rsqrt Sigmoid Sign Sin Slice Softmax Softplus SplitV Sqrt Square SquaredDifference Step Sub Sum Tanh Tile ' +
    'Transpose Unpack _FusedMatMul'
  ).split(' '),
)
const ofAny = new Set(
  'ArgMax Cast Equal Greater GreaterEqual Less LessEqual LogicalAnd LogicalNot NotEqual Select GatherV2'.split(' '),
)

/** Whose results tfjs's cpu backend makes as parts of an input's array. */
const ofParts = new Set(['Slice', 'SplitV', 'Unpack'])

type Inputs = Readonly<Record<string, tf.TensorInfo>>
type Result = tf.TensorInfo | tf.TensorInfo[] | undefined
type NearbyKernel = (inputs: Inputs, attrs: tf.NamedAttrMap, own: DeferredBackend) => Result

/** How a kernel is computed here: undefined for kernels that never are, and from calls that are left to ONNX Runtime. */
export function nearbyKernel(name: string): NearbyKernel | undefined {
  const direct = directKernels[name]
  if (!ofAny.has(name) && !ofFloats.has(name)) return direct
  return (inputs, attrs, own) => direct?.(inputs, attrs, own) ?? runNearby(name, inputs, attrs, own)
}

function runNearby(name: string, inputs: Inputs, attrs: tf.NamedAttrMap, own: DeferredBackend): Result {
  const tensors: [string, tf.TensorInfo][] = []
  for (const key in inputs) if (inputs[key] != null) tensors.push([key, inputs[key]])
  if (tensors.length === 0 || !isCovered(name, tensors, attrs) || !isSmall(name, tensors, attrs)) return undefined
  const values: Storage[] = []
  for (const [, { dataId }] of tensors) {
    const known = own.valuesAtHand(dataId)
    if (known === undefined) return undefined
    values.push(known as Storage)
  }
  const kernel = cpuKernel(name)
  const cpu = scratchBackend()
  if (kernel === undefined || cpu === undefined || !isSame(name, tensors, values, attrs)) return undefined
  const given = (Array.isArray(inputs) ? [] : {}) as tf.NamedTensorInfoMap
  tensors.forEach(([key, { shape, dtype }], i) => {
    given[key] = cpu.makeTensorInfo(shape, dtype, values[i])
  })
  const take = ({ dataId, shape, dtype }: tf.TensorInfo): tf.TensorInfo => {
    const computed = cpu.readSync(dataId) as Storage
    // What a kernel passes on, or a part of it, belongs to its input. To ask a small array for its buffer makes it one.
    const isPassedOn = ofParts.has(name) || values.includes(computed)
    return { dataId: own.adopt(isPassedOn ? computed.slice() : computed, shape, dtype), shape, dtype }
  }
  const result = kernel({ inputs: given, attrs, backend: cpu })
  return Array.isArray(result) ? result.map(take) : take(result)
}

function isCovered(name: string, tensors: readonly [string, tf.TensorInfo][], attrs: tf.NamedAttrMap): boolean {
  if (!ofAny.has(name)) return tensors.every(([, { dtype }]) => dtype === 'float32')
  return (
    !isStringOrComplex(attrs.dtype as string | undefined) && !tensors.some(([, { dtype }]) => isStringOrComplex(dtype))
  )
}

/** Those that have been looked up: tfjs finds a kernel among all of them by a key that it builds each time. */
const cpuKernels = new Map<string, tf.KernelFunc>()

function cpuKernel(name: string): tf.KernelFunc | undefined {
  const known = cpuKernels.get(name) ?? tf.getKernel(name, 'cpu')?.kernelFunc
  if (known !== undefined) cpuKernels.set(name, known)
  return known
}

/** tfjs's cpu backend, with tensors that are kept in their identifiers: they live for one call, and its own table of them takes longer than the call. */
let scratch: ReturnType<typeof cpuBackend> | undefined

function scratchBackend(): NonNullable<typeof scratch> | undefined {
  const cpu = cpuBackend()
  if (cpu === null) return undefined
  scratch ??= Object.create(cpu, {
    data: { value: inIdentifiers },
    // It would print a recommendation of tfjs-node.
    firstUse: { value: false, writable: true },
  }) as NonNullable<typeof scratch>
  return scratch
}

type Identifier = { held: unknown }

const inIdentifiers = {
  get: (id: Identifier) => id.held,
  has: (id: Identifier) => id.held !== undefined,
  set(id: Identifier, held: unknown) {
    id.held = held
  },
  delete(id: Identifier) {
    id.held = undefined
  },
}

function isSmall(name: string, tensors: readonly [string, tf.TensorInfo][], attrs: tf.NamedAttrMap): boolean {
  if (name === 'BatchMatMul' || name === '_FusedMatMul')
    return (
      multiplications(
        tensors.map(([, { shape }]) => shape),
        attrs as unknown as tf.BatchMatMulAttrs,
      ) <= maxMultiplications
    )
  const [[, { shape }]] = tensors
  // Of a large table a few rows are gathered.
  if (name === 'GatherV2') return gathered(tensors.map(([, tensor]) => tensor.shape)) <= maxElements
  let read = 0
  for (const [, tensor] of tensors) read += sizeOf(tensor.shape)
  if (name === 'Tile') return read * sizeOf((attrs as unknown as tf.TileAttrs).reps) <= maxElements
  if (tensors.length === 2 && !ofAny.has(name)) return Math.max(read, outer(shape, tensors[1][1].shape)) <= maxElements
  return read <= maxElements
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
function outer(a: Shape, b: Shape): number {
  let size = 1
  for (let i = 1; i <= Math.max(a.length, b.length); i++) size *= Math.max(a[a.length - i] ?? 1, b[b.length - i] ?? 1)
  return size
}

/** Whether the cpu backend gives what a graph would give for these numbers too. */
function isSame(
  name: string,
  tensors: readonly [string, tf.TensorInfo][],
  values: readonly Storage[],
  attrs: tf.NamedAttrMap,
): boolean {
  if (name === 'ArgMax') return !values[0].some(Number.isNaN)
  if (name !== 'GatherV2') return true
  const { axis, batchDims } = attrs as unknown as tf.GatherV2Attrs
  const indices = values[tensors.findIndex(([key]) => key === 'indices')]
  const [, x] = tensors.find(([key]) => key === 'x')!
  return axis === 0 && batchDims === 0 && indices.every((index) => index >= 0 && index < x.shape[0])
}
