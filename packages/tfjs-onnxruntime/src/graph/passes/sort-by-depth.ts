/** Sorts nodes by their distance from the graph's inputs, with which ONNX Runtime keeps less in memory. */
import type { Graph, Node } from '../graph.ts'

/**
 * before: g = long chain, m = Relu(x), Mul(g, m); after: m = Relu(x), g = long chain, Mul(g, m).
 *
 * ONNX Runtime computes a node's inputs from the last to the first in the order of the file. So the gradient, which needs a whole chain, is computed
 * first, and the mask, which needs one node, afterward; otherwise the masks of all layers would be in memory at the same time.
 */
export function sortByDepth(graph: Graph): Graph {
  const depths = new Map<Node, number>()
  for (const node of graph.nodes) {
    const before = node.inputs.map((value) => (value?.producer === undefined ? 0 : depths.get(value.producer)!))
    depths.set(node, 1 + Math.max(0, ...before))
  }
  return { ...graph, nodes: graph.nodes.toSorted((a, b) => depths.get(a)! - depths.get(b)!) }
}
