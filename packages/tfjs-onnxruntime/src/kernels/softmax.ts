/** Softmax and its logarithm. */
import type * as tf from '@tensorflow/tfjs-core'
import type { LoweringTable } from './lowering.ts'

export const softmaxKernels: LoweringTable = {
  Softmax: (b, { logits }, { dim }: tf.SoftmaxAttrs) => b.add('Softmax', [b.cast(logits, 'float32')], { axis: dim }),
  LogSoftmax: (b, { logits }, { axis }: tf.LogSoftmaxAttrs) =>
    b.add('LogSoftmax', [b.cast(logits, 'float32')], { axis }),
}
