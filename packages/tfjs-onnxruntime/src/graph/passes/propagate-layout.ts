/**
 * Keeps images channels-first between the operators that require it.
 *
 * Lowerings put a transpose before and after each convolution or pooling. This pass records the channels-first form of such an
 * operator's output, carries the form through elementwise operators, reductions, padding, slices and concatenations, and inserts a
 * transpose only where an operator needs the other form.
 */
import { GraphBuilder } from '../builder.ts'
import { isElementwise } from '../elementwise.ts'
import { type Graph, type Node, numbersOf, sizeOf, splatOf, type Value } from '../graph.ts'
import { removeDeadNodes } from '../rewrite.ts'
import { transposed } from './fold-constants.ts'
import { isReshape } from './merge-movements.ts'

/** before: Transpose -> Conv -> Transpose -> Relu -> Transpose -> Conv -> Transpose; after: Transpose -> Conv -> Relu -> Conv -> Transpose. */
export function propagateLayout(graph: Graph): Graph {
  return new LayoutPass(graph).run()
}

class LayoutPass {
  private readonly builder = new GraphBuilder()
  /** Values of the new graph for values of the old one: in their own order of axes, and channels-first. */
  private readonly plain = new Map<Value, Value>()
  private readonly first = new Map<Value, Value>()
  private readonly graph: Graph

  constructor(graph: Graph) {
    this.graph = graph
  }

  run(): Graph {
    this.builder.inputs.push(...this.graph.inputs)
    for (const node of this.graph.nodes) this.visit(node)
    return removeDeadNodes(this.builder.finish(this.graph.outputs.map((value) => this.plainOf(value))))
  }

  private visit(node: Node): void {
    if (this.absorbTranspose(node)) return
    const carried = node.inputs.some((value) => value !== undefined && this.first.has(value))
      ? this.carry(node)
      : undefined
    if (carried !== undefined) return
    const outputs = this.builder.addAll(
      node.op,
      node.inputs.map((value) => value && this.plainOf(value)),
      node.attributes,
    )
    node.outputs.forEach((value, i) => {
      this.plain.set(value, outputs[i])
    })
  }

  /** A transpose to channels-first defines that form of its input; one back defines that form of its output. */
  private absorbTranspose(node: Node): boolean {
    if (node.op !== 'Transpose') return false
    const [input] = node.inputs as readonly Value[]
    const [output] = node.outputs
    const perm = node.attributes.perm as readonly number[]
    const rank = perm.length
    if (rank < 3) return false
    if (perm.join() === toFirst(rank).join()) {
      this.plain.set(output, this.firstOf(input))
      return true
    }
    if (perm.join() !== toLast(rank).join()) return false
    this.first.set(output, this.plainOf(input))
    return true
  }

  private carry(node: Node): true | undefined {
    if (isElementwise(node.op)) return this.carryElementwise(node)
    return this.carriers[node.op]?.(node)
  }

  private carryElementwise(node: Node): true | undefined {
    const [output] = node.outputs
    const rank = output.shape.length
    const inputs = node.inputs.filter((value): value is Value => value !== undefined)
    const largest = Math.max(...inputs.map((value) => sizeOf(value.shape)))
    const leading = inputs.some(
      (value) => value.shape.length === rank && sizeOf(value.shape) === largest && this.first.has(value),
    )
    if (rank < 3 || !leading) return undefined
    const values = node.inputs.map((value) => value && this.broadcastFirst(value, rank))
    this.first.set(output, this.builder.add(node.op, values, node.attributes))
    return true
  }

  /** An operand of lower rank aligns its axes on the right: it is padded with ones on the left, then permuted. */
  private broadcastFirst(value: Value, rank: number): Value {
    if (value.shape.length === rank) return this.firstOf(value)
    if (sizeOf(value.shape) === 1) return this.plainOf(value)
    const full = this.builder.reshape(this.plainOf(value), [
      ...new Array(rank - value.shape.length).fill(1),
      ...value.shape,
    ])
    return this.permute(full, toFirst(rank))
  }

