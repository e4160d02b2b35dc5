/** Entries of the operator table, and helpers that its families share. */
import { EngineError } from '../../errors.ts'
import { type Attributes, type ElementType, numbersOf, sameShape, type Value } from '../graph.ts'

export interface Inferred {
  readonly shape: readonly number[]
  readonly dtype: ElementType
}

export type Inputs = readonly (Value | undefined)[]

/** An ONNX operator: how many inputs it takes, and the shapes and types that come out. */
export interface Operator {
  readonly arity: readonly [least: number, most: number]
  readonly infer: (inputs: Inputs, attributes: Attributes) => readonly Inferred[]
}

/** A family of operators: name to operator. */
export type OperatorTable = Readonly<Record<string, Operator>>

/** The same operator under several names, which are separated by spaces. */
export function each(names: string, operator: Operator): OperatorTable {
  return Object.fromEntries(names.split(' ').map((name) => [name, operator]))
}

/** An operator whose output has the shape and type of its first input. */
export function preserving(least: number, most: number): Operator {
  return { arity: [least, most], infer: ([x]) => [like(x!)] }
}

export function like(x: Value): Inferred {
  return { shape: x.shape, dtype: x.dtype }
}

/** A list of numbers among a node's attributes. */
export function list(attribute: unknown): readonly number[] {
  return attribute as readonly number[]
}

/** The numbers of a constant input: a shape, axes, sizes. */
export function integers(value: Value): number[] {
  const data = numbersOf(value)
  const numbers: number[] = []
  for (let i = 0; i < data.length; i++) numbers.push(data[i])
  return numbers
}

/** @throws where a value is of none of the types */
export function expectType(op: string, x: Value, types: readonly ElementType[]): void {
  if (!types.includes(x.dtype)) throw illegal(`Expected ${types.join(' or ')} for ${op} but received ${x.dtype}.`)
}

/** @throws where two values differ in type */
export function expectSame(op: string, a: Value, b: Value): void {
  if (a.dtype !== b.dtype)
    throw illegal(`Expected one type for both sides of ${op} but received ${a.dtype} and ${b.dtype}.`)
}

/** The broadcast of two shapes. @throws if they are incompatible. */
export function broadcast(a: readonly number[], b: readonly number[]): readonly number[] {
  if (sameShape(a, b) || b.length === 0) return a
  const rank = Math.max(a.length, b.length)
  const shape: number[] = []
  for (let axis = 0; axis < rank; axis++) {
    const m = a[axis - rank + a.length] ?? 1
    const n = b[axis - rank + b.length] ?? 1
    if (m !== n && m !== 1 && n !== 1) throw illegal(`Expected shapes that broadcast but received [${a}] and [${b}].`)
    shape.push(m === 1 ? n : m)
  }
  return shape
}

/** The error for a node that no tfjs kernel produces. */
export function illegal(message: string): EngineError {
  return new EngineError('illegal-graph', `${message} This is a fault of the compiler: report it.`)
}
