/** The graph between tracing and encoding: nodes of ONNX operators over values of static shape. */
import { EngineError } from '../errors.ts'

export type ElementType = 'float32' | 'int32' | 'bool' | 'int64'

/** Values of a constant: one per element, or a single one that fills the shape. int64 is stored as numbers. */
export interface ConstantData {
  readonly data: Float32Array | Int32Array | Uint8Array | Float64Array
  readonly splat: boolean
}

/** One tensor of the graph: the output of a node, a constant, or an input of the graph. */
export interface Value {
  readonly shape: readonly number[]
  readonly dtype: ElementType
  readonly constant?: ConstantData
  /** Among the inputs and outputs that its builder has made; a constant has none. */
  readonly place?: number
  /** Set by the graph that makes the value. */
  producer?: Node
}

export type Attribute = number | string | readonly number[] | { readonly float: number }
export type Attributes = Readonly<Record<string, Attribute>>

export interface Node {
  readonly op: string
  /** `undefined` omits an optional input of the operator. */
  readonly inputs: readonly (Value | undefined)[]
  readonly outputs: readonly Value[]
  readonly attributes: Attributes
}

export interface Graph {
  readonly inputs: readonly Value[]
  readonly nodes: readonly Node[]
  readonly outputs: readonly Value[]
}

/** Number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  let size = 1
  for (const length of shape) size *= length
  return size
}

/** Whether two shapes are the same. */
export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false
  for (let axis = 0; axis < a.length; axis++) if (a[axis] !== b[axis]) return false
  return true
}

/** The value of a uniform constant; undefined for any other value. */
export function splatOf(value: Value | undefined): number | undefined {
  const constant = value?.constant
  if (constant === undefined) return undefined
  return constant.splat || constant.data.length === 1 ? constant.data[0] : undefined
}

/** All values of a constant, with a splat expanded. */
export function numbersOf(value: Value): ArrayLike<number> {
  const constant = value.constant
  if (constant === undefined)
    throw new EngineError(
      'illegal-graph',
      'Expected a constant value but received a computed one. This is a fault of the compiler: report it.',
    )
  if (!constant.splat) return constant.data
  return constant.data.length === sizeOf(value.shape)
    ? constant.data
    : filled(value.dtype, value.shape, constant.data[0])
}

/** A typed array for elements of a type; int64 is stored as float64. */
export function allocate(dtype: ElementType, size: number): Float32Array | Int32Array | Uint8Array | Float64Array {
  if (dtype === 'float32') return new Float32Array(size)
  if (dtype === 'int32') return new Int32Array(size)
  return dtype === 'bool' ? new Uint8Array(size) : new Float64Array(size)
}

function filled(dtype: ElementType, shape: readonly number[], value: number): ArrayLike<number> {
  return allocate(dtype, sizeOf(shape)).fill(value)
}
