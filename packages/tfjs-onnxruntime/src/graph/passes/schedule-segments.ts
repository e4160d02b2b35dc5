/** Schedules the second computation of segments by dependencies, which no optimizer of ONNX Runtime can remove. */
import type { GraphBuilder } from '../builder.ts'
import { type Graph, type Node, sizeOf, type Value } from '../graph.ts'
import { rewrite } from '../rewrite.ts'

/**
 * before: y = f(x), Recompute(x, dy), f of that again; after: y = f(x), z = 0 computed from dy, f(Add(x, z)).
 *
 * Two computations of the same value would be merged, by ONNX Runtime too, and a second one that needs nothing but x could run at any time. So it
 * waits for the gradient that reaches the segment, and for the gradients of the variables of the segment before, which otherwise would be
 * computed last, with all that they need in memory until then.
 */
export function scheduleSegments(graph: Graph): Graph {
  if (!graph.nodes.some(({ op }) => op === 'Recompute')) return graph
  const positions = latestSegments(graph)
  const pending = new Map<number, Value[]>()
  let segments = 0
  return rewrite(graph, (node, inputs, b) => {
    if (node.op === 'Recompute') {
      const [x, dy] = inputs as readonly Value[]
      const before = pending.get(segments++) ?? []
      return [b.add('Add', [x, zeroAfter(b, [dy, ...before])])]
    }
    if (node.op !== 'RecomputeEnd') return undefined
    const next = positions.get(node)!
    pending.set(next, [...(pending.get(next) ?? []), inputs[0]!])
    return [inputs[0]!]
  })
}

/** For each node, how many segments there are up to the last that it depends on; that is the position of the next one. */
function latestSegments(graph: Graph): Map<Node, number> {
  const positions = new Map<Node, number>()
  let segments = 0
  for (const node of graph.nodes) {
    const before = node.inputs.map((value) => (value?.producer && positions.get(value.producer)) ?? 0)
    positions.set(node, node.op === 'Recompute' ? ++segments : Math.max(0, ...before))
  }
  return positions
}

/** A zero that is known when all of the values are, whatever they are: no number is larger than infinity. */
function zeroAfter(b: GraphBuilder, values: readonly Value[]): Value {
  const firsts = values.map((value) => b.slice(b.reshape(value, [sizeOf(value.shape)]), [0], [0], [1]))
  const isLarger = b.withScalar(
    'Greater',
    b.add('Abs', [b.add('Concat', firsts, { axis: 0 })]),
    Number.POSITIVE_INFINITY,
  )
  return b.reduce('ReduceMax', b.cast(isLarger, 'float32'), [0])
}
