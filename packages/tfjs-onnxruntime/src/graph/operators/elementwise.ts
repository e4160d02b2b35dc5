/** Operators that compute each element on its own. */
import type { ElementType } from '../graph.ts'
import {
  broadcast,
  each,
  expectSame,
  expectType,
  like,
  type Operator,
  type OperatorTable,
  preserving,
} from './operator.ts'

const float: readonly ElementType[] = ['float32']
const numeric: readonly ElementType[] = ['float32', 'int32', 'int64']

export const elementwiseOperators: OperatorTable = {
  ...each('Ceil Floor Round Exp Log Sqrt Reciprocal Sigmoid Tanh Softplus Relu Elu Selu LeakyRelu Erf', unary(float)),
  ...each('HardSigmoid Sin Cos Tan Asin Acos Atan Sinh Cosh Asinh Acosh Atanh', unary(float)),
  ...each('Neg Abs', unary(numeric)),
  Identity: unary(['float32', 'int32', 'int64', 'bool']),
  Not: unary(['bool']),
  ...each('IsNaN IsInf', { arity: [1, 1], infer: ([x]) => [{ shape: x!.shape, dtype: 'bool' }] }),
  Clip: preserving(1, 3),
  ...each('Add Sub Mul Div Pow Mod Max Min', binary(numeric)),
  PRelu: binary(float),
  ...each('And Or Xor', binary(['bool'])),
  BitwiseAnd: binary(['int32', 'int64']),
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
}

const castTargets: Readonly<Record<number, ElementType>> = { 1: 'float32', 6: 'int32', 7: 'int64', 9: 'bool' }

/** ONNX's TensorProto.DataType numbers. */
export const dataTypes: Readonly<Record<ElementType, number>> = { float32: 1, int32: 6, int64: 7, bool: 9 }

function unary(types: readonly ElementType[]): Operator {
  return {
    arity: [1, 1],
    infer: ([x]) => {
      expectType('a unary operator', x!, types)
      return [like(x!)]
    },
  }
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
