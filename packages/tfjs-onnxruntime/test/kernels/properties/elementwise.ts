/** Properties of kernels that compute each element on its own. */
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { booleans, integers, normal, uniform } from '../../compare.ts'
import { type Call, ofAny, ofPair, type Properties, type Sample, shape } from './property.ts'

const numbers = (lengths: number[]) => uniform(lengths, -2, 2)
const positive = (lengths: number[]) => uniform(lengths, 0.3, 3)
const whole = (lengths: number[]) => integers(lengths, -5, 6)
const odd = () => tf.tensor1d([1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0])

/** On floats or on integers, chosen by chance. */
function ofBoth(call: Call, floats = numbers): fc.Arbitrary<Sample> {
  return fc.oneof(ofPair(call, floats), ofPair(call, whole))
}

function of(call: Call, ...inputs: (() => tf.Tensor)[]): fc.Arbitrary<Sample> {
  return fc.constant(call).map(() => ({ call, inputs: inputs.map((make) => make()) }))
}

const same = shape.chain((lengths) => fc.constant(lengths))
const kernel = (name: string, inputs: Record<string, tf.Tensor>) => tf.engine().runKernel(name, inputs) as tf.Tensor

export const elementwiseProperties: Properties = {
  Abs: ofAny(tf.abs),
  Acos: ofAny(tf.acos, -0.9, 0.9),
  Acosh: ofAny(tf.acosh, 1.1, 4),
  Add: ofBoth(tf.add),
  AddN: same.map((lengths) => ({
    call: (...xs) => tf.addN(xs),
    inputs: [numbers(lengths), numbers(lengths), numbers(lengths)],
  })),
  Asin: ofAny(tf.asin, -0.9, 0.9),
  Asinh: ofAny(tf.asinh),
  Atan: ofAny(tf.atan),
  Atan2: ofPair(tf.atan2, numbers),
  Atanh: ofAny(tf.atanh, -0.9, 0.9),
  BitwiseAnd: same.map((lengths) => ({
    call: (a, b) => tf.bitwiseAnd(a, b),
    inputs: [whole(lengths), whole(lengths)],
  })),
  Cast: fc.constantFrom('float32' as const, 'int32' as const, 'bool' as const).chain((to) =>
    fc.constantFrom(numbers, whole, booleans).map((make) => ({
      call: (x: tf.Tensor) => tf.cast(x, to),
      inputs: [make([3, 4])],
    })),
  ),
  Ceil: ofAny(tf.ceil),
  ClipByValue: ofAny((x) => tf.clipByValue(x, -0.5, 1)),
  Cos: ofAny(tf.cos),
  Cosh: ofAny(tf.cosh),
  Elu: ofAny(tf.elu),
  EluGrad: same.map((lengths) => ({
    call: (x, dy) => tf.grad((v) => tf.elu(v))(x, dy),
    inputs: [numbers(lengths), numbers(lengths)],
  })),
  Equal: ofBoth(tf.equal, (lengths) => tf.round(numbers(lengths))),
  Erf: ofAny(tf.erf),
  Exp: ofAny(tf.exp),
  Expm1: ofAny(tf.expm1),
  Floor: ofAny(tf.floor),
  FloorDiv: fc.oneof(
    ofPair(tf.floorDiv, positive),
    ofPair(tf.floorDiv, (lengths) => integers(lengths, 1, 9)),
  ),
  Greater: ofBoth(tf.greater),
  GreaterEqual: ofBoth(tf.greaterEqual),
  IsFinite: of(tf.isFinite, odd),
  IsInf: of(tf.isInf, odd),
  IsNan: of(tf.isNaN, odd),
  LeakyRelu: ofAny((x) => tf.leakyRelu(x, 0.3)),
  Less: ofBoth(tf.less),
  LessEqual: ofBoth(tf.lessEqual),
  Log: ofAny(tf.log, 0.1, 4),
  Log1p: ofAny(tf.log1p, -0.5, 4),
  LogicalAnd: ofPair(tf.logicalAnd, booleans),
  LogicalNot: of(tf.logicalNot, () => booleans([2, 3])),
  LogicalOr: ofPair(tf.logicalOr, booleans),
  LogicalXor: ofPair((a, b) => kernel('LogicalXor', { a, b }), booleans).map((sample) => ({
    ...sample,
    reference: tf.logicalXor,
  })),
  Maximum: ofBoth(tf.maximum),
  Minimum: ofBoth(tf.minimum),
  Mod: fc.oneof(
    ofPair(tf.mod, (lengths) => uniform(lengths, 0.5, 5)),
    ofPair((a, b) => tf.mod(a, tf.add(tf.abs(b), tf.scalar(1, 'int32'))), whole),
  ),
  Multiply: ofBoth(tf.mul),
  Neg: ofAny(tf.neg),
  NotEqual: ofBoth(tf.notEqual, (lengths) => tf.round(numbers(lengths))),
  Pow: ofPair(tf.pow, positive),
  Prelu: ofPair(tf.prelu, numbers),
  RealDiv: ofPair(tf.div, positive),
  Reciprocal: ofAny(tf.reciprocal, 0.2, 3),
  Relu: ofAny(tf.relu),
  Relu6: ofAny(tf.relu6, -4, 9),
  Round: ofAny(tf.round, -4, 4),
  Rsqrt: ofAny(tf.rsqrt, 0.1, 4),
  Select: same.map((lengths) => ({
    call: (c, a, b) => tf.where(c as tf.Tensor<tf.Rank>, a, b),
    inputs: [booleans(lengths), numbers(lengths), numbers(lengths)],
  })),
  Selu: ofAny(tf.selu),
  Sigmoid: ofAny(tf.sigmoid),
  Sign: ofAny(tf.sign),
  Sin: ofAny(tf.sin),
  Sinh: ofAny(tf.sinh),
  Softplus: ofAny(tf.softplus, -9, 9),
  Sqrt: ofAny(tf.sqrt, 0.1, 4),
  Square: ofAny(tf.square),
  SquaredDifference: ofBoth(tf.squaredDifference),
  Step: fc.constantFrom(0, 0.25).chain((alpha) => ofAny((x) => tf.step(x, alpha))),
  Sub: ofBoth(tf.sub),
  Tan: ofAny(tf.tan, -1, 1),
  Tanh: ofAny(tf.tanh),
}

