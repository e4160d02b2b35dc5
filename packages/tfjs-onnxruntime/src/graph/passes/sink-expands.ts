/** Moves expansions after the arithmetic that uses them, where broadcasting makes them free. */
import type { GraphBuilder } from '../builder.ts'
import { binaryOperators, unaryOperators } from '../elementwise.ts'
import { type Graph, sameShape, sizeOf, type Value } from '../graph.ts'
import { broadcast } from '../operators/operator.ts'
import { rewrite } from '../rewrite.ts'

/** before: Add(y, Div(Expand(x), 6)); after: Add(y, Div(x, 6)). */
export function sinkExpands(graph: Graph): Graph {
  return rewrite(graph, (node, inputs, builder) => {
    const { shape } = node.outputs[0]
    if (node.op in unaryOperators || node.op === 'Cast') {
      const source = expanded(inputs[0]!)
      return source === undefined ? undefined : [builder.expand(builder.add(node.op, [source], node.attributes), shape)]
    }
    // Pow keeps its expansions: it has one only where the provider cannot broadcast.
    if ((node.op in binaryOperators && node.op !== 'Pow') || node.op === 'Where') {
      const sources = inputs.map((value) => expanded(value!) ?? value!)
      if (sources.every((value, i) => value === inputs[i])) return undefined
      return [builder.expand(builder.add(node.op, sources, node.attributes), shape)]
    }
    if (node.op === 'ReduceSum')
      return reduceExpanded(inputs as readonly Value[], shape, node.attributes.keepdims as number, builder)
    return undefined
  })
}

/** The input of an expansion. */
function expanded(value: Value): Value | undefined {
  return value.producer?.op === 'Expand' ? value.producer.inputs[0] : undefined
}

/** The sum over an expanded axis is a product with its length. */
function reduceExpanded(
  [x, axes]: readonly Value[],
  shape: readonly number[],
  keepDims: number,
  builder: GraphBuilder,
): Value[] | undefined {
  const source = expanded(x)
  if (source === undefined || x.dtype !== 'float32') return undefined
  const rank = x.shape.length
  const full = builder.reshape(source, [...new Array(rank - source.shape.length).fill(1), ...source.shape])
  const over = Array.from(
    axes.constant!.splat ? new Array(axes.shape[0]).fill(axes.constant!.data[0]) : axes.constant!.data,
  )
  const grown = over.filter((axis) => full.shape[axis] === 1 && x.shape[axis] > 1)
  if (grown.length === 0) return undefined
  const rest = builder.reduce('ReduceSum', full, over, true)
  const sum = builder.withScalar('Mul', rest, sizeOf(grown.map((axis) => x.shape[axis])))
  const kept = builder.expand(
    sum,
    broadcast(
      sum.shape,
      x.shape.map((n, i) => (over.includes(i) ? 1 : n)),
    ),
  )
  return [keepDims === 1 || sameShape(kept.shape, shape) ? kept : builder.reshape(kept, shape)]
}
