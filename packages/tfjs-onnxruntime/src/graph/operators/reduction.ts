/** Operators that reduce or accumulate along axes. */
import type { ElementType } from '../graph.ts'
import { each, expectType, integers, like, type Operator, type OperatorTable, preserving } from './operator.ts'

export const reductionOperators: OperatorTable = {
  ...each('ReduceSum ReduceMean ReduceMax ReduceMin ReduceProd', {
    arity: [2, 2],
    infer: ([x, axes], a) => [{ shape: reduced(x!.shape, integers(axes!), a.keepdims === 1), dtype: x!.dtype }],
  }),
  ...each('ArgMax ArgMin', {
    arity: [1, 1],
    infer: ([x], a) => [{ shape: reduced(x!.shape, [a.axis as number], a.keepdims === 1), dtype: 'int64' }],
  }),
  CumSum: preserving(2, 2),
  ...each('Softmax LogSoftmax LRN', onFloats()),
}

/** The shape that is left when axes are reduced. */
function reduced(shape: readonly number[], axes: readonly number[], keep: boolean): number[] {
  return keep ? shape.map((n, i) => (axes.includes(i) ? 1 : n)) : shape.filter((_, i) => !axes.includes(i))
}

function onFloats(): Operator {
  const float: readonly ElementType[] = ['float32']
  return {
    arity: [1, 1],
    infer: ([x]) => {
      expectType('a normalization', x!, float)
      return [like(x!)]
    },
  }
}
