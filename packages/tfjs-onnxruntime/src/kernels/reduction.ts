/** Kernels that reduce along axes. */
import * as tf from '@tensorflow/tfjs-core'
import type { GraphBuilder } from '../graph/builder.ts'
import type { Value } from '../graph/graph.ts'
import type { Lowering, LoweringTable } from './lowering.ts'

interface ReductionAttrs {
  readonly axis?: number | number[]
  /** tfjs's name for the axes of Max. */
  readonly reductionIndices?: number | number[]
  readonly keepDims?: boolean
}

export const reductionKernels: LoweringTable = {
  Sum: reduction('ReduceSum', (b, x) => (x.dtype === 'bool' ? b.cast(x, 'int32') : x)),
  Mean: reduction('ReduceMean', (b, x) => b.cast(x, 'float32')),
  Prod: reduction('ReduceProd', (b, x) => (x.dtype === 'bool' ? b.cast(x, 'int32') : x)),
  Max: reduction('ReduceMax', (_, x) => x),
  Min: reduction('ReduceMin', (_, x) => x),
  All: logical('ReduceMin'),
  Any: logical('ReduceMax'),
  ArgMax: argument('ArgMax'),
  ArgMin: argument('ArgMin'),
  Cumsum(b, { x }, { axis, exclusive, reverse }: tf.CumsumAttrs) {
    const at = tf.util.parseAxisParam(axis, [...x.shape])[0]
    return b.add('CumSum', [x, b.scalar(at, 'int64')], { exclusive: exclusive ? 1 : 0, reverse: reverse ? 1 : 0 })
  },
}

function reduction(op: string, prepare: (b: GraphBuilder, x: Value) => Value): Lowering {
  return (b: GraphBuilder, { x }, { axis, reductionIndices, keepDims }: ReductionAttrs) =>
    b.reduce(op, prepare(b, x), tf.util.parseAxisParam((axis ?? reductionIndices)!, [...x.shape]), keepDims)
}

function logical(op: string): Lowering {
  return (b: GraphBuilder, { x }, { axis, reductionIndices, keepDims }: ReductionAttrs) =>
    b.cast(
      b.reduce(op, b.cast(x, 'int32'), tf.util.parseAxisParam((axis ?? reductionIndices)!, [...x.shape]), keepDims),
      'bool',
    )
}

function argument(op: string): Lowering {
  return (b: GraphBuilder, { x }, { axis }: tf.ArgMaxAttrs) =>
    b.cast(
      b.add(op, [comparable(b, x, op === 'ArgMax' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY)], {
        axis: tf.util.parseAxisParam(axis, [...x.shape])[0],
        keepdims: 0,
      }),
      'int32',
    )
}

/** tfjs passes over what is not a number. */
function comparable(b: GraphBuilder, x: Value, worst: number): Value {
  if (x.dtype !== 'float32') return b.cast(x, 'int32')
  return b.add('Where', [b.add('IsNaN', [x]), b.scalar(worst), x])
}
