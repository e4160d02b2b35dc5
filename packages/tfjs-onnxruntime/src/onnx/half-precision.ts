/**
 * Computes a graph in half precision where that costs little: products in float16, sums over many elements and sensitive functions in float32.
 *
 * Which operators, follows PyTorch's autocast for CUDA: https://docs.pytorch.org/docs/2.13/amp.html#autocast-op-reference.
 */
import { binaryOperators, unaryOperators } from '../graph/elementwise.ts'
import { type Graph, type Node, numbersOf, sizeOf, splatOf, type Value } from '../graph/graph.ts'
import { removeDeadNodes } from '../graph/rewrite.ts'
import type { StoredGraph } from './stored-graph.ts'

/** Always half. */
const products = new Set(['Conv', 'ConvTranspose', 'MatMul'])

/** Half where what they move is. */
const movements = new Set('Concat Reshape Transpose Slice Pad Split Expand Tile DepthToSpace Identity'.split(' '))

/**
 * Half where the largest of their inputs are, for a smaller one, which is broadcast, is rounded. Behind the last product they are float32: gradients
 * of variables, updates, results. All other operators are float32.
 */
const followers = new Set(
  (
    'Add Sub Mul Div Neg Abs Max Min Clip Relu LeakyRelu Elu Selu Sigmoid HardSigmoid Tanh MaxPool AveragePool BatchNormalization Where ' +
    'Less Greater LessOrEqual GreaterOrEqual'
  ).split(' '),
)

/** ONNX's numbers for the types. */
const [float32, float16] = [1, 10]

/** The largest number of half precision, and the least one that has all of its digits. */
const [largestHalf, leastHalf] = [65504, 2 ** -14]

interface HalfOptions {
  /** Products that sum more terms for each number are float32: for a provider that sums them in half precision. @default Infinity */
  readonly longestSum?: number
}

/** Inputs and outputs of the graph stay float32; constants that only half precision reads are stored in it. */
export function toHalfPrecision(
  graph: Graph,
  { longestSum = Number.POSITIVE_INFINITY }: HalfOptions = {},
): StoredGraph {
  return new HalfGraph(graph, longestSum).convert()
}

class HalfGraph {
  private readonly graph: Graph
  private readonly longestSum: number
  private readonly readers = new Map<Value, Node[]>()
  /** Nodes from which a product gets what it multiplies. */
  private readonly beforeProducts = new Set<Node>()
  private readonly types = new Map<Value, 'float16'>()
  private readonly nodes: Node[] = []
  private readonly halfValues = new Set<Value>()
  private readonly casts = new Map<Value, Value>()

  constructor(graph: Graph, longestSum: number) {
    this.graph = graph
    this.longestSum = longestSum
    for (const node of graph.nodes)
      for (const value of new Set(node.inputs))
        if (value !== undefined) this.readers.set(value, [...this.readersOf(value), node])
    for (const node of graph.nodes.toReversed()) {
      const readers = node.outputs.flatMap((value) => this.readersOf(value))
      if (readers.some((reader) => products.has(reader.op) || this.beforeProducts.has(reader)))
        this.beforeProducts.add(node)
    }
  }

  convert(): StoredGraph {
    for (const node of this.graph.nodes) {
      const isHalf = this.isHalf(node)
      for (const each of isHalf ? this.inHalf(node) : [node]) this.push(this.typed(each, isHalf))
      if (isHalf) for (const value of node.outputs) if (value.dtype === 'float32') this.halfValues.add(value)
    }
    const outputs = this.graph.outputs.map((value) => this.full(value))
    return { graph: removeDeadNodes({ ...this.graph, nodes: this.nodes, outputs }), types: this.types }
  }

  private isHalf(node: Node): boolean {
    const { op, inputs } = node
    if (!inputs.every((value) => value === undefined || isInRange(value))) return false
    if (products.has(op)) return termsOf(node) <= this.longestSum
    const follows = movements.has(op) || (followers.has(op) && this.beforeProducts.has(node) && !this.isSquare(node))
    if (!follows) return false
    const images = inputs.filter((value) => value?.dtype === 'float32' && value.constant === undefined) as Value[]
    const largest = Math.max(...images.map(lengthOf))
    const leading = op === 'Concat' ? images : images.filter((value) => lengthOf(value) === largest)
    return leading.length > 0 && leading.every((value) => this.halfValues.has(value))
  }

