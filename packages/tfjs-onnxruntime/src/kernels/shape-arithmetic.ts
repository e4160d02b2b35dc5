/**
 * Kernels whose inputs include shapes as tensors. Shapes must be constants of the graph, so that invalid
 * ones are rejected during tracing.
 */
import * as tf from '@tensorflow/tfjs-core'
import { numbersOf, sizeOf, type Value } from '../graph/graph.ts'
import type { LoweringTable } from './lowering.ts'

export const shapeArithmeticKernels: LoweringTable = {
  BroadcastArgs(b, { s0, s1 }) {
    const [first, second] = [lengthsOf(s0), lengthsOf(s1)]
    if (first === undefined || second === undefined) return undefined
    const shape = tf.backend_util.assertAndGetBroadcastShape(first, second)
    return b.constant(shape, [shape.length], 'int32')
  },
  /** Converts indices [count, rank] into a tensor of `inputShape` to indices of the same elements in `newShape`, in which one length may be -1. */
  SparseReshape(b, { inputIndices, inputShape, newShape }) {
    const [from, target] = [lengthsOf(inputShape), lengthsOf(newShape)]
    if (from === undefined || target === undefined) return undefined
    const to = resolved(from, target)
    const ints = (numbers: number[]): Value => b.constant(numbers, [numbers.length], 'int32')
    const weighted = b.add('Mul', [inputIndices, ints(strides(from))])
    const flat = b.reduce('ReduceSum', weighted, [1], true)
    return [b.add('Mod', [b.add('Div', [flat, ints(strides(to))]), ints(to)]), ints(to)]
  },
}

function lengthsOf(shape: Value): number[] | undefined {
  return shape.constant === undefined ? undefined : Array.from(numbersOf(shape))
}

/** The shape with its -1 resolved. @throws if the number of elements differs, or several lengths are -1 */
function resolved(from: number[], target: number[]): number[] {
  const open = target.indexOf(-1)
  if (open !== target.lastIndexOf(-1))
    throw new Error(
      tf.backend_util.getSparseReshapeMultipleNegativeOneOutputDimErrorMessage(open, target.lastIndexOf(-1)),
    )
  const negative = target.findIndex((length) => length < -1)
  if (negative >= 0)
    throw new Error(tf.backend_util.getSparseReshapeNegativeOutputDimErrorMessage(negative, target[negative]))
  const known = sizeOf(target.filter((length) => length >= 0))
  const to = target.map((length) => (length === -1 ? sizeOf(from) / known : length))
  if (sizeOf(to) !== sizeOf(from) || !to.every(Number.isInteger))
    throw new Error(tf.backend_util.getSparseReshapeInputOutputMismatchErrorMessage(from, to))
  return to
}

/** Strides: the number of elements between neighbors along each axis. */
function strides(shape: readonly number[]): number[] {
  return shape.map((_, axis) => sizeOf(shape.slice(axis + 1)))
}
