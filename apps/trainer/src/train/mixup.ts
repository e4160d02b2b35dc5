/**
 * Mixup: each image and its target blended with those of another one of the batch.
 *
 * Reference: Zhang et al., "mixup: Beyond Empirical Risk Minimization", https://arxiv.org/abs/1710.09412; the partner is the image at the
 * mirrored place of the batch, as in timm.
 */
import { createRandom, type Random } from '@mammokit/seeded-random'
import * as tf from '@tensorflow/tfjs-core'

/** share x + (1 - share) partner; `share` is a scalar. */
export function blend(x: tf.Tensor, partner: tf.Tensor, share: tf.Tensor): tf.Tensor {
  return tf.add(tf.mul(x, share), tf.mul(partner, tf.sub(1, share)))
}

/** The partners in a whole batch: x in reverse order along the first axis, of which each `views` belong together and stay in their order. */
export function reverseBatch(x: tf.Tensor, views = 1): tf.Tensor {
  return views === 1 ? tf.reverse(x, 0) : tf.reshape(tf.reverse(groupViews(x, views), 0), x.shape)
}

/** The same of values on this side of the graph, `size` of each place: of a batch that goes through the network in parts. */
export function reversePlaces(values: Float32Array, size: number): Float32Array {
  const reversed = new Float32Array(values.length)
  for (let at = 0; at < values.length; at += size) {
    reversed.set(values.subarray(at, at + size), values.length - size - at)
  }
  return reversed
}

function groupViews(x: tf.Tensor, views: number): tf.Tensor {
  return tf.reshape(x, [x.shape[0] / views, views * x.shape.slice(1).reduce((size, length) => size * length, 1)])
}

/**
 * The share of a step, distributed as Beta(alpha, alpha): a function of seed and step alone; 1 for alpha 0.
 *
 * @example
 * drawShare(0, 13, 7) // 1
 */
export function drawShare(alpha: number, seed: number, step: number): number {
  if (alpha === 0) return 1
  const random = createRandom(seed, 'mixup', step)
  const [a, b] = [logGamma(alpha, random), logGamma(alpha, random)]
  return 1 / (1 + Math.exp(b - a))
}

/**
 * The logarithm of a draw from Gamma(shape, 1); of small shapes the draws themselves vanish.
 *
 * Reference: Marsaglia and Tsang, "A Simple Method for Generating Gamma Variables", ACM TOMS 26, 2000, sections 2 and 6.
 */
function logGamma(shape: number, random: Random): number {
  if (shape < 1) return logGamma(shape + 1, random) + Math.log(1 - random.uniform()) / shape
  const d = shape - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const x = random.normal()
    const v = (1 + c * x) ** 3
    if (v > 0 && Math.log(1 - random.uniform()) < (x * x) / 2 + d - d * v + d * Math.log(v)) return Math.log(d * v)
  }
}
