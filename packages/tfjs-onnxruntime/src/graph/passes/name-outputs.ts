/** Gives each output of the graph its own node: in ONNX an output cannot be an input, a constant, or another output. */
import { GraphBuilder } from '../builder.ts'
import type { Graph, Value } from '../graph.ts'

/** before: outputs [x, x], x an input; after: [Identity(x), Identity(x)]. */
export function nameOutputs(graph: Graph): Graph {
  const builder = new GraphBuilder()
  builder.inputs.push(...graph.inputs)
  builder.nodes.push(...graph.nodes)
  const made = new Set<Value>(graph.nodes.flatMap((node) => node.outputs))
  const used = new Set<Value>()
  const outputs = graph.outputs.map((value) => {
    const own = made.has(value) && !used.has(value)
    used.add(value)
    return own ? value : builder.add('Identity', [value])
  })
  return builder.finish(outputs)
}
