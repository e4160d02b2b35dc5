/** Reduces transposes to the fewest axes possible, which ONNX Runtime runs several times faster. */
import type { Graph } from '../graph.ts'
import { rewrite } from '../rewrite.ts'

/**
 * before: Transpose [1, 1, 64, 32] by 3, 2, 0, 1; after: Reshape [64, 32], Transpose by 1, 0, Reshape [32, 64, 1, 1]. Axes that stay neighbors
 * are joined too: [3, 3, 64, 32] by 3, 0, 1, 2 is [576, 32] by 1, 0.
 *
 * One that swaps the last two axes stays as it is: ONNX Runtime fuses it with the following product. The pass runs after
 * layout propagation, which relies on transposes of images.
 */
export function shrinkTransposes(graph: Graph): Graph {
  return rewrite(graph, (node, [x], builder) => {
    if (node.op !== 'Transpose' || x === undefined) return undefined
    const perm = node.attributes.perm as readonly number[]
    const rank = perm.length
    const swapped = [...perm.keys()].map((axis) => (axis < rank - 2 ? axis : 2 * rank - 3 - axis))
    const blocks = blocksOf(x.shape, perm)
    if (blocks.length === rank || perm.join() === swapped.join()) return undefined
    const inOrder = blocks.toSorted((a, b) => a.first - b.first)
    const shrunk = builder.reshape(
      x,
      inOrder.map(({ size }) => size),
    )
    const order = blocks.map((block) => inOrder.indexOf(block))
    return [
      builder.reshape(
        builder.transpose(shrunk, order),
        perm.map((axis) => x.shape[axis]),
      ),
    ]
  })
}

interface Block {
  readonly first: number
  next: number
  size: number
}

/** Axes longer than 1 in their order after the transpose; axes that are adjacent before and after are joined. */
function blocksOf(shape: readonly number[], perm: readonly number[]): Block[] {
  const long = [...shape.keys()].filter((axis) => shape[axis] !== 1)
  const blocks: Block[] = []
  for (const axis of perm.filter((axis) => shape[axis] !== 1)) {
    const place = long.indexOf(axis)
    const before = blocks.at(-1)
    if (before?.next === place) {
      before.next++
      before.size *= shape[axis]
    } else blocks.push({ first: place, next: place + 1, size: shape[axis] })
  }
  return blocks
}
