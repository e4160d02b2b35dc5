/**
 * From raw heads to boxes in pixels of the input.
 *
 * Reference: https://docs.ultralytics.com/yolov5/tutorials/architecture_description, "Eliminate Grid Sensitivity".
 */
import * as tf from '@tensorflow/tfjs-core'
import { type Anchors, strides } from './config.ts'

/**
 * Boxes of all heads, as YOLOv5's ONNX exports give them: heads in order, in a head anchors, then rows, then columns.
 *
 * @param heads raw heads [N, rows, columns, anchors * (5 + classes)]
 * @returns [N, boxes, 5 + classes]: center x and y, width, height in pixels; objectness and class probabilities
 * @example
 * decodeHeads(model.forward(images, { training: false }), model.config).shape // [1, 4032, 6] for 256x256
 */
export function decodeHeads(heads: readonly tf.Tensor4D[], { anchors }: { readonly anchors: Anchors }): tf.Tensor3D {
  return tf.tidy(() =>
    tf.concat(
      heads.map((head, i) => decodeHead(head, anchors[i], strides[i])),
      1,
    ),
  )
}

function decodeHead(head: tf.Tensor4D, anchors: readonly number[], stride: number): tf.Tensor3D {
  const [batch, rows, columns, channels] = head.shape
  const count = anchors.length / 2
  const values = channels / count
  const cells = rows * columns
  const byAnchor = tf.transpose(tf.reshape(head, [batch, cells, count, values]), [0, 2, 1, 3])
  const raw = tf.sigmoid(tf.reshape(byAnchor, [batch, count * cells, values]))
  const [xy, wh, scores] = tf.split(raw, [2, 2, values - 4], 2)

  const corner = new Float32Array(count * cells * 2)
  const size = new Float32Array(count * cells * 2)
  for (let i = 0; i < count * cells; i++) {
    const cell = i % cells
    corner.set([cell % columns, Math.floor(cell / columns)], 2 * i)
    size.set(anchors.slice(2 * Math.floor(i / cells)).slice(0, 2), 2 * i)
  }
  const shape: [number, number, number] = [1, count * cells, 2]
  const center = tf.mul(tf.add(tf.sub(tf.mul(xy, 2), 0.5), tf.tensor3d(corner, shape)), stride)
  const sizes = tf.mul(tf.square(tf.mul(wh, 2)), tf.tensor3d(size, shape))
  return tf.concat([center, sizes, scores], 2) as tf.Tensor3D
}
