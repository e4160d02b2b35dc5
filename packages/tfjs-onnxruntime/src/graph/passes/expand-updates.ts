/** Expands optimizer updates to arithmetic, for graphs that compute them on the device. */
import type { GraphBuilder } from '../builder.ts'
import type { Graph, Value } from '../graph.ts'
import { rewrite } from '../rewrite.ts'

/** before: AdamUpdate(w, m, v, gradient, decay, rate, floor, shrink, take); after: the same as Mul, Add, Sqrt, Div and Sub, and Where for take. */
export function expandUpdates(graph: Graph): Graph {
  return rewrite(graph, (node, inputs, builder) =>
    node.op === 'AdamUpdate'
      ? expandAdam(builder, inputs, (node.attributes.beta2 as { float: number }).float)
      : undefined,
  )
}

function expandAdam(b: GraphBuilder, inputs: readonly (Value | undefined)[], beta2: number): Value[] {
  const [variable, m, v, gradient, decay, rate, floor] = inputs as readonly Value[]
  const [shrink, take] = inputs.slice(7)
  const rest = b.add('Sub', [b.scalar(1), decay])
  const nextM = b.add('Add', [b.add('Mul', [m, decay]), b.add('Mul', [gradient, rest])])
  const squares = b.withScalar('Mul', b.add('Mul', [gradient, gradient]), 1 - beta2)
  const nextV = b.add('Add', [b.withScalar('Mul', v, beta2), squares])
  const denominator = b.add('Add', [b.add('Sqrt', [nextV]), floor])
  const change = b.add('Mul', [b.add('Div', [nextM, denominator]), rate])
  const shrunk = shrink === undefined ? variable : b.add('Mul', [variable, shrink])
  const next = [b.add('Sub', [shrunk, change]), nextM, nextV]
  return take === undefined ? next : [variable, m, v].map((before, i) => b.add('Where', [take, next[i], before]))
}