const alike = (call: Call) => same.map((lengths) => ({ call, inputs: [numbers(lengths), numbers(lengths)] }))

/** Where the gradient needs other samples than the kernel. */
export const elementwiseGradients: Properties = {
  Add: ofPair(tf.add, numbers),
  // tfjs has no gradient of these for shapes that broadcast.
  Maximum: alike(tf.maximum),
  Minimum: alike(tf.minimum),
  Prelu: alike(tf.prelu),
  SquaredDifference: alike(tf.squaredDifference),
  Sub: ofPair(tf.sub, numbers),
  Multiply: ofPair(tf.mul, numbers),
  Mod: ofPair(tf.mod, (lengths) => uniform(lengths, 0.5, 5)),
  FloorDiv: ofPair(tf.floorDiv, positive),
  Cast: ofAny((x) => tf.cast(x, 'float32')),
  GreaterEqual: alike((a, b) => tf.cast(tf.greaterEqual(a, b), 'float32')),
  Select: same.map((lengths) => {
    const condition = booleans(lengths)
    return { call: (a, b) => tf.where(condition, a, b), inputs: [normal(lengths), normal(lengths)] }
  }),
  ...Object.fromEntries(
    Object.entries({ IsFinite: tf.isFinite, IsInf: tf.isInf, IsNan: tf.isNaN }).map(([name, test]) => [
      name,
      ofAny((x) => tf.cast(test(x), 'float32')),
    ]),
  ),
}
