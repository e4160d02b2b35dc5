/** Makes the batch size of a graph dynamic, by comparing two graphs of a function traced with two sizes. */
import { EngineError } from '../errors.ts'
import { GraphBuilder } from './builder.ts'
import type { Attributes, Graph, Node, Value } from './graph.ts'
import { numbersOf, sameShape, splatOf } from './graph.ts'

/** The length that denotes the dynamic batch size in the shapes of inputs and outputs. */
export const openLength = -1

/** Past the end of every axis: ONNX clamps the ends of slices. */
const anyEnd = 2 ** 31 - 1

/**
 * The first graph, with a dynamic batch size: lengths that grow with it are read from the data, and inputs and outputs have `openLength` as
 * their first length.
 *
 * @throws {EngineError} `bad-input` naming an operator that depends on the batch size in another way
 */
export function dynamicBatch(graph: Graph, other: Graph, batch: number, otherBatch: number): Graph {
  return new OpenedGraph(graph, other, batch, otherBatch).build()
}

class OpenedGraph {
  private readonly builder = new GraphBuilder()
  private readonly current = new Map<Value, Value>()
  private readonly graph: Graph
  private readonly other: Graph
  private readonly batch: number
  private readonly otherBatch: number
  /** The batch size while the graph runs: int64 [1]. */
  private size: Value | undefined

  constructor(graph: Graph, other: Graph, batch: number, otherBatch: number) {
    this.graph = graph
    this.other = other
    this.batch = batch
    this.otherBatch = otherBatch
  }

  build(): Graph {
    const { graph, other, builder } = this
    graph.inputs.forEach((value, i) => {
      builder.inputs.push(this.open(value, other.inputs[i]))
    })
    if (graph.nodes.length !== other.nodes.length) throw dependsOn('the number of its nodes')
    graph.nodes.forEach((node, i) => {
      this.openNode(node, other.nodes[i])
    })
    return builder.finish(graph.outputs.map((value) => this.current.get(value) ?? value))
  }

  private openNode(node: Node, twin: Node): void {
    if (node.op !== twin.op || JSON.stringify(node.attributes) !== JSON.stringify(twin.attributes))
      throw dependsOn(node.op)
    const inputs = node.inputs.map((value, i) => {
      if (value?.constant === undefined) return value && (this.current.get(value) ?? value)
      return isSameConstant(value, twin.inputs[i]!) ? value : this.openConstant(node, twin, i)
    })
    // Inner values keep the shapes of the traced size; only the encoder reads shapes, and it writes none for inner values.
    const outputs = node.outputs.map((value, i) =>
      this.graph.outputs.includes(value) ? this.open(value, twin.outputs[i]) : value,
    )
    this.builder.nodes.push({ ...node, inputs, outputs })
  }

  private open(value: Value, twin: Value): Value {
    const shape = value.shape.map((length, axis) => (length === twin.shape[axis] ? length : openLength))
    const opened: Value = { ...value, shape }
    this.current.set(value, opened)
    return opened
  }

  /** The replacement of a constant that grows with the batch: the target of a reshape, the end of a slice, lengths, or a uniform constant. */
  private openConstant(node: Node, twin: Node, position: number): Value {
    const [a, b] = [node.inputs[position]!, twin.inputs[position]!]
    const number = splatOf(a)
    if (!sameShape(a.shape, b.shape)) {
      if (number === undefined || !Object.is(number, splatOf(b))) throw dependsOn(node.op)
      const lengths = this.lengths(node, a.shape, b.shape)
      return this.append('Expand', [this.builder.scalar(number, a.dtype), lengths], { shape: a.shape, dtype: a.dtype })
    }
    const [left, right] = [Array.from(numbersOf(a)), Array.from(numbersOf(b))]
    const growing = left.flatMap((length, i) => (length === right[i] ? [] : [i]))
    if (node.op === 'Reshape' && growing.length === 1 && this.grows(left[growing[0]], right[growing[0]]))
      return this.builder.integers(left.with(growing[0], -1))
    if (node.op === 'Slice' && position === 2 && growing.every((i) => isWhole(node, i) && isWhole(twin, i)))
      return this.builder.integers(left.map((end, i) => (growing.includes(i) ? anyEnd : end)))
    if (node.op === 'Expand' || node.op === 'Tile') return this.lengths(node, left, right)
    throw dependsOn(node.op)
  }

  /** Lengths as a tensor, those that grow with the batch computed while the graph runs. */
  private lengths(node: Node, left: readonly number[], right: readonly number[]): Value {
    const parts = left.map((length, i) => {
      if (length === right[i]) return this.builder.integers([length])
      if (!this.grows(length, right[i])) throw dependsOn(node.op)
      return this.builder.add('Mul', [this.batchSize(), this.builder.integers([length / this.batch])])
    })
    return this.append('Concat', parts, { shape: [parts.length], dtype: 'int64' }, { axis: 0 })
  }

  /** A node with its shape at the traced size: shape inference supports only constant lengths. */
  private append(op: string, inputs: readonly Value[], output: Value, attributes: Attributes = {}): Value {
    this.builder.nodes.push({ op, inputs, outputs: [output], attributes })
    return output
  }

  private grows(length: number, other: number): boolean {
    return length % this.batch === 0 && length * this.otherBatch === other * this.batch
  }

  private batchSize(): Value {
    const source = this.builder.inputs.find(({ shape }) => shape[0] === openLength)!
    this.size ??= this.append('Shape', [source], { shape: [1], dtype: 'int64' }, { start: 0, end: 1 })
    return this.size
  }
}

/** Whether a slice extends to the end of its i-th axis. */
function isWhole({ inputs }: Node, i: number): boolean {
  const [x, , ends, axes] = inputs
  return numbersOf(ends!)[i] === x!.shape[numbersOf(axes!)[i]]
}

function isSameConstant(a: Value, b: Value): boolean {
  if (!sameShape(a.shape, b.shape)) return false
  const [left, right] = [numbersOf(a), numbersOf(b)]
  for (let i = 0; i < left.length; i++) if (!Object.is(left[i], right[i])) return false
  return true
}

function dependsOn(what: string): EngineError {
  return new EngineError(
    'bad-input',
    `Expected a function whose graph does not depend on the batch size but received one where ${what} does. Pass the batch size as a number.`,
    { op: what },
  )
}
