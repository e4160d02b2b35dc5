/**
 * YOLOv5 for tfjs: the topology of v6 (C3, SPPF, PANet neck, three heads) at any width, for single-channel images.
 *
 * Reference: ultralytics/yolov5 v7.0, `models/yolov5n.yaml` and `models/common.py`; nano is width 0.25 and depth 0.33.
 */
import { createRandom } from '@mammokit/augmentation'
import { batchNormTraining } from '@mammokit/tfjs-onnxruntime'
import * as tf from '@tensorflow/tfjs'

export interface Yolov5Config {
  /** Channels of the published large model times this. */
  readonly width: number
  /** Side of the square input, a multiple of 32 pixels. */
  readonly imageSize: number
  /** Widths and heights in pixels of the input, three per stride. */
  readonly anchors: readonly (readonly number[])[]
  readonly seed: number
}

export const strides = [8, 16, 32] as const
/** x, y, width, height, objectness, one class. */
export const valuesPerBox = 6

export interface Yolov5Network {
  readonly config: Yolov5Config
  /** images [N, size, size, 1] to raw heads [N, size / stride, size / stride, 3 * 6]. */
  forward(images: tf.Tensor4D, training: boolean): tf.Tensor4D[]
  readonly trainable: readonly tf.Variable[]
  /** Weights and running statistics by name. */
  readonly variables: ReadonlyMap<string, tf.Variable>
  dispose(): void
}

// Of YOLOv5's BatchNorm2d: `initialize_weights` in utils/torch_utils.py.
const epsilon = 1e-3
const momentum = 0.03

