/** Builds a graph, and writes it as lines of text, for tests that show it before and after a pass. */
import { GraphBuilder } from '../../src/graph/builder.ts'
import type { Graph, Value } from '../../src/graph/graph.ts'
import { splatOf } from '../../src/graph/graph.ts'
import { assertLegal } from '../../src/graph/spec.ts'

/** The graph of the values that `make` returns. */
export function build(make: (b: GraphBuilder) => Value | Value[]): Graph {
  const b = new GraphBuilder()
  return b.finish([make(b)].flat())
}

/** Lines like `b = Relu(a) [2,3]`; checks that the graph is legal. Constants are written as their number, or as `const[shape]`. */
export function describeGraph(graph: Graph): string[] {
  assertLegal(graph)
  const names = new Map<Value, string>()
  for (const value of graph.inputs) names.set(value, `in${names.size}`)
  const name = (value: Value | undefined): string => {
    if (value === undefined) return '-'
    if (value.constant !== undefined) {
      const splat = splatOf(value)
      if (value.dtype === 'int64') return `(${Array.from(value.constant.data)})`
      return splat === undefined
        ? `const[${value.shape}]`
        : value.shape.length === 0
          ? `${splat}`
          : `${splat}[${value.shape}]`
    }
    return names.get(value)!
  }
  const lines = graph.nodes.map((node) => {
    const inputs = node.inputs.map(name).join(', ')
    const perm = node.attributes.perm === undefined ? '' : ` perm ${node.attributes.perm}`
    for (const value of node.outputs) names.set(value, String.fromCharCode(97 + names.size - graph.inputs.length))
    return `${node.outputs.map(name).join(', ')} = ${node.op}(${inputs})${perm} [${node.outputs[0].shape}]`
  })
  return [...lines, `return ${graph.outputs.map(name).join(', ')}`]
}
