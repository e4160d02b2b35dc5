/**
 * The ONNX operators (opset 18) that graphs here may hold: how many inputs each takes, and the shapes and types that come out.
 *
 * Reference: https://github.com/onnx/onnx/blob/main/docs/Operators.md
 */
import { type Attributes, type ElementType, numbersOf, type Value } from './graph.ts'

export const opset = 18

export interface Inferred {
  readonly shape: readonly number[]
  readonly dtype: ElementType
}

type Inputs = readonly (Value | undefined)[]
type Infer = (inputs: Inputs, attributes: Attributes) => readonly Inferred[]

export interface Operator {
  readonly arity: readonly [least: number, most: number]
  readonly infer: Infer
}

const float: readonly ElementType[] = ['float32']
const numeric: readonly ElementType[] = ['float32', 'int32', 'int64']

/** The table: operator name to arity and inference. */
export const operators: Readonly<Record<string, Operator>> = {
  ...each(
    'Ceil Floor Round Exp Log Sqrt Reciprocal Sigmoid Tanh Softplus Softsign Relu Elu Selu LeakyRelu Erf',
    unary(float),
  ),
  ...each('HardSigmoid Sin Cos Tan Asin Acos Atan Sinh Cosh Asinh Acosh Atanh Softmax LogSoftmax LRN', unary(float)),
  ...each('Neg Abs Sign', unary(numeric)),
  Identity: unary(['float32', 'int32', 'int64', 'bool']),
  Not: unary(['bool']),
  ...each('IsNaN IsInf', predicate()),
  Clip: { arity: [1, 3], infer: ([x]) => [like(x!)] },
  CumSum: { arity: [2, 2], infer: ([x]) => [like(x!)] },
  ...each('Add Sub Mul Div Pow Mod Max Min', binary(numeric)),
  PRelu: binary(float),
  ...each('And Or Xor', binary(['bool'])),
  ...each('BitwiseAnd BitwiseOr BitwiseXor', binary(['int32', 'int64'])),
  Sum: {
    arity: [1, 1 << 20],
    infer: (inputs) => [{ shape: inputs.map((x) => x!.shape).reduce(broadcast), dtype: inputs[0]!.dtype }],
  },
  ...each('Less Greater LessOrEqual GreaterOrEqual Equal', comparison()),
  Where: {
    arity: [3, 3],
    infer: ([c, a, b]) => {
      expectType('Where', c!, ['bool'])
      expectSame('Where', a!, b!)
      return [{ shape: broadcast(broadcast(c!.shape, a!.shape), b!.shape), dtype: a!.dtype }]
    },
  },
  Cast: { arity: [1, 1], infer: ([x], a) => [{ shape: x!.shape, dtype: castTargets[a.to as number] }] },
  Reshape: { arity: [2, 2], infer: ([x, shape]) => [{ shape: integers(shape!), dtype: x!.dtype }] },
  Expand: { arity: [2, 2], infer: ([x, shape]) => [{ shape: broadcast(x!.shape, integers(shape!)), dtype: x!.dtype }] },
  Tile: {
    arity: [2, 2],
    infer: ([x, reps]) => [{ shape: zip(x!.shape, integers(reps!), (n, r) => n * r), dtype: x!.dtype }],
  },
  Transpose: {
    arity: [1, 1],
    infer: ([x], a) => [{ shape: list(a.perm).map((axis) => x!.shape[axis]), dtype: x!.dtype }],
  },
  Concat: { arity: [1, 1 << 20], infer: inferConcat },
  Slice: { arity: [5, 5], infer: inferSlice },
  Pad: { arity: [2, 3], infer: inferPad },
  Split: { arity: [2, 2], infer: inferSplit },
  ...each(
    'ReduceSum ReduceMean ReduceSumSquare ReduceMax ReduceMin ReduceProd ReduceL1 ReduceL2 ReduceLogSumExp',
    reduction(),
  ),
  ...each('ArgMax ArgMin', {
    arity: [1, 1],
    infer: ([x], a) => [{ shape: reduced(x!.shape, [a.axis as number], a.keepdims === 1), dtype: 'int64' }],
  }),
  MatMul: { arity: [2, 2], infer: inferMatMul },
  Conv: { arity: [2, 3], infer: inferConv },
  ConvTranspose: { arity: [2, 3], infer: inferConvTranspose },
  MaxPool: {
    arity: [1, 1],
    infer: ([x], a) => {
      const shape = [...x!.shape.slice(0, 2), ...windowed(x!.shape.slice(2), list(a.kernel_shape), a)]
      return [
        { shape, dtype: x!.dtype },
        { shape, dtype: 'int64' },
      ]
    },
  },
  AveragePool: {
    arity: [1, 1],
    infer: ([x], a) => [
      { shape: [...x!.shape.slice(0, 2), ...windowed(x!.shape.slice(2), list(a.kernel_shape), a)], dtype: x!.dtype },
    ],
  },
  ...each('GlobalAveragePool GlobalMaxPool', {
    arity: [1, 1],
    infer: ([x]) => [{ shape: x!.shape.map((n, i) => (i < 2 ? n : 1)), dtype: x!.dtype }],
  }),
  BatchNormalization: { arity: [5, 5], infer: ([x]) => [like(x!)] },
  Gather: {
    arity: [2, 2],
    infer: ([x, i], a) => [
      {
        shape: [...x!.shape.slice(0, a.axis as number), ...i!.shape, ...x!.shape.slice((a.axis as number) + 1)],
        dtype: x!.dtype,
      },
    ],
  },
  GatherElements: { arity: [2, 2], infer: ([x, i]) => [{ shape: i!.shape, dtype: x!.dtype }] },
  GatherND: { arity: [2, 2], infer: inferGatherNd },
  ...each('ScatterElements ScatterND', { arity: [3, 3], infer: ([x]) => [like(x!)] }),
  OneHot: {
    arity: [3, 3],
    infer: ([i, depth, values]) => [{ shape: [...i!.shape, integers(depth!)[0]], dtype: values!.dtype }],
  },
  TopK: {
    arity: [2, 2],
    infer: ([x, k]) => {
      const shape = [...x!.shape.slice(0, -1), integers(k!)[0]]
      return [
        { shape, dtype: x!.dtype },
        { shape, dtype: 'int64' },
      ]
    },
  },
  Resize: {
    arity: [3, 4],
    infer: ([x, , scales, sizes]) => {
      const scaled = () => x!.shape.map((length, axis) => length * numbersOf(scales!)[axis])
      return [{ shape: sizes ? integers(sizes) : scaled(), dtype: x!.dtype }]
    },
  },
  DepthToSpace: {
    arity: [1, 1],
    infer: ([x], a) => {
      const b = a.blocksize as number
      const [n, c, h, w] = x!.shape
      return [{ shape: [n, c / (b * b), h * b, w * b], dtype: x!.dtype }]
    },
  },
  Einsum: { arity: [1, 1 << 20], infer: inferEinsum },
}

