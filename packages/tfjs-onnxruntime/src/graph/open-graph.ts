/** Leaves sizes of a graph open, by comparing graphs of a function that was traced with other sizes. */
import { EngineError } from '../errors.ts'
import { GraphBuilder } from './builder.ts'
import { type Graph, type Node, numbersOf, sameShape, splatOf, type Value } from './graph.ts'
import { isFixed, OpenLengths, type OpenSizes, type Vector } from './open-lengths.ts'
import { list } from './operators/operator.ts'

/** Past the end of every axis: ONNX clamps the ends of slices. */
const anyEnd = 2 ** 31 - 1

/** A graph whose sizes are open, and its value for each value of the graph that it was made from. */
export interface OpenedGraph {
  readonly graph: Graph
  openedOf(value: Value): Value
}

/**
 * The first graph with open sizes: lengths that change with them are read from the data, and inputs and outputs have negative
 * lengths in their shapes (`openNames`). The graphs are those of one function, at the sizes in the order of the vectors of `sizes`.
 *
 * @throws {EngineError} `bad-input` naming an operator that depends on a size in another way
 */
export function openGraph(graphs: readonly Graph[], sizes: OpenSizes): OpenedGraph {
  return new Opening(graphs, sizes).run()
}

class Opening {
  private readonly builder = new GraphBuilder()
  private readonly current = new Map<Value, Value>()
  private readonly graphs: readonly Graph[]
  private readonly lengths: OpenLengths
  private readonly names: string

  constructor(graphs: readonly Graph[], sizes: OpenSizes) {
    this.graphs = graphs
    this.lengths = new OpenLengths(this.builder, sizes)
    this.names = [...sizes.keys()].map((name) => (name === 'batch' ? 'the batch size' : `the ${name}`)).join(' or ')
  }

  run(): OpenedGraph {
    const [graph] = this.graphs
    graph.inputs.forEach((value, i) => {
      const opened = this.open(
        value,
        this.graphs.map(({ inputs }) => inputs[i]),
      )
      this.builder.inputs.push(opened)
    })
    if (
      this.graphs.some(
        ({ nodes, inputs }) => nodes.length !== graph.nodes.length || inputs.length !== graph.inputs.length,
      )
    )
      throw this.dependsOn('the number of its nodes')
    graph.nodes.forEach((_, i) => {
      this.openNode(this.graphs.map(({ nodes }) => nodes[i]))
    })
    const openedOf = (value: Value): Value => this.current.get(value) ?? value
    return { graph: this.builder.finish(graph.outputs.map(openedOf)), openedOf }
  }

  private openNode(twins: readonly Node[]): void {
    const [node] = twins
    if (twins.some(({ op }) => op !== node.op)) throw this.dependsOn(node.op)
    const attributes = this.openAttributes(twins)
    const inputs = node.inputs.map((value, i) => {
      if (value?.constant === undefined) return value && (this.current.get(value) ?? value)
      const constants = twins.map((twin) => twin.inputs[i]!)
      return constants.every((constant) => isSameConstant(value, constant)) ? value : this.openConstant(twins, i)
    })
    // Inner values keep the shapes of the first trace; only the encoder reads shapes, and it writes none for inner values.
    const outputs = node.outputs.map((value, i) => {
      const same = twins.map(({ outputs }) => outputs[i])
      if (this.graphs[0].outputs.includes(value)) return this.open(value, same)
      this.lengths.offer(
        value,
        same.map(({ shape }) => shape),
      )
      return value
    })
    this.builder.nodes.push({ ...node, inputs, outputs, attributes })
  }

  private open(value: Value, twins: readonly Value[]): Value {
    const shapes = twins.map(({ shape }) => shape)
    const shape = value.shape.map((_, axis) => this.lengths.inShape(shapes.map((each) => each[axis])))
    const opened: Value = sameShape(shape, value.shape) ? value : { ...value, shape }
    this.current.set(value, opened)
    this.lengths.offer(opened, shapes)
    return opened
  }

  /** Padding that depends on the size is that of 'same', which ONNX computes itself. */
  private openAttributes(twins: readonly Node[]): Node['attributes'] {
    const [{ op, attributes }] = twins
    const fixed = (node: Node) => JSON.stringify({ ...node.attributes, pads: undefined })
    if (twins.some((twin) => fixed(twin) !== fixed(twins[0]))) throw this.dependsOn(op)
    const pads = twins.map((twin) => JSON.stringify(twin.attributes.pads))
    if (pads.every((each) => each === pads[0])) return attributes
    if (!twins.every(isPaddedToSame)) throw this.dependsOn(`the padding of ${op}`)
    const { pads: _, ...rest } = attributes
    return { ...rest, auto_pad: 'SAME_UPPER' }
  }

