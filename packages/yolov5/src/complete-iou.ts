/**
 * Complete intersection over union: overlap, less the distance of the centers and the difference of the aspect ratios.
 *
 * Reference: Zheng et al., "Distance-IoU Loss", https://arxiv.org/abs/1911.08287, eq. 8 to 11.
 */
import * as tf from '@tensorflow/tfjs-core'

// So that boxes without an area divide by something.
const epsilon = 1e-7

/**
 * CIoU of pairs of boxes, each a row of center x, center y, width, height.
 *
 * @param a float32 [rows, 4]
 * @param b float32 [rows, 4]
 * @returns float32 [rows, 1], above -1.5, 1 for equal boxes; the weight of the aspect term has no gradient, as in the paper
 */
export function completeIou(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D {
  const [ax, ay, aw, ah] = tf.split(a, 4, 1)
  const [bx, by, bw, bh] = tf.split(b, 4, 1)
  const across = spans(ax, aw, bx, bw)
  const down = spans(ay, ah, by, bh)
  const intersection = tf.mul(across.shared, down.shared)
  const union = tf.add(tf.sub(tf.add(tf.mul(aw, ah), tf.mul(bw, bh)), intersection), epsilon)
  const iou = tf.div(intersection, union)

  const diagonal = tf.add(tf.add(tf.square(across.hull), tf.square(down.hull)), epsilon)
  const distance = tf.div(tf.add(tf.squaredDifference(ax, bx), tf.squaredDifference(ay, by)), diagonal)

  const angle = (w: tf.Tensor, h: tf.Tensor) => tf.atan(tf.div(w, tf.add(h, epsilon)))
  const aspect = tf.mul(tf.squaredDifference(angle(bw, bh), angle(aw, ah)), 4 / Math.PI ** 2)
  // Rounding may take the IoU of equal boxes past 1.
  const weight = stopGradient(tf.div(aspect, tf.maximum(tf.add(tf.sub(aspect, iou), 1), epsilon)))
  return tf.sub(iou, tf.add(distance, tf.mul(aspect, weight))) as tf.Tensor2D
}

/** Along one axis: the length that both cover, and the length of what holds both. */
function spans(a: tf.Tensor, aSize: tf.Tensor, b: tf.Tensor, bSize: tf.Tensor) {
  const [aHalf, bHalf] = [tf.div(aSize, 2), tf.div(bSize, 2)]
  const [aLow, aHigh, bLow, bHigh] = [tf.sub(a, aHalf), tf.add(a, aHalf), tf.sub(b, bHalf), tf.add(b, bHalf)]
  return {
    shared: tf.relu(tf.sub(tf.minimum(aHigh, bHigh), tf.maximum(aLow, bLow))),
    hull: tf.sub(tf.maximum(aHigh, bHigh), tf.minimum(aLow, bLow)),
  }
}

/** The same values, constant to the gradient. */
export function stopGradient<T extends tf.Tensor>(x: T): T {
  const stop = tf.customGrad((value) => ({
    value: tf.clone(value as tf.Tensor),
    gradFunc: (dy: tf.Tensor) => tf.zerosLike(dy),
  }))
  return stop(x) as T
}
