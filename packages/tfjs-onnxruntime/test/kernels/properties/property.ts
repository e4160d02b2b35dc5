/** A property of a kernel: compiled, a call of it gives what tfjs gives, for random shapes, attributes and numbers. */
import type * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { uniform } from '../../compare.ts'

export type Call = (...inputs: tf.Tensor[]) => tf.Tensor | tf.Tensor[]

export interface Sample {
  readonly call: Call
  readonly inputs: readonly tf.Tensor[]
  /** What tfjs computes the same by, where its JavaScript backend has no such kernel. */
  readonly reference?: Call
  /** Of the largest number. @default 1e-4 */
  readonly tolerance?: number
}

/** Kernel names to samples. */
export type Properties = Readonly<Record<string, fc.Arbitrary<Sample>>>

export const length = fc.integer({ min: 1, max: 4 })
export const shape = fc.array(length, { maxLength: 4 })
/** At least one axis. */
export const solid = fc.array(length, { minLength: 1, maxLength: 4 })

/** A shape, an axis of it and a coin. */
export const shapeAndAxis = solid.chain((lengths) =>
  fc.tuple(fc.constant(lengths), fc.nat(lengths.length - 1), fc.boolean(), fc.boolean()),
)

/** Shapes that broadcast to one another. */
export const pair = fc
  .tuple(shape, fc.nat(4), fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }), fc.boolean())
  .map(([whole, from, ones, swapped]): [number[], number[]] => {
    const part = whole.slice(Math.min(from, whole.length)).map((n, i) => (ones[i] ? 1 : n))
    return swapped ? [part, whole] : [whole, part]
  })

/** A call of one input of any shape with numbers in a range. */
export function ofAny(call: Call, low = -2, high = 2, reference?: Call): fc.Arbitrary<Sample> {
  return shape.map((lengths) => ({
    call,
    inputs: [uniform(lengths, low, high)],
    ...(reference === undefined ? {} : { reference }),
  }))
}

/** A call of two inputs whose shapes broadcast. */
export function ofPair(call: Call, make: (lengths: number[]) => tf.Tensor): fc.Arbitrary<Sample> {
  return pair.map(([a, b]) => ({ call, inputs: [make(a), make(b)] }))
}
