/** The pool of the highest places: what a network that was trained on patches says of a whole image. */
import * as tf from '@tensorflow/tfjs-core'
import { SeResNeXtError } from './seresnext-error.ts'

/** Means of window x window cells, [N, h, w, C] to [N, h - window + 1, w - window + 1, C]. @throws {SeResNeXtError} `invalid-input` for fewer cells */
export function averagePlaces(x: tf.Tensor4D, window: number): tf.Tensor4D {
  if (window === 1) return x
  if (x.shape[1] >= window && x.shape[2] >= window) return tf.avgPool(x, window, 1, 'valid')
  const message = `Expected at least ${window} x ${window} cells for the pool of the highest places but received [${x.shape.join(', ')}]. Use larger images or a smaller window.`
  throw new SeResNeXtError('invalid-input', message, { window, shape: x.shape })
}

/**
 * The mean of the vectors of the highest places, [N, h, w, C] to [N, C]: the last layer's logit of it is the mean of theirs.
 *
 * @param scoresOf scores [N, h, w, 1] of places; no gradient passes through the choice
 */
export function meanOfHighest(
  places: tf.Tensor4D,
  count: number,
  scoresOf: (places: tf.Tensor4D) => tf.Tensor,
): tf.Tensor2D {
  const [, h, w, channels] = places.shape
  if (h * w <= count) return tf.mean(places, [1, 2])
  const choose = tf.customGrad((x) => ({
    value: highest(tf.reshape(scoresOf(x as tf.Tensor4D), [-1, h * w]), count),
    gradFunc: (): tf.Tensor => tf.zeros(places.shape),
  }))
  const chosen = tf.reshape(choose(places), [-1, 1, h * w])
  return tf.reshape(tf.matMul(chosen, tf.reshape(places, [-1, h * w, channels])), [-1, channels])
}

/** 1 / count at the highest `count` values of each row, the first of equal ones, else 0: [N, P] to [N, P]. */
function highest(scores: tf.Tensor2D, count: number): tf.Tensor2D {
  const { indices } = tf.topk(scores, count)
  return tf.div(tf.sum(tf.oneHot(indices as tf.Tensor2D, scores.shape[1], 1, 0, 'float32'), 1), count)
}
