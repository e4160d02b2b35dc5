import type { Graph } from '../graph.ts'
import { removeDeadNodes } from '../rewrite.ts'

/** The graph whose outputs from one on are not reshaped at the end: the host reads their numbers alone, and ONNX Runtime copies to reshape an output. */
export function flattenOutputs(graph: Graph, first: number): Graph {
  const taken = new Set(graph.outputs)
  const outputs = graph.outputs.map((value, i) => {
    const flat = i >= first && value.producer?.op === 'Reshape' ? value.producer.inputs[0]! : value
    if (flat.producer === undefined || taken.has(flat)) return value
    taken.add(flat)
    return flat
  })
  return removeDeadNodes({ ...graph, outputs })
}
