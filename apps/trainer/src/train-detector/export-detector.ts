/** A trained detector as the ONNX file that roi-detector loads. */
import { toOnnx } from '@mammokit/tfjs-onnxruntime'
import { decodeHeads, strides, type Yolov5 } from '@mammokit/yolov5'
import * as tf from '@tensorflow/tfjs-core'
import type { Config } from '../config/config.ts'
import { packageVersion } from '../package-version.ts'

/** Images [N, 1, size, size] to boxes [N, boxes, 6], decoded as YOLOv5's exports are, with all that a reader wants to know. */
export function exportDetector(
  network: Yolov5,
  config: Config['detector'],
  trainingData: Readonly<Record<string, number>>,
): Uint8Array {
  const { imageSize: size, anchors } = config
  const boxes = (x: tf.Tensor4D) => {
    // One channel: NCHW and NHWC are the same numbers.
    const images = tf.reshape(x, [x.shape[0], size, size, 1]) as tf.Tensor4D
    return decodeHeads(network.forward(images, { training: false }), { anchors })
  }
  return toOnnx(boxes, [{ shape: [null, 1, size, size], name: 'images' }], {
    outputNames: ['output0'],
    metadata: {
      description: 'YOLOv5 that finds the breast in a mammogram: one channel, one class',
      imgsz: String(size),
      stride: String(Math.max(...strides)),
      strides: JSON.stringify(strides),
      anchors: JSON.stringify(anchors),
      names: JSON.stringify(['breast']),
      fit: 'letterbox',
      widthMultiple: String(config.width),
      depthMultiple: String(config.depth),
      trainingData: config.trainingData,
      trainingImages: JSON.stringify(trainingData),
      trainingSteps: String(config.steps),
      batchSize: String(config.batchSize),
      learningRate: String(config.lr),
      seed: String(config.seed),
      version: packageVersion(),
      license: 'MIT',
    },
  })
}
