/** Kernels that compute with shapes which are tensors themselves. */
import type { GraphBuilder } from '../graph/builder.ts'
import type { Value } from '../graph/graph.ts'
import type { LoweringTable } from './lowering.ts'

export const shapeArithmeticKernels: LoweringTable = {
  BroadcastArgs(b, { s0, s1 }) {
    const rank = Math.max(s0.shape[0], s1.shape[0])
    const [first, second] = [s0, s1].map((shape) => b.pad(shape, [rank - shape.shape[0]], [0], 1))
    return b.add('Where', [b.withScalar('Equal', first, 1), second, first])
  },
  /** Indices [count, rank] into a tensor of `inputShape` become those of the same elements in `newShape`, where one length may be -1. */
  SparseReshape(b, { inputIndices, inputShape, newShape }) {
    const size = b.reduce('ReduceProd', inputShape, [0], true)
    const isOpen = b.withScalar('Less', newShape, 0)
    const known = b.reduce('ReduceProd', b.add('Where', [isOpen, b.scalar(1, 'int32'), newShape]), [0], true)
    const outShape = b.add('Where', [isOpen, b.add('Div', [size, known]), newShape])
    const weighted = b.add('Mul', [inputIndices, strides(b, inputShape)])
    const flat = b.reduce('ReduceSum', weighted, [1], true)
    return [b.add('Mod', [b.add('Div', [flat, strides(b, outShape)]), outShape]), outShape]
  },
}

/** How many elements lie between neighbours along each axis: the product of the lengths behind it. */
function strides(b: GraphBuilder, shape: Value): Value {
  const [rank] = shape.shape
  const one = b.fill(1, [1], 'int32')
  const parts = Array.from({ length: rank }, (_, axis) =>
    axis === rank - 1 ? one : b.reduce('ReduceProd', b.slice(shape, [0], [axis + 1], [rank]), [0], true),
  )
  return parts.length === 1 ? one : b.add('Concat', parts, { axis: 0 })
}
