/** Writes a graph with smaller numbers: computed in half precision, or with weights of 8 bits. */
import { type Graph, type Node, numbersOf, sizeOf, splatOf, type Value } from '../graph/graph.ts'
import { transposed } from '../graph/passes/fold-constants.ts'
import { removeDeadNodes } from '../graph/rewrite.ts'

export type Precision = 'float32' | 'float16' | 'int8'

/** A graph, and the values whose numbers are stored in another type than their own. */
export interface StoredGraph {
  readonly graph: Graph
  readonly types: ReadonlyMap<Value, 'float16' | 'int8'>
}

/** Operators that are computed in half precision; sums over many elements, exponentials and choices by index stay float32. */
const halfOperators = new Set(
  (
    'Conv ConvTranspose MatMul Add Sub Mul Div Neg Abs Relu LeakyRelu Elu Selu Sigmoid HardSigmoid Tanh MaxPool AveragePool BatchNormalization ' +
    'Concat Reshape Transpose Slice Pad Split Expand Tile DepthToSpace Identity'
  ).split(' '),
)

/** ONNX's numbers for the types. */
const [float32, float16] = [1, 10]
const largestHalf = 65504

/** Fewer weights are not worth a node that restores them. */
const minQuantized = 1024

export function reducePrecision(graph: Graph, precision: Precision): StoredGraph {
  if (precision === 'float32') return { graph, types: new Map() }
  return precision === 'float16' ? new HalfGraph().convert(graph) : quantizeWeights(graph)
}

/** Inputs and outputs of the graph stay float32. */
class HalfGraph {
  private readonly types = new Map<Value, 'float16'>()
  private readonly nodes: Node[] = []
  private readonly halfValues = new Set<Value>()
  private readonly casts = new Map<Value, Value>()

  convert(graph: Graph): StoredGraph {
    for (const node of graph.nodes) {
      const isHalf = halfOperators.has(node.op) && node.inputs.every((value) => value === undefined || isInRange(value))
      const convert = (value: Value): Value => (isHalf ? this.half(value) : this.full(value))
      this.nodes.push({ ...node, inputs: node.inputs.map((value) => value && convert(value)) })
      if (isHalf) for (const value of node.outputs) if (value.dtype === 'float32') this.halfValues.add(value)
    }
    const outputs = graph.outputs.map((value) => this.full(value))
    return { graph: { ...graph, nodes: this.nodes, outputs }, types: this.types }
  }

  private half(value: Value): Value {
    if (value.dtype !== 'float32' || this.halfValues.has(value)) return value
    if (value.constant === undefined) return this.cast(value, float16)
    const known = this.casts.get(value)
    if (known !== undefined) return known
    const stored = { ...value }
    this.types.set(stored, 'float16')
    this.casts.set(value, stored)
    return stored
  }

  private full(value: Value): Value {
    return this.halfValues.has(value) ? this.cast(value, float32) : value
  }

  private cast(value: Value, to: number): Value {
    const known = this.casts.get(value)
    if (known !== undefined) return known
    const result: Value = { shape: value.shape, dtype: value.dtype }
    this.nodes.push({ op: 'Cast', inputs: [value], outputs: [result], attributes: { to } })
    this.casts.set(value, result)
    return result
  }
}

function isInRange(value: Value): boolean {
  if (value.constant === undefined || value.dtype !== 'float32') return true
  const { data } = value.constant
  for (const number of data) if (Math.abs(number) > largestHalf && Number.isFinite(number)) return false
  return true
}

/** Filters and matrices as 8-bit numbers with one scale for each output; DequantizeLinear restores them when the file is loaded. */
function quantizeWeights(graph: Graph): StoredGraph {
  const types = new Map<Value, 'int8'>()
  const restored = new Map<Value, Value>()
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((value): [Value, Node] => [value, node])))
  const nodes = graph.nodes.flatMap((node): Node[] => {
    const given = node.inputs[1]
    const weights = isQuantizable(node, given) ? constantOf(given, producers) : undefined
    if (weights === undefined || splatOf(weights) !== undefined) return [node]
    const use = (value: Value): Node => ({ ...node, inputs: node.inputs.with(1, value) })
    const known = restored.get(given!)
    if (known !== undefined) return [use(known)]
    const axis = node.op === 'Conv' ? 0 : 1
    const { stored, scales } = quantize(weights, axis)
    const value: Value = { shape: weights.shape, dtype: 'float32' }
    types.set(stored, 'int8')
    restored.set(given!, value)
    return [{ op: 'DequantizeLinear', inputs: [stored, scales], outputs: [value], attributes: { axis } }, use(value)]
  })
  return { graph: removeDeadNodes({ ...graph, nodes }), types }
}

function isQuantizable({ op }: Node, weights: Value | undefined): weights is Value {
  if (weights?.dtype !== 'float32' || sizeOf(weights.shape) < minQuantized) return false
  return op === 'Conv' || (op === 'MatMul' && weights.shape.length === 2)
}

/** The constant itself, or what a chain of transposes and reshapes makes of one: large ones are not folded before. */
function constantOf(value: Value, producers: ReadonlyMap<Value, Node>): Value | undefined {
  if (value.constant !== undefined) return value
  const node = producers.get(value)
  if (node?.op !== 'Transpose' && node?.op !== 'Reshape') return undefined
  const source = constantOf(node.inputs[0]!, producers)
  if (source === undefined) return undefined
  const numbers = numbersOf(source)
  const { shape, dtype } = value
  const data =
    node.op === 'Reshape' ? numbers : transposed(numbers, source.shape, node.attributes.perm as readonly number[])
  return { shape, dtype, constant: { data: Float32Array.from(data), splat: false } }
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
