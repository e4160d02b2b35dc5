/** Operators that read and write by index. */
import type { Attributes } from '../graph.ts'
import { each, type Inferred, type Inputs, integers, type OperatorTable, preserving } from './operator.ts'

export const indexingOperators: OperatorTable = {
  Gather: {
    arity: [2, 2],
    infer: ([x, i], a) => [
      {
        shape: [...x!.shape.slice(0, a.axis as number), ...i!.shape, ...x!.shape.slice((a.axis as number) + 1)],
        dtype: x!.dtype,
      },
    ],
  },
  GatherND: { arity: [2, 2], infer: inferGatherNd },
  ...each('ScatterElements ScatterND', preserving(3, 3)),
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
}

function inferGatherNd([x, i]: Inputs, a: Attributes): Inferred[] {
  const batch = (a.batch_dims as number | undefined) ?? 0
  const depth = i!.shape[i!.shape.length - 1]
  return [{ shape: [...i!.shape.slice(0, -1), ...x!.shape.slice(batch + depth)], dtype: x!.dtype }]
}
