/** The executable definition of a legal graph. Every graph that a test makes passes it. */
import { EngineError } from '../errors.ts'
import { type Graph, type Node, sameShape, sizeOf, type Value } from './graph.ts'
import { infer } from './operators.ts'

/**
 * Checks a graph.
 *
 * - Every node's operator is in the table, its inputs satisfy the operator, and its outputs have the inferred shapes and types.
 * - A value is made once, before it is used: by an input, a constant or one node.
 * - Constants have as many values as their shape, or one.
 *
 * @throws {EngineError} `illegal-graph` naming the node
 */
export function assertLegal(graph: Graph): void {
  const known = new Set<Value>(graph.inputs)
  graph.nodes.forEach((node, index) => {
    const fail = (what: string): never => {
      throw new EngineError(
        'illegal-graph',
        `Expected a valid graph but received node ${index} (${node.op}) with ${what}. This is a bug of tfjs-onnxruntime; please report it.`,
        { index, op: node.op },
      )
    }
    for (const value of node.inputs)
      if (value !== undefined && !isAvailable(value, known)) fail('an input that no earlier node makes')
    checkOutputs(node, fail)
    for (const value of node.outputs) {
      if (known.has(value) || value.constant !== undefined) fail('an output that is made twice')
      known.add(value)
    }
  })
  for (const value of graph.outputs)
    if (!isAvailable(value, known))
      throw new EngineError(
        'illegal-graph',
        'Expected a valid graph but received an output without a node. This is a bug of tfjs-onnxruntime; please report it.',
      )
}

function isAvailable(value: Value, known: ReadonlySet<Value>): boolean {
  const { constant } = value
  if (constant === undefined) return known.has(value)
  return constant.splat ? constant.data.length === 1 : constant.data.length === sizeOf(value.shape)
}

function checkOutputs(node: Node, fail: (what: string) => never): void {
  const inferred = infer(node.op, node.inputs, node.attributes)
  if (inferred.length !== node.outputs.length) fail(`${node.outputs.length} outputs instead of ${inferred.length}`)
  node.outputs.forEach((value, i) => {
    const { shape, dtype } = inferred[i]
    if (dtype !== value.dtype || !sameShape(shape, value.shape))
      fail(`output ${i} of ${value.dtype} [${value.shape}] instead of ${dtype} [${shape}]`)
    if (!shape.every((length) => Number.isInteger(length) && length >= 0)) fail(`an impossible shape [${shape}]`)
  })
}
