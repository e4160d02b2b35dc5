/** Products of matrices, plain, fused with bias and activation, and as an Einstein sum. */
import * as tf from '@tensorflow/tfjs-core'
import { EngineError } from '../errors.ts'
import type { GraphBuilder } from '../graph/builder.ts'
import type { Value } from '../graph/graph.ts'
import { activate } from './activation.ts'
import { asTensor } from './as-tensor.ts'
import type { LoweringTable } from './lowering.ts'

export const matmulKernels: LoweringTable = {
  BatchMatMul: (b, { a, b: other }, { transposeA, transposeB }: tf.BatchMatMulAttrs) =>
    multiply(b, a, other, transposeA, transposeB),
  _FusedMatMul(b, { a, b: other, bias, preluActivationWeights }, attrs: tf._FusedMatMulAttrs) {
    const product = multiply(b, a, other, attrs.transposeA, attrs.transposeB)
    const sum = bias === undefined ? product : b.add('Add', [product, bias])
    return activate(b, sum, attrs.activation, preluActivationWeights, attrs.leakyreluAlpha)
  },
  Einsum(b, inputs, { equation }: tf.EinsumAttrs) {
    const tensors = Object.values(inputs)
    // The equation is validated as in tfjs's own backends.
    const { allDims, idDims } = tf.backend_util.decodeEinsumEquation(equation, tensors.length)
    tf.backend_util.checkEinsumDimSizes(allDims.length, idDims, tensors.map(asTensor))
    return b.add('Einsum', tensors, { equation: equation.replace(/\s/g, '') })
  },
}

function multiply(b: GraphBuilder, a: Value, other: Value, transposeA: boolean, transposeB: boolean): Value {
  checkMatrix('a', a)
  checkMatrix('b', other)
  const left = transposeA ? transposeMatrix(b, a) : a
  const right = transposeB ? transposeMatrix(b, other) : other
  return b.add('MatMul', [left, right])
}

function checkMatrix(name: string, { shape }: Value): void {
  if (shape.length < 2)
    throw new EngineError(
      'bad-input',
      `Expected ${name} of matMul to have rank 2 or more but received the shape [${shape}]. Reshape a vector to a matrix, or use tf.dot.`,
      { input: name, shape },
    )
}

function transposeMatrix(b: GraphBuilder, x: Value): Value {
  const rank = x.shape.length
  return b.transpose(x, [...x.shape.keys()].slice(0, rank - 2).concat(rank - 1, rank - 2))
}
