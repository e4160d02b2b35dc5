/** Merges consecutive reshapes, transposes, casts and expansions, and drops those that do nothing. */
import type { GraphBuilder } from '../builder.ts'
import { type Graph, type Node, sameShape, type Value } from '../graph.ts'
import { rewrite } from '../rewrite.ts'

/**
 * before: Transpose(Transpose(x)), Reshape(Reshape(x)), Cast(x) to its own type; after: x, Reshape(x), x.
 *
 * A transpose that moves only axes of length 1 becomes a reshape, which costs nothing.
 */
export function mergeMovements(graph: Graph): Graph {
  return rewrite(graph, (node, inputs, builder) => {
    const merged = mergers[node.op]?.(node, inputs as readonly Value[], builder)
    return merged === undefined ? undefined : [merged]
  })
}

type Merger = (node: Node, inputs: readonly Value[], builder: GraphBuilder) => Value | undefined

const mergers: Readonly<Record<string, Merger>> = {
  Identity: (_, [x]) => x,
  Reshape(node, [x], builder) {
    const { shape } = node.outputs[0]
    const source = x.producer?.op === 'Reshape' ? x.producer.inputs[0]! : x
    return source === x && !sameShape(x.shape, shape) ? undefined : builder.reshape(source, shape)
  },
  Expand(node, [x], builder) {
    const { shape } = node.outputs[0]
    const source = x.producer?.op === 'Expand' ? x.producer.inputs[0]! : x
    return source === x && !sameShape(x.shape, shape) ? undefined : builder.expand(source, shape)
  },
  Cast(node, [x], builder) {
    const { dtype } = node.outputs[0]
    const inner = x.producer?.op === 'Cast' ? x.producer.inputs[0]! : undefined
    // Booleans and integers survive a cast through a wider type.
    if (
      inner !== undefined &&
      inner.dtype === dtype &&
      (dtype === 'bool' || (dtype === 'int32' && x.dtype === 'int64'))
    )
      return inner
    return x.dtype === dtype ? builder.cast(x, dtype) : undefined
  },
  Transpose(node, [x], builder) {
    const perm = node.attributes.perm as readonly number[]
    if (isReshape(x.shape, perm))
      return builder.reshape(x.producer?.op === 'Reshape' ? x.producer.inputs[0]! : x, node.outputs[0].shape)
    if (x.producer?.op !== 'Transpose') return undefined
    const inner = x.producer.attributes.perm as readonly number[]
    return builder.transpose(
      x.producer.inputs[0]!,
      perm.map((axis) => inner[axis]),
    )
  },
}

/** Whether a permutation keeps the order of all axes longer than 1. */
export function isReshape(shape: readonly number[], perm: readonly number[]): boolean {
  const long = perm.filter((axis) => shape[axis] !== 1)
  return long.every((axis, i) => i === 0 || long[i - 1] < axis)
}
