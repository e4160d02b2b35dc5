/**
 * YOLOv5's loss: CIoU of the boxes that anchors answer for, binary cross-entropy of their class, and of every anchor's objectness, whose
 * target is the CIoU.
 *
 * Reference: https://docs.ultralytics.com/yolov5/tutorials/architecture_description, "Compute Losses" and "Balance Losses".
 */
import * as tf from '@tensorflow/tfjs-core'
import { targetValues } from './assign-targets.ts'
import { completeIou, stopGradient } from './complete-iou.ts'
import { type Anchors, strides } from './config.ts'

/** Options of `detectionLoss`. */
export interface DetectionLossOptions {
  readonly anchors: Anchors
  /** Weight of the boxes. @default 0.05 */
  readonly boxGain?: number
  /** Weight of objectness. @default 1 */
  readonly objectnessGain?: number
  /** Weight of classes. @default 0.5 */
  readonly classGain?: number
  /** Weight of each head's objectness, that of small objects first. @default [4, 1, 0.4] */
  readonly balance?: readonly number[]
}

/** The parts of the loss. */
export interface DetectionLoss {
  /** The sum of the parts. */
  readonly loss: tf.Scalar
  /** 1 - CIoU, mean over a head's answering anchors, summed over heads, times its gain; the other parts alike. */
  readonly box: tf.Scalar
  readonly objectness: tf.Scalar
  readonly class: tf.Scalar
}

/**
 * The loss of a batch, of plain differentiable tfjs operations with fixed shapes.
 *
 * @param heads raw heads [N, rows, columns, anchors * (5 + classes)], see `createYolov5`
 * @param targets of each head [N, rows, columns, anchors, 6], see `assignTargets`
 * @example
 * const { loss } = detectionLoss(model.forward(images, { training: true }), targets, { anchors: model.config.anchors })
 */
export function detectionLoss(
  heads: readonly tf.Tensor4D[],
  targets: readonly tf.Tensor[],
  options: DetectionLossOptions,
): DetectionLoss {
  const { anchors, boxGain = 0.05, objectnessGain = 1, classGain = 0.5, balance = [4, 1, 0.4] } = options
  const losses = heads.map((head, i) => headLoss(head, targets[i], anchors[i], strides[i]))
  const total = (part: 'box' | 'objectness' | 'class', gain: (head: number) => number) =>
    tf.addN(losses.map((loss, i) => tf.mul(loss[part], gain(i)))) as tf.Scalar
  const box = total('box', () => boxGain)
  const objectness = total('objectness', (i) => objectnessGain * balance[i])
  const classes = total('class', () => classGain)
  return { loss: tf.addN([box, objectness, classes]) as tf.Scalar, box, objectness, class: classes }
}

function headLoss(head: tf.Tensor4D, target: tf.Tensor, anchors: readonly number[], stride: number) {
  const count = anchors.length / 2
  const rows = (head.size / head.shape[3]) * count
  const values = head.shape[3] / count
  const classes = values - 5
  const [rawXy, rawWh, objectness, rawClasses] = tf.split(tf.reshape(head, [rows, values]), [2, 2, 1, classes], 1)
  const [mask, wantedBox, wantedClass] = tf.split(tf.reshape(target, [rows, targetValues]), [1, 4, 1], 1)
  const answering = tf.maximum(tf.sum(mask), 1)
  const meanOfAnswering = (x: tf.Tensor) => tf.div(tf.sum(tf.mul(x, mask)), answering)

  const sizes = tf.tensor2d(
    Float32Array.from({ length: rows * 2 }, (_, i) => anchors[i % (2 * count)] / stride),
    [rows, 2],
  )
  const xy = tf.sub(tf.mul(tf.sigmoid(rawXy), 2), 0.5)
  const wh = tf.mul(tf.square(tf.mul(tf.sigmoid(rawWh), 2)), sizes)
  const box = tf.concat([xy, wh], 1) as tf.Tensor2D
  // Anchors without a box are compared with themselves, so that no division by zero reaches the gradient.
  const other = tf.add(tf.mul(wantedBox, mask), tf.mul(stopGradient(box), tf.sub(1, mask))) as tf.Tensor2D
  const iou = completeIou(box, other)

  const overlap = tf.mul(stopGradient(tf.relu(iou)), mask)
  const oneHot = tf.cast(tf.equal(wantedClass, tf.range(0, classes)), 'float32')
  return {
    box: meanOfAnswering(tf.sub(1, iou)),
    objectness: tf.mean(crossEntropy(objectness, overlap)),
    class: tf.div(meanOfAnswering(crossEntropy(rawClasses, oneHot)), classes),
  }
}

/** From logits x and targets t, stable: max(x, 0) - x t + log(1 + exp(-|x|)). */
function crossEntropy(logits: tf.Tensor, targets: tf.Tensor): tf.Tensor {
  return tf.add(tf.sub(tf.relu(logits), tf.mul(logits, targets)), tf.log1p(tf.exp(tf.neg(tf.abs(logits)))))
}
