/** The network as a function of tensors: the builder that computes. */
import * as tf from '@tensorflow/tfjs-core'
import type { SeResNeXtConfig } from './config.ts'
import {
  averagePool,
  batchNormInference,
  batchNormTraining,
  blurPool,
  convolve,
  dropout,
  dropPath,
  generalizedMean,
  maxPool,
  squeezeExcite,
} from './functions.ts'
import { normalizeLocally } from './local-contrast.ts'
import { type NetworkBuilder, namesOf } from './network.ts'
import type { SeResNeXtOps } from './ops.ts'
import { averagePlaces, meanOfHighest } from './places.ts'
import { SeResNeXtError } from './seresnext-error.ts'

/** Options of a forward pass. */
export interface ForwardOptions {
  /** Normalizes batches by their own statistics, updates the running ones, and drops what `dropRate` and `dropPathRate` say. */
  readonly training: boolean
  /** Layers of batch normalization, by name, that use their running statistics in training too and leave them as they are. */
  readonly usesRunningStatistics?: (layer: string) => boolean
}

/** Options of a forward pass through the head. */
export interface HeadOptions extends ForwardOptions {
  /** Stop before the last layer, as timm's forward_head with pre_logits. @default false */
  readonly preLogits?: boolean
}

/** What the last layer needs besides its input. */
export interface HeadContext {
  readonly variables: ReadonlyMap<string, tf.Variable>
  readonly config: SeResNeXtConfig
}

/** What a pass needs besides its input. */
export interface Context extends HeadContext, ForwardOptions {
  readonly ops: SeResNeXtOps
}

export function tensorBuilder(context: Context): NetworkBuilder<tf.Tensor4D> {
  const { config, ops, training, usesRunningStatistics } = context
  const get = <T extends tf.Tensor>(name: string) => variable(context, name) as unknown as T
  return {
    normalizeInput: (_, x, options) => normalizeLocally(x, options),
    convolution: (name, x, { stride, groups }) => convolve(ops, x, get(`${name}.weight`), stride, groups),
    batchNorm(name, x) {
      const [scale, offset, mean, variance] = ['weight', 'bias', 'running_mean', 'running_var'].map((part) =>
        get<tf.Variable<tf.Rank.R1>>(`${name}.${part}`),
      )
      const { batchNormEpsilon: epsilon, batchNormMomentum: momentum } = config
      const tensors = { scale, offset, mean, variance }
      if (!training || usesRunningStatistics?.(name)) return batchNormInference(x, tensors, epsilon)
      const trained = batchNormTraining(ops, x, tensors, { name, epsilon, momentum })
      mean.assign(trained.mean)
      variance.assign(trained.variance)
      return trained.y
    },
    relu: (_, x) => tf.relu(x),
    squeezeExcite: (name, x) =>
      squeezeExcite(x, {
        fc1: get(`${name}.fc1.weight`),
        bias1: get(`${name}.fc1.bias`),
        fc2: get(`${name}.fc2.weight`),
        bias2: get(`${name}.fc2.bias`),
      }),
    maxPool: (_, x, stride, ceil) => maxPool(ops, x, stride, ceil),
    averagePool: (_, x, ceil) => averagePool(x, ceil),
    blurPool: (_, x) => blurPool(x),
    dropPath: (_, x, rate) => (training ? dropPath(x, rate) : x),
    add(name, x, shortcut) {
      if (x.shape.join() !== shortcut.shape.join()) throw unevenSize(name, x, shortcut)
      return tf.add(x, shortcut)
    },
  }
}

/** [N, h, w, C] to vectors [N, C], of which training drops some values. */
export function pool(context: Context, features: tf.Tensor4D): tf.Tensor2D {
  const { config, training } = context
  const pooled = globalPool(context, features)
  return training && config.dropRate > 0 ? dropout(pooled, config.dropRate) : pooled
}

/** Vectors [N, C] to logits [N, numClasses]. */
export function classify(context: HeadContext, vectors: tf.Tensor2D): tf.Tensor2D {
  const name = namesOf(context.config).head
  return tf.add(
    tf.matMul(vectors, variable(context, `${name}.weight`) as tf.Tensor2D),
    variable(context, `${name}.bias`),
  )
}

function globalPool(context: Context, features: tf.Tensor4D): tf.Tensor2D {
  const { globalPool, numClasses } = context.config
  switch (globalPool) {
    case 'avg':
      return tf.mean(features, [1, 2])
    case 'max':
      return tf.max(features, [1, 2])
    case 'gem':
      return generalizedMean(features, variable(context, 'global_pool.p') as tf.Tensor1D)
    default: {
      const weight = variable(context, `${namesOf(context.config).head}.weight`)
      const filter = tf.reshape<tf.Rank.R4>(weight, [1, 1, weight.shape[0], numClasses])
      return meanOfHighest(placesOf(context.config, features), globalPool.places, (x) =>
        tf.conv2d(x, filter, 1, 'valid'),
      )
    }
  }
}

/** What the pool of the highest places ranks, [N, h', w', C]; the features themselves for any other pool. */
export function placesOf({ globalPool }: SeResNeXtConfig, features: tf.Tensor4D): tf.Tensor4D {
  return typeof globalPool === 'string' ? features : averagePlaces(features, globalPool.window)
}

/** Pools that cut an odd row off do not fit shortcuts that keep it; timm fails there as well. */
function unevenSize(name: string, x: tf.Tensor4D, shortcut: tf.Tensor4D): SeResNeXtError {
  const message = `Expected an even height and width before ${name} but received images that become [${x.shape.join(', ')}] and [${shortcut.shape.join(', ')}]. Use multiples of 32 pixels with average pooling.`
  return new SeResNeXtError('invalid-input', message, { name, shapes: [x.shape, shortcut.shape] })
}

function variable(context: HeadContext, name: string): tf.Tensor {
  const found = context.variables.get(name)
  if (!found) throw new SeResNeXtError('state-names', `Expected a variable ${name} but the network has none.`, { name })
  return found
}
