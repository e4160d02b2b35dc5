/** Splits transposes of many axes into two fast steps: a matrix transpose and a gather of whole rows. */
import type { GraphBuilder } from '../builder.ts'
import { type Graph, sizeOf, type Value } from '../graph.ts'
import { rewrite } from '../rewrite.ts'

/** Row length below which a gather is not faster. */
const minLength = 8

/**
 * before: Transpose [9, 32, 1024] by 2, 1, 0; after: Gather of 288 rows of 1024 in the order [32, 9], then Transpose [288, 1024] by 1, 0.
 *
 * The matrix transpose comes last if rows are longer before, first if they are longer after. A transpose of rows would work as well as a gather,
 * but ONNX Runtime would merge the two again. A transpose that keeps its first axis would need one matrix per index of it. The pass runs after
 * transposes have been shrunk.
 */
export function splitTransposes(graph: Graph): Graph {
  return rewrite(graph, (node, [x], b) => {
    if (node.op !== 'Transpose' || x === undefined) return undefined
    const perm = node.attributes.perm as readonly number[]
    const last = perm.length - 1
    const [before, after] = [x.shape[last], x.shape[perm[last]]]
    if (perm.length < 3 || perm[0] === 0 || perm[last] === last || Math.max(before, after) < minLength) return undefined
    return [before >= after ? matrixLast(b, x, perm) : matrixFirst(b, x, perm)]
  })
}

function matrixLast(b: GraphBuilder, x: Value, perm: readonly number[]): Value {
  const split = perm.indexOf(perm.length - 1) + 1
  const rows = gatherRows(b, x, [...perm.slice(split), ...perm.slice(0, split)])
  return rotate(b, rows, perm.length - split)
}

function matrixFirst(b: GraphBuilder, x: Value, perm: readonly number[]): Value {
  const split = perm[perm.length - 1] + 1
  return gatherRows(
    b,
    rotate(b, x, split),
    perm.map((axis) => (axis - split + perm.length) % perm.length),
  )
}

/** A transpose that keeps the last axis in place. */
function gatherRows(b: GraphBuilder, x: Value, perm: readonly number[]): Value {
  const outer = x.shape.slice(0, -1)
  const strides = outer.map((_, axis) => sizeOf(outer.slice(axis + 1)))
  const order = perm
    .slice(0, -1)
    .reduce<number[]>(
      (places, axis) =>
        places.flatMap((place) => Array.from({ length: outer[axis] }, (_, i) => place + i * strides[axis])),
      [0],
    )
  const rows = b.reshape(x, [sizeOf(outer), x.shape[outer.length]])
  const gathered = b.add('Gather', [rows, b.integers(order)], { axis: 0 })
  return b.reshape(
    gathered,
    perm.map((axis) => x.shape[axis]),
  )
}

/** Moves the first axes after the others, as a matrix transpose. */
function rotate(b: GraphBuilder, x: Value, count: number): Value {
  const [front, back] = [x.shape.slice(0, count), x.shape.slice(count)]
  const matrix = b.reshape(x, [sizeOf(front), sizeOf(back)])
  return b.reshape(b.transpose(matrix, [1, 0]), [...back, ...front])
}