const castTargets: Readonly<Record<number, ElementType>> = { 1: 'float32', 6: 'int32', 7: 'int64', 9: 'bool' }

/** ONNX's TensorProto.DataType numbers. */
export const dataTypes: Readonly<Record<ElementType, number>> = { float32: 1, int32: 6, int64: 7, bool: 9 }

/** Shapes and types of a node's outputs. @throws where the operator or its inputs are not legal. */
export function infer(op: string, inputs: Inputs, attributes: Attributes): readonly Inferred[] {
  const operator = operators[op]
  if (operator === undefined)
    throw new Error(`Expected an operator of the table but received ${op}. Add it to graph/operators.ts.`)
  const [least, most] = operator.arity
  if (inputs.length < least || inputs.length > most)
    throw new Error(`Expected ${least} to ${most} inputs for ${op} but received ${inputs.length}.`)
  return operator.infer(inputs, attributes)
}

/** The shape of two broadcast shapes. @throws where they do not fit. */
export function broadcast(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length)
  return Array.from({ length: rank }, (_, index) => {
    const m = a[index - rank + a.length] ?? 1
    const n = b[index - rank + b.length] ?? 1
    if (m !== n && m !== 1 && n !== 1) throw new Error(`Expected shapes that broadcast but received [${a}] and [${b}].`)
    return m === 1 ? n : m
  })
}

/** The shape that is left when axes are reduced. */
export function reduced(shape: readonly number[], axes: readonly number[], keep: boolean): number[] {
  return keep ? shape.map((n, i) => (axes.includes(i) ? 1 : n)) : shape.filter((_, i) => !axes.includes(i))
}

function each(names: string, operator: Operator): Record<string, Operator> {
  return Object.fromEntries(names.split(' ').map((name) => [name, operator]))
}

function unary(types: readonly ElementType[]): Operator {
  return {
    arity: [1, 1],
    infer: ([x]) => {
      expectType('a unary operator', x!, types)
      return [like(x!)]
    },
  }
}

function predicate(): Operator {
  return { arity: [1, 1], infer: ([x]) => [{ shape: x!.shape, dtype: 'bool' }] }
}

function binary(types: readonly ElementType[]): Operator {
  return {
    arity: [2, 2],
    infer: ([a, b]) => {
      expectType('a binary operator', a!, types)
      expectSame('a binary operator', a!, b!)
      return [{ shape: broadcast(a!.shape, b!.shape), dtype: a!.dtype }]
    },
  }
}

function comparison(): Operator {
  return {
    arity: [2, 2],
    infer: ([a, b]) => {
      expectSame('a comparison', a!, b!)
      return [{ shape: broadcast(a!.shape, b!.shape), dtype: 'bool' }]
    },
  }
}

function reduction(): Operator {
  return {
    arity: [2, 2],
    infer: ([x, axes], a) => [{ shape: reduced(x!.shape, integers(axes!), a.keepdims === 1), dtype: x!.dtype }],
  }
}

function like(x: Value): Inferred {
  return { shape: x.shape, dtype: x.dtype }
}

function list(attribute: unknown): readonly number[] {
  return attribute as readonly number[]
}

