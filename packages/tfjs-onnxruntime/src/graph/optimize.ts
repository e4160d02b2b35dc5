/** The order of the passes. */
import type { Graph } from './graph.ts'
import { nameOutputs } from './passes/name-outputs.ts'
import { removeDeadNodes } from './rewrite.ts'

/** The graph as it is handed to ONNX Runtime. */
export function optimize(graph: Graph): Graph {
  return nameOutputs(removeDeadNodes(graph))
}
