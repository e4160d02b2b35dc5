/** Operators that move elements without computing. */
import { type Attributes, numbersOf } from '../graph.ts'
import { broadcast, expectSame, type Inferred, type Inputs, integers, list, type OperatorTable } from './operator.ts'

export const movementOperators: OperatorTable = {
  Reshape: { arity: [2, 2], infer: ([x, shape]) => [{ shape: integers(shape!), dtype: x!.dtype }] },
  Expand: { arity: [2, 2], infer: ([x, shape]) => [{ shape: broadcast(x!.shape, integers(shape!)), dtype: x!.dtype }] },
  Tile: {
    arity: [2, 2],
    infer([x, repetitions]) {
      const times = integers(repetitions!)
      return [{ shape: x!.shape.map((n, i) => n * times[i]), dtype: x!.dtype }]
    },
  },
  Transpose: {
    arity: [1, 1],
    infer: ([x], a) => [{ shape: list(a.perm).map((axis) => x!.shape[axis]), dtype: x!.dtype }],
  },
  Concat: { arity: [1, 1 << 20], infer: inferConcat },
  Slice: { arity: [5, 5], infer: inferSlice },
  Pad: {
    arity: [2, 3],
    infer([x, pads]) {
      const p = integers(pads!)
      return [{ shape: x!.shape.map((n, i) => n + p[i] + p[i + x!.shape.length]), dtype: x!.dtype }]
    },
  },
  Split: {
    arity: [2, 2],
    infer: ([x, sizes], a) =>
      integers(sizes!).map((size) => ({ shape: x!.shape.map((n, i) => (i === a.axis ? size : n)), dtype: x!.dtype })),
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
