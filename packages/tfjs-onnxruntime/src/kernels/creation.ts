/** Kernels that create tensors from attributes alone. */
import type * as tf from '@tensorflow/tfjs-core'
import type { ElementType } from '../graph/graph.ts'
import type { LoweringTable } from './lowering.ts'

export const creationKernels: LoweringTable = {
  Fill: (b, _, { shape, value, dtype }: tf.FillAttrs) => b.fill(value as number, shape, dtype as ElementType),
  ZerosLike: (b, { x }) => b.fill(0, x.shape, x.dtype),
  OnesLike: (b, { x }) => b.fill(1, x.shape, x.dtype),
  Range(b, _, { start, stop, step, dtype }: tf.RangeAttrs) {
    const isEmpty = start === stop || (start < stop && step < 0) || (stop < start && step > 1)
    const length = isEmpty ? 0 : Math.abs(Math.ceil((stop - start) / step))
    // tfjs counts down if the step is left at its default of 1.
    const by = stop < start && step === 1 ? -1 : step
    return b.constant(
      Array.from({ length }, (_, i) => start + i * by),
      [length],
      dtype,
    )
  },
  LinSpace(b, _, { start, stop, num }: tf.LinSpaceAttrs) {
    const step = num > 1 ? (stop - start) / (num - 1) : 0
    return b.constant(
      Array.from({ length: num }, (_, i) => start + i * step),
      [num],
      'float32',
    )
  },
}
