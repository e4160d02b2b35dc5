/**
 * YOLOv5's loss: CIoU of the boxes, binary cross-entropy of objectness (towards the IoU) and class.
 *
 * Reference: `ComputeLoss` in ultralytics/yolov5 v7.0 `utils/loss.py`; Zheng et al., "Distance-IoU Loss", https://arxiv.org/abs/1911.08287.
 */
import * as tf from '@tensorflow/tfjs'
import { targetValues } from './detection-targets.ts'
import { strides, valuesPerBox } from './yolov5-network.ts'

// Objectness of each head, small objects first: hyp.scratch-low.yaml. The gains are for one object per image.
const balance = [4, 1, 0.4]
const gains = { box: 1, objectness: 1, class: 0.1 }

/**
 * @param heads raw heads [N, cells, cells, 3 * 6]
 * @param targets for each head [N, cells, cells, 3, 5], see detectionTargets
 * @returns loss, and its box, objectness and class parts
 */
export function detectionLoss(
  heads: readonly tf.Tensor4D[],
  targets: readonly tf.Tensor[],
  anchors: readonly (readonly number[])[],
): { loss: tf.Scalar; parts: tf.Tensor1D } {
  const sums = heads.map((head, i) => headLoss(head, targets[i], anchors[i], strides[i]))
  const total = (key: 'box' | 'objectness' | 'class') =>
    tf.addN(sums.map((sum, i) => tf.mul(sum[key], gains[key] * (key === 'objectness' ? balance[i] : 1)))) as tf.Scalar
  const parts = tf.stack([total('box'), total('objectness'), total('class')]) as tf.Tensor1D
  return { loss: tf.sum(parts) as tf.Scalar, parts }
}

function headLoss(head: tf.Tensor4D, target: tf.Tensor, anchors: readonly number[], stride: number) {
  const rows = head.size / valuesPerBox
  const raw = tf.reshape(head, [rows, valuesPerBox]) as tf.Tensor2D
  const wanted = tf.reshape(target, [rows, targetValues]) as tf.Tensor2D
  const mask = tf.slice2d(wanted, [0, 0], [rows, 1])
  const count = tf.maximum(tf.sum(mask), 1)

  const sizes = Float32Array.from({ length: rows * 2 }, (_, i) => anchors[i % 6] / stride)
  const xy = tf.sub(tf.mul(tf.sigmoid(tf.slice2d(raw, [0, 0], [rows, 2])), 2), 0.5)
  const wh = tf.mul(tf.square(tf.mul(tf.sigmoid(tf.slice2d(raw, [0, 2], [rows, 2])), 2)), tf.tensor2d(sizes, [rows, 2]))
  // Rows without a box are compared with themselves, so that no division by zero reaches the gradient.
  const self = tf.concat([xy, wh], 1) as tf.Tensor2D
  const box = tf.slice2d(wanted, [0, 1], [rows, 4])
  const iou = completeIou(self, tf.add(tf.mul(box, mask), tf.mul(constant(self), tf.sub(1, mask))) as tf.Tensor2D)

  const objectness = tf.slice2d(raw, [0, 4], [rows, 1])
  const overlap = tf.mul(mask, tf.clipByValue(constant(iou), 0, 1))
  const oneClass = tf.slice2d(raw, [0, 5], [rows, 1])
  return {
    box: tf.div(tf.sum(tf.mul(tf.sub(1, iou), mask)), count),
    objectness: tf.mean(crossEntropy(objectness, overlap)),
    class: tf.div(tf.sum(tf.mul(crossEntropy(oneClass, tf.onesLike(oneClass)), mask)), count),
  }
}

/** CIoU of rows of centre x, centre y, width, height: [rows, 4] to [rows, 1]. */
export function completeIou(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D {
  const rows = a.shape[0]
  const column = (x: tf.Tensor2D, i: number) => tf.slice2d(x, [0, i], [rows, 1])
  const [ax, ay, aw, ah] = [0, 1, 2, 3].map((i) => column(a, i))
  const [bx, by, bw, bh] = [0, 1, 2, 3].map((i) => column(b, i))
  const half = (x: tf.Tensor2D) => tf.div(x, 2)
  const low = (x: tf.Tensor2D, w: tf.Tensor2D) => tf.sub(x, half(w)) as tf.Tensor2D
  const high = (x: tf.Tensor2D, w: tf.Tensor2D) => tf.add(x, half(w)) as tf.Tensor2D
  const shared = (x: tf.Tensor2D, w: tf.Tensor2D, y: tf.Tensor2D, v: tf.Tensor2D) =>
    tf.relu(tf.sub(tf.minimum(high(x, w), high(y, v)), tf.maximum(low(x, w), low(y, v))))
  const hull = (x: tf.Tensor2D, w: tf.Tensor2D, y: tf.Tensor2D, v: tf.Tensor2D) =>
    tf.sub(tf.maximum(high(x, w), high(y, v)), tf.minimum(low(x, w), low(y, v)))

  const intersection = tf.mul(shared(ax, aw, bx, bw), shared(ay, ah, by, bh))
  const union = tf.add(tf.sub(tf.add(tf.mul(aw, ah), tf.mul(bw, bh)), intersection), 1e-7)
  const iou = tf.div(intersection, union)
  const diagonal = tf.add(tf.add(tf.square(hull(ax, aw, bx, bw)), tf.square(hull(ay, ah, by, bh))), 1e-7)
  const distance = tf.div(tf.add(tf.square(tf.sub(ax, bx)), tf.square(tf.sub(ay, by))), diagonal)
  const angle = (w: tf.Tensor, h: tf.Tensor) => tf.atan(tf.div(w, tf.add(h, 1e-7)))
  const aspect = tf.mul(tf.square(tf.sub(angle(bw, bh), angle(aw, ah))), 4 / Math.PI ** 2)
  const weight = constant(tf.div(aspect, tf.maximum(tf.add(tf.sub(aspect, iou), 1), 1e-6)))
  return tf.sub(iou, tf.add(distance, tf.mul(aspect, weight))) as tf.Tensor2D
}

/** From logits, stable: max(x, 0) - x t + log(1 + e^-|x|). */
function crossEntropy(logits: tf.Tensor, targets: tf.Tensor): tf.Tensor {
  return tf.add(tf.sub(tf.relu(logits), tf.mul(logits, targets)), tf.log1p(tf.exp(tf.neg(tf.abs(logits)))))
}

/** The same values without a gradient. */
function constant<T extends tf.Tensor>(x: T): T {
  const stop = tf.customGrad((value) => ({
    value: tf.clone(value as tf.Tensor),
    gradFunc: (dy: tf.Tensor) => tf.zerosLike(dy),
  }))
  return stop(x) as T
}
