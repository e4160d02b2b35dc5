/** A key that is equal for graphs of the same structure: nodes, shapes, constants and outputs. */
import { type Graph, numbersOf, splatOf, type Value } from '../graph/graph.ts'

export function graphKey(graph: Graph): string {
  const ids = new Map<Value, number>()
  const parts = graph.inputs.map((value) => {
    ids.set(value, ids.size)
    return `${value.dtype}[${value.shape}]`
  })
  const idOf = (value: Value | undefined): string => {
    if (value === undefined) return '-'
    return value.constant === undefined ? `${ids.get(value)}` : constantKey(value)
  }
  for (const { op, inputs, outputs, attributes } of graph.nodes) {
    parts.push(`${op}(${inputs.map(idOf)})${JSON.stringify(attributes)}`)
    for (const output of outputs) ids.set(output, ids.size)
  }
  return `${parts.join(';')}>${graph.outputs.map(idOf)}`
}

function constantKey(value: Value): string {
  const splat = splatOf(value)
  const numbers = splat === undefined ? Array.from(numbersOf(value)) : `=${Object.is(splat, -0) ? '-0' : splat}`
  return `${value.dtype}[${value.shape}]${numbers}`
}
