/** Transposes without axes of length 1, which ONNX Runtime does several times faster. */
import type { Graph } from '../graph.ts'
import { rewrite } from '../rewrite.ts'

/**
 * before: Transpose [1, 1, 64, 32] by 3, 2, 0, 1; after: Reshape [64, 32], Transpose by 1, 0, Reshape [32, 64, 1, 1].
 *
 * One that swaps the last two axes stays as it is: ONNX Runtime makes it part of the product behind it. The pass runs after
 * the layout is settled, which is read from transposes of images.
 */
export function shrinkTransposes(graph: Graph): Graph {
  return rewrite(graph, (node, [x], builder) => {
    if (node.op !== 'Transpose' || x === undefined) return undefined
    const perm = node.attributes.perm as readonly number[]
    const rank = perm.length
    const swapped = [...perm.keys()].map((axis) => (axis < rank - 2 ? axis : 2 * rank - 3 - axis))
    const long = [...perm.keys()].filter((axis) => x.shape[axis] !== 1)
    if (long.length === rank || perm.join() === swapped.join()) return undefined
    const order = perm.filter((axis) => x.shape[axis] !== 1).map((axis) => long.indexOf(axis))
    const squeezed = builder.reshape(
      x,
      long.map((axis) => x.shape[axis]),
    )
    return [
      builder.reshape(
        builder.transpose(squeezed, order),
        perm.map((axis) => x.shape[axis]),
      ),
    ]
  })
}
