/** Leaves the batch size of a graph open, by comparing two graphs of one function that was traced with two sizes. */
import { EngineError } from '../errors.ts'
import { GraphBuilder } from './builder.ts'
import type { Graph, Node, Value } from './graph.ts'
import { numbersOf, sameShape } from './graph.ts'

/** The length that stands for the open batch size in shapes of inputs and outputs. */
export const openLength = -1

/**
 * The first graph, with the batch size open: a reshape whose target grows with the batch takes that length from the data, and inputs
 * and outputs have `openLength` as their first length.
 *
 * @throws {EngineError} `bad-input` naming the operator that depends on the batch size in another way
 */
export function dynamicBatch(graph: Graph, other: Graph, batch: number, otherBatch: number): Graph {
  const builder = new GraphBuilder()
  const current = new Map<Value, Value>()
  const open = (value: Value, twin: Value): Value => {
    const shape = value.shape.map((length, axis) => (length === twin.shape[axis] ? length : openLength))
    const opened: Value = { ...value, shape }
    current.set(value, opened)
    return opened
  }
  graph.inputs.forEach((value, i) => {
    builder.inputs.push(open(value, other.inputs[i]))
  })
  if (graph.nodes.length !== other.nodes.length) throw dependsOn('the number of its nodes')
  graph.nodes.forEach((node, index) => {
    const twin = other.nodes[index]
    if (node.op !== twin.op || JSON.stringify(node.attributes) !== JSON.stringify(twin.attributes))
      throw dependsOn(node.op)
    const inputs = node.inputs.map((value, i) => {
      if (value?.constant === undefined) return value && (current.get(value) ?? value)
      return isSameConstant(value, twin.inputs[i]!)
        ? value
        : openTarget(node, i, value, twin.inputs[i]!, batch, otherBatch)
    })
    // Outputs keep the shapes of the traced size inside; only the encoder looks at them, and it writes no inner shapes.
    const outputs = node.outputs.map((value, i) =>
      graph.outputs.includes(value) ? open(value, twin.outputs[i]) : value,
    )
    builder.nodes.push({ ...node, inputs, outputs })
  })
  return builder.finish(graph.outputs.map((value) => current.get(value) ?? value))
}

function isSameConstant(a: Value, b: Value): boolean {
  if (!sameShape(a.shape, b.shape)) return false
  const [left, right] = [numbersOf(a), numbersOf(b)]
  for (let i = 0; i < left.length; i++) if (!Object.is(left[i], right[i])) return false
  return true
}

/** The target of a reshape or an expansion with the length that grows with the batch left open. */
function openTarget(node: Node, position: number, a: Value, b: Value, batch: number, otherBatch: number): Value {
  const [left, right] = [Array.from(numbersOf(a)), Array.from(numbersOf(b))]
  const differing = left.flatMap((length, i) => (length === right[i] ? [] : [i]))
  const [axis] = differing
  const isBatch = differing.length === 1 && left[axis] * otherBatch === right[axis] * batch
  if (node.op !== 'Reshape' || position !== 1 || !isBatch) throw dependsOn(node.op)
  return new GraphBuilder().integers(left.map((length, i) => (i === axis ? -1 : length)))
}

function dependsOn(what: string): EngineError {
  return new EngineError(
    'bad-input',
    `Expected a function whose graph is the same for each batch size but received one where ${what} depends on it. Give the batch size as a number.`,
    { op: what },
  )
}