/** @param scope prefix of the variables' names in tfjs, which must differ between networks that live side by side */
export function createYolov5(config: Yolov5Config, scope = 'detector'): Yolov5Network {
  const random = createRandom(config.seed, 0)
  const variables = new Map<string, tf.Variable>()
  const trainable: tf.Variable[] = []
  let training = false

  const variable = (name: string, isTrained: boolean, make: () => tf.Tensor): tf.Variable => {
    let found = variables.get(name)
    if (!found) {
      const initial = make()
      found = tf.variable(initial, isTrained, `${scope}/${name}`)
      initial.dispose()
      variables.set(name, found)
      if (isTrained) trainable.push(found)
    }
    return found
  }
  // PyTorch's default for convolutions: uniform within 1 / sqrt(fan in).
  const filter = (name: string, k: number, inputs: number, outputs: number) =>
    variable(name, true, () => {
      const bound = 1 / Math.sqrt(k * k * inputs)
      const values = Float32Array.from({ length: k * k * inputs * outputs }, () => random.uniform([-bound, bound]))
      return tf.tensor4d(values, [k, k, inputs, outputs])
    }) as unknown as tf.Tensor4D

  const conv = (x: tf.Tensor4D, name: string, outputs: number, k = 1, stride = 1): tf.Tensor4D => {
    const w = filter(`${name}.conv.weight`, k, x.shape[3], outputs)
    const vector = (leaf: string, isTrained: boolean, value: number) =>
      variable(`${name}.bn.${leaf}`, isTrained, () => tf.fill([outputs], value)) as unknown as tf.Tensor1D
    const scale = vector('weight', true, 1)
    const offset = vector('bias', true, 0)
    const mean = vector('running_mean', false, 0)
    const variance = vector('running_var', false, 1)
    // The stem is 6x6 with a padding of 2.
    const pad = k === 6 ? 2 : k >> 1
    if (!training) {
      const factor = tf.mul(scale, tf.rsqrt(tf.add(variance, epsilon)))
      const y = tf.add(
        tf.conv2d(x, tf.mul(w, factor) as tf.Tensor4D, stride, pad),
        tf.sub(offset, tf.mul(mean, factor)),
      )
      return silu(y as tf.Tensor4D)
    }
    const y = tf.conv2d(x, w, stride, pad)
    const normal = batchNormTraining(y, scale, offset, epsilon)
    const count = y.shape[0] * y.shape[1] * y.shape[2]
    follow(mean, normal.mean)
    follow(variance, tf.mul(normal.variance, count / Math.max(1, count - 1)))
    return silu(normal.y)
  }
  const c3 = (x: tf.Tensor4D, name: string, outputs: number, repeats: number, shortcut: boolean): tf.Tensor4D => {
    let y = conv(x, `${name}.cv1`, outputs / 2)
    for (let i = 0; i < repeats; i++) {
      const z = conv(conv(y, `${name}.m.${i}.cv1`, outputs / 2), `${name}.m.${i}.cv2`, outputs / 2, 3)
      y = shortcut ? tf.add(y, z) : z
    }
    return conv(concat(y, conv(x, `${name}.cv2`, outputs / 2)), `${name}.cv3`, outputs)
  }
  const sppf = (x: tf.Tensor4D, name: string, outputs: number): tf.Tensor4D => {
    const y0 = conv(x, `${name}.cv1`, x.shape[3] / 2)
    const pool = (y: tf.Tensor4D) => tf.maxPool(y, 5, 1, 'same')
    const y1 = pool(y0)
    const y2 = pool(y1)
    return conv(concat(y0, y1, y2, pool(y2)), `${name}.cv2`, outputs)
  }
  const head = (x: tf.Tensor4D, index: number): tf.Tensor4D => {
    const outputs = 3 * valuesPerBox
    const w = filter(`detect.${index}.weight`, 1, x.shape[3], outputs)
    // About eight objects per 640-pixel image to begin with: `_initialize_biases` in models/yolo.py.
    const objectness = Math.log(8 / (640 / strides[index]) ** 2)
    const bias = variable(`detect.${index}.bias`, true, () =>
      tf.tensor1d(Array.from({ length: outputs }, (_, i) => (i % valuesPerBox === 4 ? objectness : 0))),
    )
    return tf.add(tf.conv2d(x, w, 1, 'valid'), bias)
  }

  const forward = (images: tf.Tensor4D, isTraining: boolean): tf.Tensor4D[] => {
    training = isTraining
    const [c1, c2, c3n, c4, c5] = [64, 128, 256, 512, 1024].map(
      (channels) => 8 * Math.ceil((channels * config.width) / 8),
    )
    let x = conv(conv(images, 'stem', c1, 6, 2), 'down1', c2, 3, 2)
    x = c3(x, 'stage1', c2, 1, true)
    const p3 = c3(conv(x, 'down2', c3n, 3, 2), 'stage2', c3n, 2, true)
    const p4 = c3(conv(p3, 'down3', c4, 3, 2), 'stage3', c4, 3, true)
    x = c3(conv(p4, 'down4', c5, 3, 2), 'stage4', c5, 1, true)
    const n5 = conv(sppf(x, 'sppf', c5), 'neck5', c4)
    const n4 = conv(c3(concat(upsample(n5), p4), 'up4', c4, 1, false), 'neck4', c3n)
    const h3 = c3(concat(upsample(n4), p3), 'up3', c3n, 1, false)
    const h4 = c3(concat(conv(h3, 'out3', c3n, 3, 2), n4), 'out4', c4, 1, false)
    const h5 = c3(concat(conv(h4, 'out5', c4, 3, 2), n5), 'last5', c5, 1, false)
    return [h3, h4, h5].map(head)
  }
  // The first pass makes the variables.
  tf.tidy(() => forward(tf.zeros([1, config.imageSize, config.imageSize, 1]), false).map((x) => x.shape))
  return {
    config,
    forward,
    trainable,
    variables,
    dispose: () => tf.dispose([...variables.values()]),
  }
}

const silu = (x: tf.Tensor4D): tf.Tensor4D => tf.mul(x, tf.sigmoid(x))

const concat = (...xs: tf.Tensor4D[]) => tf.concat(xs, 3)

/** Nearest neighbour by two, as concatenations: [N, H, W, C] to [N, 2H, 2W, C]. */
function upsample(x: tf.Tensor4D): tf.Tensor4D {
  const [n, h, w, c] = x.shape
  const wide = tf.reshape(tf.concat([x, x], 3), [n, h, 2 * w * c])
  return tf.reshape(tf.concat([wide, wide], 2), [n, 2 * h, 2 * w, c])
}

function follow(running: tf.Tensor, batch: tf.Tensor): void {
  ;(running as tf.Variable).assign(tf.add(tf.mul(running, 1 - momentum), tf.mul(batch, momentum)))
}
