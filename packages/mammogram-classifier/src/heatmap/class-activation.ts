/**
 * Class activation maps: which cells of a stage's output raise the logit, and by how much.
 *
 * Reference: Zhou et al., "Learning Deep Features for Discriminative Localization", https://arxiv.org/abs/1512.04150, eq. 2; Selvaraju et
 * al., "Grad-CAM", https://arxiv.org/abs/1610.02391, eq. 1 and 2; Chattopadhyay et al., "Grad-CAM++", https://arxiv.org/abs/1710.11063, eq. 11 and 19.
 */
import type { SeResNeXt, SeResNeXtConfig } from '@mammokit/seresnext'
import * as tf from '@tensorflow/tfjs-core'
import { ClassifierError } from '../classifier-error.ts'
import { type MapMethod, mapMethods, type ResolvedMapOptions } from './map-methods.ts'

/** Which heatmap is drawn, and of which stage. */
export interface MapOptions {
  /**
   * `cam`: the last layer's weights times the features, for average pooling or the highest places; the forward pass gives it. `grad-cam` and
   * `grad-cam++`: by gradients, for any pooling and stage. @default 'cam' for the last stage of a network with such a pooling, else 'grad-cam'
   */
  readonly method?: MapMethod | undefined
  /** Stage whose output is mapped, counted from 1; earlier ones are finer and know less of the whole. @default the last */
  readonly stage?: number | undefined
}

/**
 * The options with their defaults.
 *
 * @throws {ClassifierError} `map-undefined` for a method that the network's pooling or the stage does not have; `bad-input`
 */
export function resolveMapOptions(
  { layers, globalPool }: Pick<SeResNeXtConfig, 'layers' | 'globalPool'>,
  { method, stage = layers.length }: MapOptions = {},
): ResolvedMapOptions {
  if (!(Number.isInteger(stage) && stage >= 1 && stage <= layers.length)) {
    const message = `Expected a whole number from 1 to ${layers.length} for stage but received ${stage}.`
    throw new ClassifierError('bad-input', message, { name: 'stage', received: stage })
  }
  const isLinear = stage === layers.length && hasClassActivation(globalPool)
  const chosen = method ?? (isLinear ? 'cam' : 'grad-cam')
  if (!mapMethods.includes(chosen)) {
    const message = `Expected one of ${mapMethods.join(', ')} for method but received ${String(chosen)}.`
    throw new ClassifierError('bad-input', message, { name: 'method', received: chosen })
  }
  if (chosen === 'cam' && !isLinear) {
    throw new ClassifierError(
      'map-undefined',
      `Expected average pooling and the last stage for the method cam but received ${String(globalPool)} pooling and stage ${stage} of ${layers.length}. Use grad-cam.`,
      { method: chosen, globalPool, stage },
    )
  }
  return { method: chosen, stage }
}

/** Whether the logit is a mean over cells or places, whose own logits are then a map. */
export function hasClassActivation(globalPool: SeResNeXtConfig['globalPool']): boolean {
  return globalPool === 'avg' || typeof globalPool !== 'string'
}

export interface LogitsAndMaps {
  /** [N, 1] */
  readonly logits: tf.Tensor2D
  /** [N, h, w] */
  readonly maps: tf.Tensor3D
}

/**
 * Images [N, H, W, 1] to logits and maps. A map of `cam` has the logit less the last layer's bias as its mean, or as the mean of its highest
 * places where those are pooled; that of `grad-cam` is the
 * same divided by the number of cells for the last stage after average pooling. Negative values are kept: Grad-CAM's own map is without them.
 */
export function logitsAndMaps(
  model: SeResNeXt,
  images: tf.Tensor4D,
  { method, stage }: ResolvedMapOptions,
): LogitsAndMaps {
  const inference = { training: false }
  if (method === 'cam') {
    const features = model.forwardFeatures(images, inference)
    return { logits: model.forwardHead(features), maps: classActivation(model, features) }
  }
  const output = model.forwardIntermediates(images, inference)[stage]
  const rest = (x: tf.Tensor): tf.Tensor => model.forwardHead(model.forwardAfter(stage, x as tf.Tensor4D, inference))
  const ones = tf.ones([images.shape[0], 1])
  const { value, grad } = tf.valueAndGrad(rest)(output, ones as tf.Tensor)
  const weights = method === 'grad-cam' ? tf.mean(grad, [1, 2], true) : plusWeights(output, grad as tf.Tensor4D)
  return { logits: value as tf.Tensor2D, maps: tf.sum(tf.mul(output, weights), 3) }
}

/** The last layer as a convolution of 1x1: features [N, h, w, C] to [N, h, w], or to its places. */
export function classActivation(model: SeResNeXt, features: tf.Tensor4D): tf.Tensor3D {
  const name = model.config.family === 'legacy' ? 'last_linear.weight' : 'fc.weight'
  const weight = model.variables.get(name) as tf.Tensor
  const filter = tf.reshape<tf.Rank.R4>(weight, [1, 1, weight.shape[0]!, 1])
  return tf.squeeze(tf.conv2d(model.places(features), filter, 1, 'valid'), [3])
}

/**
 * Grad-CAM++'s weight of each channel, [N, 1, 1, C], of the logit itself: the paper's exponential of it scales a whole map, and would
 * overflow. Cells without a gradient weigh nothing.
 */
function plusWeights(output: tf.Tensor4D, grad: tf.Tensor4D): tf.Tensor {
  const squared = tf.square(grad)
  const sums = tf.sum(output, [1, 2], true)
  const denominator = tf.add(tf.mul(2, squared), tf.mul(sums, tf.mul(squared, grad)))
  const isZero = tf.equal(denominator, 0)
  const alpha = tf.where(isZero, tf.zerosLike(grad), tf.div(squared, tf.where(isZero, tf.onesLike(grad), denominator)))
  return tf.sum(tf.mul(alpha, tf.relu(grad)), [1, 2], true)
}
