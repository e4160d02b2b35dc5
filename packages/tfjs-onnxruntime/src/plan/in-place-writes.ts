/** Finds variables whose new value may overwrite the old one while the graph runs. */
import type * as tf from '@tensorflow/tfjs-core'
import { isElementwise } from '../graph/elementwise.ts'
import { type Graph, type Node, sameShape, type Value } from '../graph/graph.ts'
import type { VariableValue } from '../trace/trace.ts'

/** Operators whose output may share the memory of their input in ONNX Runtime. */
const views = new Set(['Reshape', 'Identity'])

/**
 * The written variables for which every reader of the old value finishes before the node that computes the new one starts, or is that
 * node itself and elementwise. `firstWrite` is the index of the first write among the graph's outputs.
 */
export function findInPlaceWrites(
  graph: Graph,
  reads: readonly VariableValue[],
  writes: readonly VariableValue[],
  firstWrite: number,
): Set<tf.Variable> {
  const readers = readersOf(graph)
  const oldValues = new Map(reads.map(({ variable, value }) => [variable, value]))
  const found = new Set<tf.Variable>()
  writes.forEach(({ variable }, i) => {
    const old = oldValues.get(variable)
    const next = graph.outputs[firstWrite + i]
    if (old !== undefined && next.producer !== undefined && isDoneBefore(old, next, next.producer, readers))
      found.add(variable)
  })
  return found
}

function isDoneBefore(old: Value, next: Value, producer: Node, readers: ReadonlyMap<Value, readonly Node[]>): boolean {
  const waiting = new Set<Node>()
  const collect = (value: Value): void => {
    for (const node of readers.get(value) ?? []) {
      waiting.add(node)
      if (views.has(node.op)) collect(node.outputs[0])
    }
  }
  collect(old)
  if (waiting.has(producer)) {
    const direct = producer.inputs.includes(old) && isElementwise(producer.op) && sameShape(old.shape, next.shape)
    if (!direct) return false
    waiting.delete(producer)
  }
  return areAncestors(waiting, producer)
}

/** Whether a node needs, directly or not, the outputs of all of the others. */
function areAncestors(waiting: Set<Node>, node: Node): boolean {
  const seen = new Set<Node>([node])
  for (const current of seen) {
    if (waiting.size === 0) return true
    for (const value of current.inputs) {
      const parent = value?.producer
      if (parent === undefined || seen.has(parent)) continue
      seen.add(parent)
      waiting.delete(parent)
    }
  }
  return waiting.size === 0
}

function readersOf(graph: Graph): Map<Value, Node[]> {
  const readers = new Map<Value, Node[]>()
  for (const node of graph.nodes)
    for (const value of node.inputs)
      if (value !== undefined) {
        const known = readers.get(value)
        if (known === undefined) readers.set(value, [node])
        else known.push(node)
      }
  return readers
}
