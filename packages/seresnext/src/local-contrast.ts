import * as tf from '@tensorflow/tfjs-core'
import type { InputNormalization } from './config.ts'

/**
 * Local contrast normalization, channel by channel; what is not above `air` becomes 0, and no mean counts it.
 *
 * Reference: Jarrett et al., "What is the Best Multi-Stage Architecture for Object Recognition?", ICCV 2009, section 2 (a box in place of a Gaussian).
 */
export function normalizeLocally(x: tf.Tensor4D, { window, air, floor }: InputNormalization): tf.Tensor4D {
  const tissue = tf.step(tf.sub<tf.Tensor4D>(x, air))
  // Air alone is 0 / 1e-9: windows of up to 30,000 pixels a side have a larger share as soon as they have tissue.
  const share = tf.maximum(boxMean(tissue, window), 1e-9)
  const localMean = (y: tf.Tensor4D): tf.Tensor4D => tf.div(boxMean(tf.mul<tf.Tensor4D>(y, tissue), window), share)
  const centered = tf.mul<tf.Tensor4D>(tf.sub(x, localMean(x)), tissue)
  // The root of 0 has no gradient.
  const spread = tf.sqrt(tf.add(localMean(tf.square(centered)), 1e-12))
  return tf.div(centered, tf.add(spread, floor))
}

/** Mean over window x window pixels about each, those inside the image. */
function boxMean(x: tf.Tensor4D, window: number): tf.Tensor4D {
  return tf.avgPool(tf.avgPool(x, [window, 1], 1, 'same'), [1, window], 1, 'same')
}
