/** Batch normalization: with given statistics, with those of the batch, and the latter's gradient. */
import type * as tf from '@tensorflow/tfjs-core'
import type { GraphBuilder } from '../graph/builder.ts'
import type { Value } from '../graph/graph.ts'
import { channelsFirst, channelsLast } from './layout.ts'
import type { LoweringTable } from './lowering.ts'

export interface BatchNormTrainingAttrs {
  readonly epsilon: number
}

export const normalizationKernels: LoweringTable = {
  FusedBatchNorm(b, { x, mean, variance, scale, offset }, { varianceEpsilon }: tf.FusedBatchNormAttrs) {
    const channels = x.shape[x.shape.length - 1]
    const parameters = [scale ?? b.fill(1, [channels]), offset ?? b.fill(0, [channels]), mean, variance]
    if (parameters.every((value) => value.shape.length === 1 && value.shape[0] === channels) && x.shape.length === 4)
      return channelsLast(
        b,
        b.add('BatchNormalization', [channelsFirst(b, x), ...parameters], { epsilon: { float: varianceEpsilon } }),
      )
    const deviation = b.add('Sqrt', [b.withScalar('Add', variance, varianceEpsilon)])
    const normal = b.add('Div', [b.add('Sub', [x, mean]), deviation])
    const scaled = scale === undefined ? normal : b.add('Mul', [normal, scale])
    return offset === undefined ? scaled : b.add('Add', [scaled, offset])
  },
  /** x [N, H, W, C], scale [C], offset [C] to y, mean [C], biased variance [C]. */
  BatchNormTraining(b, { x, scale, offset }, { epsilon }: BatchNormTrainingAttrs) {
    const first = channelsFirst(b, x)
    const mean = b.reduce('ReduceMean', first, [0, 2, 3])
    // E[x^2] - mean^2 would lose precision for a variance that is small relative to the mean; this form reads memory no more often.
    const centerd = center(b, first, mean)
    const squares = b.reduce('ReduceSum', b.add('Mul', [centerd, centerd]), [0, 2, 3])
    const variance = b.withScalar('Mul', squares, 1 / (x.shape[0] * x.shape[1] * x.shape[2]))
    const parameters = [scale, offset, b.fill(0, mean.shape), variance]
    const y = b.add('BatchNormalization', [centerd, ...parameters], { epsilon: { float: epsilon } })
    return [channelsLast(b, y), mean, variance]
  },
  BatchNormTrainingGrad: batchNormGradient,
}

/**
 * The gradient as one linear map of dy and the centered x for each channel: dx = a dy + p (x - mean) + q.
 *
 * Reference: Ioffe and Szegedy, "Batch Normalization", https://arxiv.org/abs/1502.03167, section 3.
 */
function batchNormGradient(b: GraphBuilder, inputs: Readonly<Record<string, Value>>, attrs: object): Value[] {
  const { x, dy, scale, mean, variance, dMean, dVariance } = inputs
  const { epsilon } = attrs as BatchNormTrainingAttrs
  const count = x.shape[0] * x.shape[1] * x.shape[2]
  const centerd = center(b, channelsFirst(b, x), mean)
  const error = channelsFirst(b, dy)
  const multiply = (left: Value, right: Value): Value => b.add('Mul', [left, right])
  const dOffset = b.reduce('ReduceSum', error, [0, 2, 3])
  const products = b.reduce('ReduceSum', multiply(error, centerd), [0, 2, 3])
  const reciprocal = b.add('Reciprocal', [b.add('Sqrt', [b.withScalar('Add', variance, epsilon)])])
  const dScale = multiply(products, reciprocal)
  const a = multiply(scale, reciprocal)
  const fromScale = multiply(multiply(a, reciprocal), dScale)
  // The statistics may have gradients of their own: dMean / count, and dVariance 2 (x - mean) / count.
  const p = b.withScalar('Mul', b.add('Sub', [b.withScalar('Mul', dVariance, 2), fromScale]), 1 / count)
  const q = b.withScalar('Mul', b.add('Sub', [dMean, multiply(a, dOffset)]), 1 / count)
  const first = affine(b, error, a, q)
  const second = multiply(centerd, b.reshape(p, [p.shape[0], 1, 1]))
  return [channelsLast(b, b.add('Add', [first, second])), dScale, dOffset]
}

/** x [N, C, H, W] less the mean [C] of each channel. */
function center(b: GraphBuilder, x: Value, mean: Value): Value {
  return b.add('Sub', [x, b.reshape(mean, [mean.shape[0], 1, 1])])
}

/** factor x + shift for each channel, in one fast pass: BatchNormalization with mean 0 and variance 1 - epsilon. */
function affine(b: GraphBuilder, x: Value, factor: Value, shift: Value): Value {
  const channels = factor.shape
  const epsilon = 1e-5
  return b.add('BatchNormalization', [x, factor, shift, b.fill(0, channels), b.fill(1 - epsilon, channels)], {
    epsilon: { float: epsilon },
  })
}
