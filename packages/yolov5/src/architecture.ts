/**
 * The topology of YOLOv5 v6: a CSP backbone, a path aggregation neck, three heads.
 *
 * Reference: https://docs.ultralytics.com/yolov5/tutorials/architecture_description; Liu et al., "Path Aggregation Network",
 * https://arxiv.org/abs/1803.01534.
 */
import * as tf from '@tensorflow/tfjs-core'
import { anchorsPerCell, type Yolov5Config } from './config.ts'
import { Blueprint, type Context, type Parameter } from './layers.ts'

export interface Architecture {
  readonly parameters: readonly Parameter[]
  /** [N, H, W, C] to heads [N, H / stride, W / stride, anchors * (5 + classes)]. */
  forward(context: Context, x: tf.Tensor4D): tf.Tensor4D[]
}

/** Numbers in the names are places in YOLOv5's list of modules, which counts upsampling and concatenation too. */
export function planArchitecture(config: Yolov5Config): Architecture {
  const plan = new Blueprint()
  const width = (channels: number) => 8 * Math.ceil((channels * config.widthMultiple) / 8)
  const depth = (repeats: number) => Math.max(1, Math.round(repeats * config.depthMultiple))
  const [c1, c2, c3, c4, c5] = [64, 128, 256, 512, 1024].map(width)

  const stem = plan.convolution('model.0', config.inChannels, c1, 6, 2)
  const down2 = plan.convolution('model.1', c1, c2, 3, 2)
  const stage2 = plan.c3('model.2', c2, c2, depth(3), true)
  const down3 = plan.convolution('model.3', c2, c3, 3, 2)
  const stage3 = plan.c3('model.4', c3, c3, depth(6), true)
  const down4 = plan.convolution('model.5', c3, c4, 3, 2)
  const stage4 = plan.c3('model.6', c4, c4, depth(9), true)
  const down5 = plan.convolution('model.7', c4, c5, 3, 2)
  const stage5 = plan.c3('model.8', c5, c5, depth(3), true)
  const pyramid = plan.sppf('model.9', c5, c5)
  const lateral5 = plan.convolution('model.10', c5, c4)
  const up4 = plan.c3('model.13', 2 * c4, c4, depth(3), false)
  const lateral4 = plan.convolution('model.14', c4, c3)
  const out3 = plan.c3('model.17', 2 * c3, c3, depth(3), false)
  const again4 = plan.convolution('model.18', c3, c3, 3, 2)
  const out4 = plan.c3('model.20', 2 * c3, c4, depth(3), false)
  const again5 = plan.convolution('model.21', c4, c4, 3, 2)
  const out5 = plan.c3('model.23', 2 * c4, c5, depth(3), false)
  const values = anchorsPerCell(config) * (5 + config.numClasses)
  const heads = [c3, c4, c5].map((inputs, i) => plan.head(`model.24.m.${i}`, inputs, values))

  return {
    parameters: plan.parameters,
    forward(context, x) {
      const run = (y: tf.Tensor4D, ...layers: { run: typeof stem.run }[]) =>
        layers.reduce((z, layer) => layer.run(context, z), y)
      const p3 = run(x, stem, down2, stage2, down3, stage3)
      const p4 = run(p3, down4, stage4)
      const n5 = run(p4, down5, stage5, pyramid, lateral5)
      const n4 = run(tf.concat([upsample(n5), p4], 3), up4, lateral4)
      const h3 = run(tf.concat([upsample(n4), p3], 3), out3)
      const h4 = run(tf.concat([run(h3, again4), n4], 3), out4)
      const h5 = run(tf.concat([run(h4, again5), n5], 3), out5)
      return [h3, h4, h5].map((y, i) => heads[i].run(context, y))
    },
  }
}

/**
 * Nearest neighbor by two: [N, H, W, C] to [N, 2H, 2W, C]. The gradient is the sum over each square of four; tfjs's own is wrong on its
 * CPU backend (4.22).
 */
function upsample(x: tf.Tensor4D): tf.Tensor4D {
  const twice = tf.customGrad((y) => ({
    value: tf.image.resizeNearestNeighbor(y as tf.Tensor4D, [2 * x.shape[1], 2 * x.shape[2]]),
    gradFunc: (dy: tf.Tensor) => tf.mul(tf.avgPool(dy as tf.Tensor4D, 2, 2, 'valid'), 4),
  }))
  return twice(x) as tf.Tensor4D
}
