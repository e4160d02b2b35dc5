/**
 * YOLOv5's building blocks. A block declares its parameters when it is built, and looks their values up when it runs.
 *
 * Reference: https://docs.ultralytics.com/yolov5/tutorials/architecture_description; Wang et al., "CSPNet", https://arxiv.org/abs/1911.11929
 * (C3); He et al., "Spatial Pyramid Pooling", https://arxiv.org/abs/1406.4729 (SPPF, in sequence).
 */
import * as tf from '@tensorflow/tfjs-core'
import type { Yolov5Ops } from './ops.ts'

/** A tensor of the network in PyTorch's name and layout: a filter is [out, in, kh, kw]. */
export interface Parameter {
  readonly name: string
  readonly kind: 'filter' | 'scale' | 'offset' | 'mean' | 'variance' | 'bias'
  readonly shape: readonly number[]
}

/** What a layer needs besides its input. */
export interface Context {
  readonly variables: ReadonlyMap<string, tf.Variable>
  readonly ops: Yolov5Ops
  readonly training: boolean
}

/** A part of the network with its declared output channels. */
export interface Layer {
  readonly channels: number
  run(context: Context, x: tf.Tensor4D): tf.Tensor4D
}

// YOLOv5 trains with these in place of PyTorch's 1e-5 and 0.1.
const epsilon = 1e-3
const momentum = 0.03

/** Collects the parameters in the order in which PyTorch lists them, while blocks are built. */
export class Blueprint {
  readonly parameters: Parameter[] = []

  /** Convolution without bias, batch normalization, SiLU. */
  convolution(name: string, inputs: number, outputs: number, kernel = 1, stride = 1): Layer {
    const pad = kernel === 6 ? 2 : kernel >> 1 // the stem is 6x6 with a padding of 2
    this.parameters.push({ name: `${name}.conv.weight`, kind: 'filter', shape: [outputs, inputs, kernel, kernel] })
    for (const [leaf, kind] of batchNormLeaves)
      this.parameters.push({ name: `${name}.bn.${leaf}`, kind, shape: [outputs] })
    return {
      channels: outputs,
      run: (context, x) => {
        const filter = context.variables.get(`${name}.conv.weight`) as unknown as tf.Tensor4D
        return silu(batchNorm(context, `${name}.bn`, tf.conv2d(x, filter, stride, pad)))
      },
    }
  }

  /** Two branches of half the channels, one of them through `repeats` bottlenecks, joined again. */
  c3(name: string, inputs: number, outputs: number, repeats: number, shortcut: boolean): Layer {
    const half = outputs / 2
    const deep = this.convolution(`${name}.cv1`, inputs, half)
    const flat = this.convolution(`${name}.cv2`, inputs, half)
    const join = this.convolution(`${name}.cv3`, 2 * half, outputs)
    const bottlenecks = Array.from({ length: repeats }, (_, i) => [
      this.convolution(`${name}.m.${i}.cv1`, half, half),
      this.convolution(`${name}.m.${i}.cv2`, half, half, 3),
    ])
    return {
      channels: outputs,
      run: (context, x) => {
        let y = deep.run(context, x)
        for (const [reduce, spread] of bottlenecks) {
          const z = spread.run(context, reduce.run(context, y))
          y = shortcut ? tf.add(y, z) : z
        }
        return join.run(context, tf.concat([y, flat.run(context, x)], 3))
      },
    }
  }

  /** Max pools of 5, 9 and 13 pixels as three of 5 in sequence. */
  sppf(name: string, inputs: number, outputs: number): Layer {
    const reduce = this.convolution(`${name}.cv1`, inputs, inputs / 2)
    const join = this.convolution(`${name}.cv2`, 2 * inputs, outputs)
    const pool = (x: tf.Tensor4D): tf.Tensor4D => tf.maxPool(x, 5, 1, 'same')
    return {
      channels: outputs,
      run: (context, x) => {
        const y = reduce.run(context, x)
        const once = pool(y)
        const twice = pool(once)
        return join.run(context, tf.concat([y, once, twice, pool(twice)], 3))
      },
    }
  }

  /** A 1x1 convolution with bias. */
  head(name: string, inputs: number, outputs: number): Layer {
    this.parameters.push({ name: `${name}.weight`, kind: 'filter', shape: [outputs, inputs, 1, 1] })
    this.parameters.push({ name: `${name}.bias`, kind: 'bias', shape: [outputs] })
    return {
      channels: outputs,
      run: ({ variables }, x) => {
        const filter = variables.get(`${name}.weight`) as unknown as tf.Tensor4D
        return tf.add(tf.conv2d(x, filter, 1, 0), variables.get(`${name}.bias`) as tf.Tensor)
      },
    }
  }
}

const batchNormLeaves = [
  ['weight', 'scale'],
  ['bias', 'offset'],
  ['running_mean', 'mean'],
  ['running_var', 'variance'],
] as const

/** By the batch in training, which also updates the running statistics; by these otherwise. */
function batchNorm({ variables, ops, training }: Context, name: string, x: tf.Tensor4D): tf.Tensor4D {
  const [scale, offset, mean, variance] = batchNormLeaves.map(
    ([leaf]) => variables.get(`${name}.${leaf}`) as unknown as tf.Variable<tf.Rank.R1>,
  )
  if (!training) return tf.batchNorm4d(x, mean, variance, offset, scale, epsilon)
  const batch = ops.batchNormTraining(x, scale, offset, epsilon)
  const count = x.shape[0] * x.shape[1] * x.shape[2]
  // PyTorch keeps the unbiased variance.
  follow(mean, batch.mean)
  follow(variance, tf.mul(batch.variance, count / Math.max(1, count - 1)))
  return batch.y
}

function follow(running: tf.Variable, batch: tf.Tensor): void {
  running.assign(tf.add(tf.mul(running, 1 - momentum), tf.mul(batch, momentum)))
}

const silu = (x: tf.Tensor4D): tf.Tensor4D => tf.mul(x, tf.sigmoid(x))
