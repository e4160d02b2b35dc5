/** What is written to a file: a graph, and the constants of it whose numbers are stored in another type than their own. */
import type { Graph, Value } from '../graph/graph.ts'

export interface StoredGraph {
  readonly graph: Graph
  readonly types: ReadonlyMap<Value, 'float16' | 'int8'>
}
