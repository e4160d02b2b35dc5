/** How passes change graphs: each node in turn is kept, or replaced by what a rule builds. */
import { GraphBuilder } from './builder.ts'
import type { Graph, Node, Value } from './graph.ts'

/**
 * The replacements of a node's outputs; undefined keeps the node. `inputs` are the values of the new graph.
 */
export type Rule = (
  node: Node,
  inputs: readonly (Value | undefined)[],
  builder: GraphBuilder,
) => readonly Value[] | undefined

/** Rebuilds a graph with a rule and drops what no output needs. */
export function rewrite(graph: Graph, rule: Rule): Graph {
  const builder = new GraphBuilder()
  const current = new Map<Value, Value>()
  const lookUp = (value: Value): Value => current.get(value) ?? value
  for (const input of graph.inputs) {
    builder.inputs.push(input)
    current.set(input, input)
  }
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((value) => (value === undefined ? undefined : lookUp(value)))
    const outputs = rule(node, inputs, builder) ?? builder.addAll(node.op, inputs, node.attributes)
    node.outputs.forEach((value, i) => {
      current.set(value, outputs[i])
    })
  }
  return removeDeadNodes({ inputs: builder.inputs, nodes: builder.nodes, outputs: graph.outputs.map(lookUp) })
}

/** The graph without nodes that no output needs. Inputs are kept, used or not. */
export function removeDeadNodes(graph: Graph): Graph {
  const needed = new Set<Value>(graph.outputs)
  const nodes: Node[] = []
  for (let i = graph.nodes.length - 1; i >= 0; i--) {
    const node = graph.nodes[i]
    if (!node.outputs.some((value) => needed.has(value))) continue
    nodes.push(node)
    for (const value of node.inputs) if (value !== undefined) needed.add(value)
  }
  return { inputs: graph.inputs, nodes: nodes.reverse(), outputs: graph.outputs }
}
