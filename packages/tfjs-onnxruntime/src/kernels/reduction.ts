/** Kernels that reduce along axes. */
import * as tf from '@tensorflow/tfjs-core'
import type { GraphBuilder } from '../graph/builder.ts'
import type { Value } from '../graph/graph.ts'
import type { Lowering, LoweringTable } from './lowering.ts'
import { numeric } from './whole-numbers.ts'

interface ReductionAttrs {
  readonly axis?: number | number[]
  /** tfjs's name for the axes of Max. */
  readonly reductionIndices?: number | number[]
  readonly keepDims?: boolean
}

export const reductionKernels: LoweringTable = {
  Sum: reduction((b, x, reduce) => reduce('ReduceSum', numeric(b, x))),
  Mean: reduction((b, x, reduce) => reduce('ReduceMean', b.cast(x, 'float32'))),
  Prod: reduction((b, x, reduce) => reduce('ReduceProd', numeric(b, x))),
  Max: extremum('ReduceMax'),
  Min: extremum('ReduceMin'),
  All: logical('ReduceMin'),
  Any: logical('ReduceMax'),
  ArgMax: argument('ArgMax'),
  ArgMin: argument('ArgMin'),
  Cumsum(b, { x }, { axis, exclusive, reverse }: tf.CumsumAttrs) {
    const at = tf.util.parseAxisParam(axis, [...x.shape])[0]
    return b.add('CumSum', [numeric(b, x), b.scalar(at, 'int64')], {
      exclusive: exclusive ? 1 : 0,
      reverse: reverse ? 1 : 0,
    })
  },
}

type Reduce = (op: string, x: Value) => Value

function reduction(lower: (b: GraphBuilder, x: Value, reduce: Reduce) => Value): Lowering {
  return (b: GraphBuilder, { x }, { axis, reductionIndices, keepDims }: ReductionAttrs) => {
    const axes = tf.util.parseAxisParam((axis ?? reductionIndices)!, [...x.shape])
    return lower(b, x, (op, value) => b.reduce(op, value, axes, keepDims))
  }
}

/** NaN propagates, where ONNX Runtime would skip it. WebGPU has no test for NaN. */
function extremum(op: string): Lowering {
  return reduction((b, x, reduce) => {
    if (x.dtype !== 'float32') return b.cast(reduce(op, numeric(b, x)), x.dtype)
    const extreme = reduce(op, x)
    if (b.isPortable) return extreme
    const isUnknown = b.cast(reduce('ReduceMax', b.cast(b.add('IsNaN', [x]), 'int32')), 'bool')
    return b.add('Where', [isUnknown, b.scalar(Number.NaN), extreme])
  })
}

/** Above 0, so that the reduction of an empty tensor is true for all and false for any. */
function logical(op: string): Lowering {
  return reduction((b, x, reduce) => b.withScalar('Greater', reduce(op, b.cast(x, 'int32')), 0))
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

/** tfjs ignores NaN here. */
function comparable(b: GraphBuilder, x: Value, worst: number): Value {
  if (x.dtype !== 'float32') return b.cast(x, 'int32')
  return b.add('Where', [b.add('IsNaN', [x]), b.scalar(worst), x])
}
