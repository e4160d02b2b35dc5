import type { Graph } from '../graph.ts'
import { removeDeadNodes } from '../rewrite.ts'

/** Drops final reshapes of outputs from a given index on: the host reads only their values, and ONNX Runtime copies to reshape an output. */
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