  private readonly carriers: Readonly<Record<string, (node: Node) => true | undefined>> = {
    ...Object.fromEntries(
      ['ReduceSum', 'ReduceMean', 'ReduceMax', 'ReduceMin', 'ReduceProd'].map((op) => [
        op,
        (node: Node) => this.carryReduction(node),
      ]),
    ),
    Pad: (node) =>
      this.carryOne(node, ([, pads, fill]) => {
        const numbers = numbersOf(pads!)
        const rank = numbers.length / 2
        const moved = [0, rank].flatMap((offset) => toFirst(rank).map((axis) => numbers[offset + axis]))
        return [this.builder.integers(moved), fill]
      }),
    Expand: (node) => this.carryOne(node, () => [this.builder.integers(permuted(node.outputs[0].shape))]),
    Tile: (node) => this.carryOne(node, ([, reps]) => [this.builder.integers(permuted(Array.from(numbersOf(reps!))))]),
    Slice: (node) =>
      this.carryOne(node, ([x, starts, ends, axes, steps]) => {
        const order = toFirst(x!.shape.length)
        return [starts, ends, this.builder.integers(Array.from(numbersOf(axes!), (axis) => order.indexOf(axis))), steps]
      }),
    Concat: (node) => {
      const rank = node.outputs[0].shape.length
      const inputs = node.inputs as readonly Value[]
      const carried = inputs
        .filter((value) => this.first.has(value))
        .reduce((sum, value) => sum + sizeOf(value.shape), 0)
      if (2 * carried < sizeOf(node.outputs[0].shape)) return undefined
      const axis = toFirst(rank).indexOf(node.attributes.axis as number)
      this.first.set(
        node.outputs[0],
        this.builder.add(
          'Concat',
          inputs.map((value) => this.firstOf(value)),
          { axis },
        ),
      )
      return true
    },
    /** For a single pixel both layouts have the same values in memory. */
    Reshape: (node) => {
      const [x] = node.inputs as readonly Value[]
      if (!isReshape(x.shape, toFirst(x.shape.length))) return undefined
      this.plain.set(node.outputs[0], this.builder.reshape(this.first.get(x)!, node.outputs[0].shape))
      return true
    },
  }

  /** An operator on one image whose other inputs refer to axes. */
  private carryOne(node: Node, others: (inputs: Node['inputs']) => Node['inputs']): true | undefined {
    const [x] = node.inputs as readonly Value[]
    if (!this.first.has(x) || x.shape.length !== node.outputs[0].shape.length) return undefined
    this.first.set(
      node.outputs[0],
      this.builder.add(node.op, [this.firstOf(x), ...others(node.inputs)], node.attributes),
    )
    return true
  }

  private carryReduction(node: Node): true | undefined {
    const [x, axes] = node.inputs as readonly Value[]
    const order = toFirst(x.shape.length)
    const over = Array.from(numbersOf(axes))
    const left = order.filter((axis) => !over.includes(axis))
    const keeps = node.attributes.keepdims === 1
    // Without the reduced axes, the remaining ones must be in their original order.
    if (!keeps && !left.every((axis, i) => i === 0 || left[i - 1] < axis)) return undefined
    const result = this.builder.reduce(
      node.op,
      this.firstOf(x),
      over.map((axis) => order.indexOf(axis)).sort((a, b) => a - b),
      keeps,
    )
    ;(keeps ? this.first : this.plain).set(node.outputs[0], result)
    return true
  }

  private plainOf(value: Value): Value {
    if (value.constant !== undefined) return value
    const known = this.plain.get(value)
    if (known !== undefined) return known
    const first = this.first.get(value)
    const plain = first === undefined ? value : this.permute(first, toLast(value.shape.length))
    this.plain.set(value, plain)
    return plain
  }

  private firstOf(value: Value): Value {
    const known = this.first.get(value)
    if (known !== undefined) return known
    const first = this.permute(this.plainOf(value), toFirst(value.shape.length))
    if (value.constant === undefined) this.first.set(value, first)
    return first
  }

  private permute(value: Value, perm: readonly number[]): Value {
    const shape = perm.map((axis) => value.shape[axis])
    const splat = splatOf(value)
    if (splat !== undefined) return this.builder.fill(splat, shape, value.dtype)
    if (value.constant !== undefined)
      return this.builder.constant(transposed(numbersOf(value), value.shape, perm), shape, value.dtype)
    return isReshape(value.shape, perm) ? this.builder.reshape(value, shape) : this.builder.transpose(value, perm)
  }
}

/** [N, ...space, C] to [N, C, ...space]. */
function toFirst(rank: number): number[] {
  return [0, rank - 1, ...Array.from({ length: rank - 2 }, (_, i) => i + 1)]
}

/** [N, C, ...space] to [N, ...space, C]. */
function toLast(rank: number): number[] {
  return [0, ...Array.from({ length: rank - 2 }, (_, i) => i + 2), 1]
}

function permuted(shape: readonly number[]): number[] {
  return toFirst(shape.length).map((axis) => shape[axis])
}
