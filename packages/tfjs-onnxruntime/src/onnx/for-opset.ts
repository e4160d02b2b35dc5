/** What older versions of ONNX's operators have in another form, or lack. Later ones extend what version 18 has. */
import { EngineError } from '../errors.ts'
import { type Graph, type Node, numbersOf } from '../graph/graph.ts'
import { opset } from '../graph/operators.ts'

/** Reductions whose axes are an attribute before version 18; those of ReduceSum are an input since 13. */
const reductions = new Set(['ReduceMean', 'ReduceMax', 'ReduceMin', 'ReduceProd'])

/** Operators of version 18. */
const newOperators = new Set(['BitwiseAnd'])

/** @throws {EngineError} `bad-input` naming an operator that the version lacks */
export function forOpset(graph: Graph, version: number): Graph {
  return version >= opset ? graph : { ...graph, nodes: graph.nodes.map((node) => olderForm(node, version)) }
}

function olderForm(node: Node, version: number): Node {
  if (newOperators.has(node.op))
    throw new EngineError(
      'bad-input',
      `Expected operators of ONNX's opset ${version} but received ${node.op}, which came with ${opset}. Write a later opset.`,
      { op: node.op, opset: version },
    )
  if (!reductions.has(node.op)) return node
  const [x, axes] = node.inputs
  return { ...node, inputs: [x], attributes: { ...node.attributes, axes: Array.from(numbersOf(axes!)) } }
}
