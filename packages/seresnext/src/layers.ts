import * as tf from '@tensorflow/tfjs-core'
import type { Block } from './architecture.ts'
import type { SeResNeXtConfig } from './config.ts'
import type { SeResNeXtOps } from './ops.ts'
import { SeResNeXtError } from './seresnext-error.ts'

/** What a layer needs besides its input. */
export interface Context {
  readonly variables: ReadonlyMap<string, tf.Variable>
  readonly config: SeResNeXtConfig
  readonly ops: SeResNeXtOps
  readonly training: boolean
}

/** 7x7 convolution and max pool, both of stride 2: [N, H, W, C] to [N, H / 4, W / 4, stemWidth]. */
export function stem(context: Context, x: tf.Tensor4D): tf.Tensor4D {
  const y = tf.relu(batchNorm(context, 'bn1', tf.conv2d(x, filter(context, 'conv1'), 2, 3)))
  return tf.maxPool(y, 3, 2, 1)
}

/** timm's Bottleneck with squeeze-and-excitation after the last normalization. */
export function bottleneck(context: Context, block: Block, x: tf.Tensor4D): tf.Tensor4D {
  const { name, stride } = block
  const { groupedConv2d } = context.ops
  let y = tf.relu(batchNorm(context, `${name}.bn1`, tf.conv2d(x, filter(context, `${name}.conv1`), 1, 0)))
  y = groupedConv2d(y, filter(context, `${name}.conv2`), stride, 1, context.config.cardinality)
  y = tf.relu(batchNorm(context, `${name}.bn2`, y))
  y = batchNorm(context, `${name}.bn3`, tf.conv2d(y, filter(context, `${name}.conv3`), 1, 0))
  y = squeezeAndExcite(context, `${name}.se`, y)
  if (!block.downsample) return tf.relu(tf.add<tf.Tensor4D>(y, x))
  const shortcut = tf.conv2d(x, filter(context, `${name}.downsample.0`), stride, 0)
  return tf.relu(tf.add<tf.Tensor4D>(y, batchNorm(context, `${name}.downsample.1`, shortcut)))
}

/** Mean over the image and the last linear layer: [N, h, w, C] to logits [N, numClasses]. */
export function head(context: Context, features: tf.Tensor4D): tf.Tensor2D {
  const pooled = tf.mean<tf.Tensor2D>(features, [1, 2])
  return tf.add(tf.matMul(pooled, variable(context, 'fc.weight') as tf.Tensor2D), variable(context, 'fc.bias'))
}

/** Reference: Hu et al., "Squeeze-and-Excitation Networks", https://arxiv.org/abs/1709.01507, section 3. */
function squeezeAndExcite(context: Context, name: string, x: tf.Tensor4D): tf.Tensor4D {
  const squeezed = tf.mean<tf.Tensor4D>(x, [1, 2], true)
  const narrow = tf.relu(pointwise(context, `${name}.fc1`, squeezed))
  return tf.mul(x, tf.sigmoid(pointwise(context, `${name}.fc2`, narrow)))
}

function pointwise(context: Context, name: string, x: tf.Tensor4D): tf.Tensor4D {
  return tf.add(tf.conv2d(x, filter(context, name), 1, 0), variable(context, `${name}.bias`))
}

/** Normalizes by the batch and updates the running statistics in training, by the running statistics otherwise. */
function batchNorm(context: Context, name: string, x: tf.Tensor4D): tf.Tensor4D {
  const { batchNormEpsilon: epsilon, batchNormMomentum: momentum } = context.config
  const [scale, offset, runningMean, runningVariance] = ['weight', 'bias', 'running_mean', 'running_var'].map(
    (part) => variable(context, `${name}.${part}`) as unknown as tf.Variable<tf.Rank.R1>,
  )
  if (!context.training) return tf.batchNorm4d(x, runningMean, runningVariance, offset, scale, epsilon)
  const count = x.shape[0] * x.shape[1] * x.shape[2]
  if (count < 2) {
    const message = `Expected at least 2 values per channel for ${name} in training but received [${x.shape.join(', ')}]. Use a larger batch or image.`
    throw new SeResNeXtError('invalid-input', message, { name, shape: x.shape })
  }
  const { y, mean, variance } = context.ops.batchNormTraining(x, scale, offset, epsilon)
  // PyTorch keeps the unbiased variance, and weighs the new value by the momentum.
  runningMean.assign(blend(runningMean, mean, momentum))
  runningVariance.assign(blend(runningVariance, tf.mul(variance, count / (count - 1)), momentum))
  return y
}

function blend(running: tf.Tensor1D, batch: tf.Tensor1D, momentum: number): tf.Tensor1D {
  return tf.add(tf.mul(running, 1 - momentum), tf.mul(batch, momentum))
}

function filter(context: Context, name: string): tf.Tensor4D {
  return variable(context, `${name}.weight`) as tf.Tensor4D
}

function variable(context: Context, name: string): tf.Tensor {
  const found = context.variables.get(name)
  if (!found) throw new SeResNeXtError('state-names', `Expected a variable ${name} but the network has none.`, { name })
  return found
}