function integers(value: Value): number[] {
  return Array.from(numbersOf(value))
}

function zip(a: readonly number[], b: readonly number[], f: (a: number, b: number) => number): number[] {
  return a.map((n, i) => f(n, b[i]))
}

function expectType(op: string, x: Value, types: readonly ElementType[]): void {
  if (!types.includes(x.dtype)) throw new Error(`Expected ${types.join(' or ')} for ${op} but received ${x.dtype}.`)
}

function expectSame(op: string, a: Value, b: Value): void {
  if (a.dtype !== b.dtype)
    throw new Error(`Expected one type for both sides of ${op} but received ${a.dtype} and ${b.dtype}.`)
}

function inferConcat(inputs: Inputs, a: Attributes): Inferred[] {
  const axis = a.axis as number
  const total = inputs.reduce((sum, x) => sum + x!.shape[axis], 0)
  for (const x of inputs) expectSame('Concat', x!, inputs[0]!)
  return [{ shape: inputs[0]!.shape.map((n, i) => (i === axis ? total : n)), dtype: inputs[0]!.dtype }]
}

function inferSlice([x, starts, ends, axes, steps]: Inputs): Inferred[] {
  const shape = [...x!.shape]
  const [from, to, over, by] = [starts, ends, axes, steps].map((value) => integers(value!))
  over.forEach((axis, i) => {
    const end = by[i] < 0 ? Math.max(to[i], -1) : to[i]
    shape[axis] = Math.max(0, Math.ceil((end - from[i]) / by[i]))
  })
  return [{ shape, dtype: x!.dtype }]
}

function inferPad([x, pads]: Inputs): Inferred[] {
  const p = integers(pads!)
  return [{ shape: x!.shape.map((n, i) => n + p[i] + p[i + x!.shape.length]), dtype: x!.dtype }]
}

function inferSplit([x, sizes]: Inputs, a: Attributes): Inferred[] {
  return integers(sizes!).map((size) => ({ shape: x!.shape.map((n, i) => (i === a.axis ? size : n)), dtype: x!.dtype }))
}

function inferMatMul([a, b]: Inputs): Inferred[] {
  const [m, k] = a!.shape.slice(-2)
  const [k2, n] = b!.shape.slice(-2)
  if (a!.shape.length < 2 || b!.shape.length < 2 || k !== k2)
    throw new Error(`Expected matrices that multiply but received [${a!.shape}] and [${b!.shape}].`)
  return [{ shape: [...broadcast(a!.shape.slice(0, -2), b!.shape.slice(0, -2)), m, n], dtype: a!.dtype }]
}

function windowed(lengths: readonly number[], kernel: readonly number[], a: Attributes): number[] {
  const rank = lengths.length
  const pads = list(a.pads ?? new Array(2 * rank).fill(0))
  return lengths.map((n, i) => {
    const reach = (kernel[i] - 1) * (list(a.dilations ?? [])[i] ?? 1) + 1
    return Math.floor((n + pads[i] + pads[i + rank] - reach) / (list(a.strides ?? [])[i] ?? 1)) + 1
  })
}

function inferConv([x, w]: Inputs, a: Attributes): Inferred[] {
  const group = (a.group as number | undefined) ?? 1
  if (x!.shape[1] !== w!.shape[1] * group)
    throw new Error(
      `Expected ${w!.shape[1] * group} channels for Conv but received [${x!.shape}] and filter [${w!.shape}].`,
    )
  return [{ shape: [x!.shape[0], w!.shape[0], ...windowed(x!.shape.slice(2), w!.shape.slice(2), a)], dtype: x!.dtype }]
}

function inferConvTranspose([x, w]: Inputs, a: Attributes): Inferred[] {
  const rank = x!.shape.length - 2
  const pads = list(a.pads)
  const lengths = x!.shape.slice(2).map((n, i) => {
    const reach = (w!.shape[i + 2] - 1) * (list(a.dilations ?? [])[i] ?? 1) + 1
    return (n - 1) * list(a.strides)[i] + list(a.output_padding)[i] + reach - pads[i] - pads[i + rank]
  })
  return [{ shape: [x!.shape[0], w!.shape[1] * ((a.group as number | undefined) ?? 1), ...lengths], dtype: x!.dtype }]
}

function inferGatherNd([x, i]: Inputs, a: Attributes): Inferred[] {
  const batch = (a.batch_dims as number | undefined) ?? 0
  const depth = i!.shape[i!.shape.length - 1]
  return [{ shape: [...i!.shape.slice(0, -1), ...x!.shape.slice(batch + depth)], dtype: x!.dtype }]
}

function inferEinsum(inputs: Inputs, a: Attributes): Inferred[] {
  const [left, right] = (a.equation as string).split('->')
  const lengths = new Map<string, number>()
  left.split(',').forEach((term, i) => {
    Array.from(term).forEach((letter, axis) => {
      lengths.set(letter, inputs[i]!.shape[axis])
    })
  })
  return [{ shape: Array.from(right, (letter) => lengths.get(letter)!), dtype: inputs[0]!.dtype }]
}
