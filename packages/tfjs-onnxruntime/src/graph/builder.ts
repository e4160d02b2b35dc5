/** Builds graphs node by node; shapes and types come from the operator table. */
import {
  type Attribute,
  type Attributes,
  allocate,
  type ElementType,
  type Graph,
  type Node,
  sameShape,
  sizeOf,
  type Value,
} from './graph.ts'
import { dataTypes } from './operators/elementwise.ts'
import { broadcast } from './operators/operator.ts'
import { infer } from './operators.ts'

export class GraphBuilder {
  readonly inputs: Value[] = []
  readonly nodes: Node[] = []
  /** Restrict operators to forms that every execution provider supports; WebGPU lacks some. */
  isPortable = false
  /** Uniform numbers in [0, 1) from a tfjs seed: a constant, or an input if new numbers are drawn for each run. */
  drawUniform: ((count: number, seed: number) => Value) | undefined
  private made = 0

  input(shape: readonly number[], dtype: ElementType): Value {
    const value: Value = { shape, dtype, place: this.made++ }
    this.inputs.push(value)
    return value
  }

  /** A constant from its values; a uniform constant is stored as a single number. Booleans are stored as 0 and 1. */
  constant(numbers: ArrayLike<number>, shape: readonly number[], dtype: ElementType): Value {
    const size = sizeOf(shape)
    const data = dtype === 'bool' ? Uint8Array.from(numbers, (x) => Number(x !== 0)) : numbers
    if (size === 0) return { shape, dtype, constant: { data: allocate(dtype, 0), splat: false } }
    const splat = isUniform(data)
    const kept = allocate(dtype, splat ? 1 : size)
    if (splat) kept[0] = data[0]
    else kept.set(data as Float32Array)
    return { shape, dtype, constant: { data: kept, splat } }
  }

  fill(value: number, shape: readonly number[], dtype: ElementType = 'float32'): Value {
    return this.constant([value], shape, dtype)
  }

  scalar(value: number, dtype: ElementType = 'float32'): Value {
    return this.fill(value, [], dtype)
  }

  /** The positions of a shape's elements in row-major order: 0, 1, 2 ... */
  positions(shape: readonly number[], dtype: ElementType): Value {
    return this.constant([...Array(sizeOf(shape)).keys()], shape, dtype)
  }

  integers(values: readonly number[]): Value {
    return this.constant(values, [values.length], 'int64')
  }

  /** Adds a node and returns its outputs. */
  addAll(op: string, inputs: readonly (Value | undefined)[], attributes: Attributes = {}): Value[] {
    const inferred = infer(op, inputs, attributes)
    // In some operators ONNX reads a length of 0 as "copy the input's"; an empty tensor needs no node, unless it has to be named.
    if (op !== 'Identity' && inferred.every(({ shape }) => shape.includes(0)))
      return inferred.map(({ shape, dtype }) => this.fill(0, shape, dtype))
    const outputs = inferred.map(({ shape, dtype }): Value => ({ shape, dtype, place: this.made++ }))
    const node: Node = { op, inputs, outputs, attributes }
    for (const output of outputs) output.producer = node
    this.nodes.push(node)
    return outputs
  }

  /** Adds a node and returns its first output. */
  add(op: string, inputs: readonly (Value | undefined)[], attributes: Record<string, Attribute> = {}): Value {
    return this.addAll(op, inputs, attributes)[0]
  }

  /** A binary operator with a number on its right. */
  withScalar(op: string, x: Value, value: number): Value {
    return this.add(op, [x, this.scalar(value, x.dtype)])
  }

  reshape(x: Value, shape: readonly number[]): Value {
    return sameShape(x.shape, shape) ? x : this.add('Reshape', [x, this.integers(shape)])
  }

  transpose(x: Value, perm: readonly number[]): Value {
    return perm.every((axis, index) => axis === index) ? x : this.add('Transpose', [x], { perm })
  }

  expand(x: Value, shape: readonly number[]): Value {
    return sameShape(x.shape, shape) ? x : this.add('Expand', [x, this.integers(broadcast(x.shape, shape))])
  }

  cast(x: Value, dtype: ElementType): Value {
    return x.dtype === dtype ? x : this.add('Cast', [x], { to: dataTypes[dtype] })
  }

  /** A slice with the start, the end (exclusive) and the step of each axis given; a negative step may end at -length-1. */
  slice(
    x: Value,
    axes: readonly number[],
    starts: readonly number[],
    ends: readonly number[],
    steps?: readonly number[],
  ): Value {
    const by = steps ?? axes.map(() => 1)
    const whole = axes.every((axis, i) => starts[i] === 0 && ends[i] === x.shape[axis] && by[i] === 1)
    if (whole) return x
    return this.add('Slice', [x, ...[starts, ends, axes, by].map((values) => this.integers(values))])
  }

  pad(x: Value, before: readonly number[], after: readonly number[], value = 0): Value {
    if (before.every((n) => n === 0) && after.every((n) => n === 0)) return x
    return this.add('Pad', [x, this.integers([...before, ...after]), this.scalar(value, x.dtype)])
  }

  reduce(op: string, x: Value, axes: readonly number[], keepDims = false): Value {
    if (axes.length === 0) return x
    return this.add(op, [x, this.integers(axes)], { keepdims: keepDims ? 1 : 0 })
  }

  finish(outputs: readonly Value[]): Graph {
    return { inputs: this.inputs, nodes: this.nodes, outputs }
  }
}

function isUniform(data: ArrayLike<number>): boolean {
  for (let i = 1; i < data.length; i++) if (!Object.is(data[i], data[0])) return false
  return true
}
