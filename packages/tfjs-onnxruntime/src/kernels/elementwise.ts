/** Kernels that compute each element on its own: arithmetic, comparison, logic, rounding, activations. */
import type * as tf from '@tensorflow/tfjs-core'
import type { GraphBuilder } from '../graph/builder.ts'
import { sameShape, type Value } from '../graph/graph.ts'
import { broadcast } from '../graph/operators/operator.ts'
import { atan2, expm1, log1p, step } from './float-functions.ts'
import type { Lowering, LoweringTable } from './lowering.ts'
import { floorDivide, floorModulo, numeric, truncate } from './whole-numbers.ts'

/** tfjs's kernels that are one ONNX operator on floats. */
const floatOperators = {
  Acos: 'Acos',
  Acosh: 'Acosh',
  Asin: 'Asin',
  Asinh: 'Asinh',
  Atan: 'Atan',
  Atanh: 'Atanh',
  Ceil: 'Ceil',
  Cos: 'Cos',
  Cosh: 'Cosh',
  Erf: 'Erf',
  Floor: 'Floor',
  Log: 'Log',
  Reciprocal: 'Reciprocal',
  Sigmoid: 'Sigmoid',
  Sin: 'Sin',
  Sinh: 'Sinh',
  Softplus: 'Softplus',
  Sqrt: 'Sqrt',
  Tan: 'Tan',
  Tanh: 'Tanh',
}

const numericOperators = { Abs: 'Abs', Neg: 'Neg' }
const arithmeticOperators = { Add: 'Add', Sub: 'Sub', Multiply: 'Mul', Maximum: 'Max', Minimum: 'Min' }
const comparisonOperators = {
  Equal: 'Equal',
  Greater: 'Greater',
  GreaterEqual: 'GreaterOrEqual',
  Less: 'Less',
  LessEqual: 'LessOrEqual',
}
const logicalOperators = { LogicalAnd: 'And', LogicalOr: 'Or', LogicalXor: 'Xor' }

export const elementwiseKernels: LoweringTable = {
  ...mapNames(
    floatOperators,
    (op) =>
      (b, { x }) =>
        onFloats(b, x, (value) => b.add(op, [value])),
  ),
  ...mapNames(
    numericOperators,
    (op) =>
      (b, { x }) =>
        b.add(op, [numeric(b, x)]),
  ),
  ...mapNames(
    arithmeticOperators,
    (op) =>
      (b, { a, b: other }) =>
        b.add(op, together(b, a, other)),
  ),
  ...mapNames(
    comparisonOperators,
    (op) =>
      (b, { a, b: other }) =>
        b.add(op, together(b, a, other)),
  ),
  ...mapNames(
    logicalOperators,
    (op) =>
      (b, { a, b: other }) =>
        b.add(op, [b.cast(a, 'bool'), b.cast(other, 'bool')]),
  ),
  Pow: (b, { a, b: other }) => {
    const [base, exponent] = together(b, a, other)
    // WebGPU's Pow fails where the exponent has one number for several of the base.
    return b.add('Pow', [base, b.isPortable ? b.expand(exponent, broadcast(base.shape, exponent.shape)) : exponent])
  },
  NotEqual: (b, { a, b: other }) => b.add('Not', [b.add('Equal', together(b, a, other))]),
  LogicalNot: (b, { x }) => b.add('Not', [b.cast(x, 'bool')]),
  BitwiseAnd: (b, { a, b: other }) => b.add('BitwiseAnd', [a, other]),
  RealDiv: (b, { a, b: other }) => b.add('Div', [b.cast(a, 'float32'), b.cast(other, 'float32')]),
  FloorDiv(b, { a, b: other }) {
    const [dividend, divisor] = together(b, a, other)
    if (divisor.dtype === 'int32') return floorDivide(b, dividend, divisor)
    return truncate(b, b.add('Floor', [b.add('Div', [dividend, divisor])]))
  },
  Mod: (b, { a, b: other }) => modulo(b, ...together(b, a, other)),
  SquaredDifference(b, { a, b: other }) {
    const difference = b.add('Sub', together(b, a, other))
    return b.add('Mul', [difference, difference])
  },
  // tfjs's exponential of integers is a float, and its sign of NaN is 0.
  Exp: (b, { x }) => b.add('Exp', [b.cast(x, 'float32')]),
  Sign(b, { x }) {
    const number = numeric(b, x)
    const [isAbove, isBelow] = ['Greater', 'Less'].map((op) => b.cast(b.withScalar(op, number, 0), number.dtype))
    return b.add('Sub', [isAbove, isBelow])
  },
  Atan2(b, { a, b: other }) {
    const [y, x] = together(b, a, other)
    const angle = atan2(b, b.cast(y, 'float32'), b.cast(x, 'float32'))
    return y.dtype === 'float32' ? angle : truncate(b, angle)
  },
  AddN: (b, inputs) => Object.values(inputs).reduce((sum, x) => b.add('Add', [sum, x])),
  Round: (b, { x }) => (x.dtype === 'float32' ? b.add('Round', [x]) : numeric(b, x)),
  Square(b, { x }) {
    const number = numeric(b, x)
    return b.add('Mul', [number, number])
  },
  Rsqrt: (b, { x }) => onFloats(b, x, (value) => b.add('Reciprocal', [b.add('Sqrt', [value])])),
  Expm1: (b, { x }) => onFloats(b, x, (value) => expm1(b, value)),
  Log1p: (b, { x }) => onFloats(b, x, (value) => log1p(b, value)),
  IsNan: (b, { x }) => b.add('IsNaN', [b.cast(x, 'float32')]),
  IsInf: (b, { x }) => b.add('IsInf', [b.cast(x, 'float32')]),
  IsFinite(b, { x }) {
    const float = b.cast(x, 'float32')
    return b.add('Not', [b.add('Or', [b.add('IsNaN', [float]), b.add('IsInf', [float])])])
  },
  Relu: (b, { x }) => (x.dtype === 'float32' ? b.add('Relu', [x]) : b.withScalar('Max', numeric(b, x), 0)),
  Relu6: (b, { x }) => clip(b, x, 0, 6),
  Elu: (b, { x }) => b.add('Elu', [x], { alpha: { float: 1 } }),
  EluGrad: (b, { dy, y }) =>
    b.add('Where', [b.withScalar('GreaterOrEqual', y, 0), dy, b.add('Mul', [dy, b.withScalar('Add', y, 1)])]),
  // Klambauer et al., "Self-Normalizing Neural Networks", https://arxiv.org/abs/1706.02515; tfjs's digits.
  Selu: (b, { x }) =>
    onFloats(b, x, (value) =>
      b.add('Selu', [value], {
        alpha: { float: 1.7580993408473768 / 1.0507009873554805 },
        gamma: { float: 1.0507009873554805 },
      }),
    ),
  LeakyRelu: (b, { x }, { alpha }: tf.LeakyReluAttrs) =>
    b.add('LeakyRelu', [b.cast(x, 'float32')], { alpha: { float: alpha } }),
  Prelu: (b, { x, alpha }) => b.add('PRelu', [b.cast(x, 'float32'), b.cast(alpha, 'float32')]),
  ClipByValue: (b, { x }, { clipValueMin, clipValueMax }: tf.ClipByValueAttrs) =>
    clip(b, x, clipValueMin, clipValueMax),
  Step: (b, { x }, { alpha }: tf.StepAttrs) => b.cast(step(b, b.cast(x, 'float32'), alpha), x.dtype),
  Select: (b, { condition, t, e }) => select(b, condition, t, e),
  Cast: (b, { x }, { dtype }: tf.CastAttrs) => (dtype === 'int32' ? truncate(b, x) : b.cast(x, dtype as 'float32')),
}

