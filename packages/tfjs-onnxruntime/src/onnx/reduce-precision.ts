/** Writes a graph with smaller numbers: computed in half precision, or with weights of 8 bits. */
import { type Graph, type Node, numbersOf, sizeOf, splatOf, type Value } from '../graph/graph.ts'
import { removeDeadNodes } from '../graph/rewrite.ts'
import { toHalfPrecision } from './half-precision.ts'
import type { StoredGraph } from './stored-graph.ts'

type Precision = 'float32' | 'float16' | 'int8'

/** Fewer weights are not worth a node that restores them. */
const minQuantized = 1024

export function reducePrecision(graph: Graph, precision: Precision): StoredGraph {
  if (precision === 'float32') return { graph, types: new Map() }
  return precision === 'float16' ? toHalfPrecision(graph) : quantizeWeights(graph)
}

/** Filters and matrices as 8-bit numbers with one scale for each output; DequantizeLinear restores them when the file is loaded. */
function quantizeWeights(graph: Graph): StoredGraph {
  const types = new Map<Value, 'int8'>()
  const restored = new Map<Value, Value>()
  const nodes = graph.nodes.flatMap((node): Node[] => {
    const given = node.inputs[1]
    if (!isQuantizable(node, given)) return [node]
    const use = (value: Value): Node => ({ ...node, inputs: node.inputs.with(1, value) })
    const known = restored.get(given)
    if (known !== undefined) return [use(known)]
    const axis = node.op === 'Conv' ? 0 : 1
    const { stored, scales } = quantize(given, axis)
    const value: Value = { shape: given.shape, dtype: 'float32' }
    types.set(stored, 'int8')
    restored.set(given, value)
    return [{ op: 'DequantizeLinear', inputs: [stored, scales], outputs: [value], attributes: { axis } }, use(value)]
  })
  return { graph: removeDeadNodes({ ...graph, nodes }), types }
}

function isQuantizable({ op }: Node, weights: Value | undefined): weights is Value {
  if (weights?.dtype !== 'float32' || weights.constant === undefined || splatOf(weights) !== undefined) return false
  if (sizeOf(weights.shape) < minQuantized) return false
  return op === 'Conv' || (op === 'MatMul' && weights.shape.length === 2)
}

/** Symmetric, by the largest number of each output. */
function quantize(weights: Value, axis: number): { readonly stored: Value; readonly scales: Value } {
  const numbers = numbersOf(weights)
  const outputs = weights.shape[axis]
  const inner = sizeOf(weights.shape.slice(axis + 1))
  const outputOf = (i: number): number => Math.floor(i / inner) % outputs
  const scales = new Float32Array(outputs)
  for (let i = 0; i < numbers.length; i++)
    scales[outputOf(i)] = Math.max(scales[outputOf(i)], Math.abs(numbers[i]) / 127)
  const data = Float32Array.from(numbers, (number, i) => Math.round(number / (scales[outputOf(i)] || 1)))
  return {
    stored: { shape: weights.shape, dtype: 'float32', constant: { data, splat: false } },
    scales: { shape: [outputs], dtype: 'float32', constant: { data: scales, splat: false } },
  }
}