  /** A square that is summed only: of a variance, which does not shrink with the scale of the loss as gradients do. */
  private isSquare({ op, inputs, outputs }: Node): boolean {
    if (op !== 'Mul' || inputs[0] !== inputs[1]) return false
    return this.readersOf(outputs[0]).every((reader) => !products.has(reader.op) && !followers.has(reader.op))
  }

  private readersOf(value: Value): readonly Node[] {
    return this.readers.get(value) ?? []
  }

  private typed(node: Node, isHalf: boolean): Node {
    // This cast makes half precision, and is written so already.
    if (node.attributes.to === float16) return node
    return { ...node, inputs: node.inputs.map((value) => value && (isHalf ? this.half(value) : this.full(value))) }
  }

  /** A node in the form that half precision can hold the parameters of. */
  private inHalf(node: Node): Node[] {
    const { op, inputs, outputs, attributes } = node
    if (op === 'BatchNormalization')
      return [{ ...node, inputs: this.affine(node), attributes: { epsilon: { float: 0 } } }]
    const { float: slope = 0 } = (attributes.alpha ?? {}) as { readonly float?: number }
    if (op !== 'HardSigmoid' || slope <= largestHalf) return [node]
    // A step function: its slope of 1e38 is infinity here, and infinity times zero is not a number.
    const isAbove: Value = { shape: outputs[0].shape, dtype: 'bool' }
    return [
      { op: 'Greater', inputs: [inputs[0], fill(0, [])], outputs: [isAbove], attributes: {} },
      { op: 'Cast', inputs: [isAbove], outputs, attributes: { to: float16 } },
    ]
  }

  /** Normalization as factor x + shift, computed in float32: mean 0 and variance 1 remain. */
  private affine({ inputs, attributes }: Node): Value[] {
    const [x, scale, offset, mean, variance] = inputs as readonly Value[]
    const { float: epsilon } = attributes.epsilon as { readonly float: number }
    const { shape } = scale
    const deviation = this.compute('Sqrt', [this.compute('Add', [variance, fill(epsilon, shape)])])
    const factor = this.compute('Div', [scale, deviation])
    const shift = this.compute('Sub', [offset, this.compute('Mul', [mean, factor])])
    return [x, factor, shift, fill(0, shape), fill(1, shape)]
  }

  /** One operator of float32 vectors, computed now where they are constants. */
  private compute(op: string, inputs: readonly Value[]): Value {
    const [{ shape, dtype }] = inputs
    const numbers = inputs.map((value) => value.constant && numbersOf(value))
    const apply = binaryOperators[op] ?? unaryOperators[op]
    if (numbers.every((each) => each !== undefined)) {
      const data = Float32Array.from(numbers[0], (x, i) => apply!(x, numbers[1]?.[i] as number))
      return { shape, dtype, constant: { data, splat: false } }
    }
    const result: Value = { shape, dtype }
    this.push({ op, inputs: inputs.map((value) => this.full(value)), outputs: [result], attributes: {} })
    return result
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
    // What was cast to float32, from booleans for example, is cast to half precision at once.
    const source = value.producer?.op === 'Cast' && to === float16 ? value.producer.inputs[0]! : value
    this.push({ op: 'Cast', inputs: [source], outputs: [result], attributes: { to } })
    this.casts.set(value, result)
    return result
  }

  private push(node: Node): void {
    for (const value of node.outputs) value.producer = node
    this.nodes.push(node)
  }
}

/** How many products are summed for each number. */
function termsOf({ op, inputs }: Node): number {
  const [left, right] = inputs as readonly Value[]
  if (op === 'MatMul') return lengthOf({ shape: left.shape.slice(-1) })
  const { shape } = right
  return op === 'Conv' ? sizeOf(shape.slice(1)) : sizeOf([shape[0], ...shape.slice(2)])
}

/** The number of elements; a length that is open until the graph runs counts as a long one. */
function lengthOf({ shape }: Pick<Value, 'shape'>): number {
  return sizeOf(shape.map((length) => (length < 0 ? 2 ** 16 : length)))
}

/** Whether half precision holds a constant: the largest number, and a factor with its digits. */
function isInRange(value: Value): boolean {
  if (value.constant === undefined || value.dtype !== 'float32') return true
  const splat = splatOf(value)
  if (splat !== undefined && splat !== 0 && Math.abs(splat) < leastHalf) return false
  const { data } = value.constant
  for (const number of data) if (Math.abs(number) > largestHalf && Number.isFinite(number)) return false
  return true
}

function fill(value: number, shape: readonly number[]): Value {
  return { shape, dtype: 'float32', constant: { data: new Float32Array(sizeOf(shape)).fill(value), splat: false } }
}