function mapNames(names: Readonly<Record<string, string>>, lower: (op: string) => Lowering): LoweringTable {
  return Object.fromEntries(Object.entries(names).map(([kernel, op]) => [kernel, lower(op)]))
}

/** In tfjs, the result of a float operation on integers has the type of its input. */
function onFloats(b: GraphBuilder, x: Value, f: (x: Value) => Value): Value {
  const result = f(b.cast(x, 'float32'))
  return x.dtype === 'int32' ? truncate(b, result) : result
}

/** Both sides in one numeric type. */
function together(b: GraphBuilder, a: Value, other: Value): [Value, Value] {
  if (a.dtype === other.dtype && a.dtype !== 'bool') return [a, other]
  const type = a.dtype === 'float32' || other.dtype === 'float32' ? 'float32' : 'int32'
  return [b.cast(a, type), b.cast(other, type)]
}

/** The remainder with the sign of the divisor. ONNX has it for integers; for floats only the variant with the dividend's sign. */
function modulo(b: GraphBuilder, a: Value, other: Value): Value {
  if (a.dtype === 'int32') return floorModulo(b, a, other)
  const remainder = b.add('Mod', [a, other], { fmod: 1 })
  const shifted = b.add('Add', [remainder, other])
  const differs = b.withScalar('Less', b.add('Mul', [remainder, other]), 0)
  return b.add('Where', [differs, shifted, remainder])
}

function clip(b: GraphBuilder, x: Value, least: number, most: number): Value {
  const number = numeric(b, x)
  return b.add('Clip', [number, b.scalar(least, number.dtype), b.scalar(most, number.dtype)])
}

/** Selects by a condition; a vector selects rows of operands of higher rank. */
export function select(b: GraphBuilder, condition: Value, t: Value, e: Value): Value {
  // ONNX Runtime's Where does not support booleans.
  if (t.dtype === 'bool') return b.cast(select(b, condition, b.cast(t, 'int32'), b.cast(e, 'int32')), 'bool')
  const rank = Math.max(t.shape.length, e.shape.length)
  const rows = condition.shape.length === 1 && rank > 1 && condition.shape[0] === t.shape[0]
  const chooser = rows ? b.reshape(condition, [condition.shape[0], ...new Array(rank - 1).fill(1)]) : condition
  const out = b.add('Where', [b.cast(chooser, 'bool'), t, e])
  const shape = broadcast(t.shape, e.shape)
  return sameShape(out.shape, shape) || out.shape.length > shape.length ? out : b.expand(out, shape)
}