  /** A constant that changes with a size: the target of a reshape, the end of a slice, lengths, or a uniform constant. */
  private openConstant(twins: readonly Node[], position: number): Value {
    const [node] = twins
    const constants = twins.map(({ inputs }) => inputs[position]!)
    const [constant] = constants
    const number = splatOf(constant)
    if (constants.some(({ shape }) => !sameShape(shape, constant.shape))) {
      if (number === undefined || constants.some((each) => !Object.is(splatOf(each), number)))
        throw this.dependsOn(node.op)
      const lengths = this.lengths.tensorOf(constant.shape.map((_, axis) => constants.map(({ shape }) => shape[axis])))
      if (lengths === undefined) throw this.dependsOn(node.op)
      const { shape, dtype } = constant
      return this.lengths.append('Expand', [this.builder.scalar(number, dtype), lengths], { shape, dtype })
    }
    if (constant.dtype === 'int64') return this.openIntegers(twins, position)
    const opened =
      number === undefined || constant.dtype !== 'float32'
        ? undefined
        : this.lengths.scalarOf(constants.map((each) => splatOf(each)!))
    if (opened === undefined) throw this.dependsOn(node.op)
    return constant.shape.length === 0
      ? opened
      : this.builder.add('Reshape', [opened, this.builder.integers(constant.shape.map(() => 1))])
  }

  private openIntegers(twins: readonly Node[], position: number): Value {
    const [node] = twins
    const all = twins.map(({ inputs }) => Array.from(numbersOf(inputs[position]!)))
    const vectors: Vector[] = all[0].map((_, i) => all.map((numbers) => numbers[i]))
    const growing = vectors.flatMap((vector, i) => (isFixed(vector) ? [] : [i]))
    if (node.op === 'Reshape') {
      // 0 is the length of the input at the same place, -1 what is left.
      const kept = vectors.map((vector, axis) => {
        const isKept = twins.every(({ inputs }, i) => inputs[0]!.shape[axis] === vector[i])
        return isFixed(vector) ? vector[0] : isKept ? 0 : -1
      })
      if (kept.filter((length) => length === -1).length <= 1) return this.builder.integers(kept)
    }
    if (node.op === 'Slice' && position === 2 && growing.every((i) => twins.every((twin) => reachesEnd(twin, i))))
      return this.builder.integers(all[0].map((end, i) => (growing.includes(i) ? anyEnd : end)))
    const lengths = this.lengths.tensorOf(vectors)
    if (lengths === undefined) throw this.dependsOn(node.op)
    return lengths
  }

  private dependsOn(what: string): EngineError {
    return new EngineError(
      'bad-input',
      `Expected a function whose graph does not depend on ${this.names} but received one where ${what} does. Pass numbers.`,
      { op: what, sizes: this.names },
    )
  }
}

/** Whether a slice extends to the end of its i-th axis. */
function reachesEnd({ inputs }: Node, i: number): boolean {
  const [x, , ends, axes] = inputs
  return numbersOf(ends!)[i] === x!.shape[numbersOf(axes!)[i]]
}

/** Whether a window is padded so that each stride has one, the odd pixel at the end (ONNX's SAME_UPPER). */
function isPaddedToSame({ op, inputs, attributes }: Node): boolean {
  if (op !== 'Conv' && op !== 'MaxPool' && op !== 'AveragePool') return false
  const size = inputs[0]!.shape.slice(2)
  const kernel = op === 'Conv' ? inputs[1]!.shape.slice(2) : list(attributes.kernel_shape)
  const totals = size.map((length, i) => {
    const stride = list(attributes.strides ?? [])[i] ?? 1
    const reach = (kernel[i] - 1) * (list(attributes.dilations ?? [])[i] ?? 1) + 1
    return Math.max(0, (Math.ceil(length / stride) - 1) * stride + reach - length)
  })
  const same = [...totals.map((total) => Math.floor(total / 2)), ...totals.map((total) => Math.ceil(total / 2))]
  return same.join() === list(attributes.pads).join()
}

function isSameConstant(a: Value, b: Value): boolean {
  if (!sameShape(a.shape, b.shape)) return false
  const [left, right] = [numbersOf(a), numbersOf(b)]
  for (let i = 0; i < left.length; i++) if (!Object.is(left[i], right[i])) return false
  return true
}
