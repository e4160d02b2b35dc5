/**
 * SE-ResNeXt: aggregated residual transformations with squeeze-and-excitation, as timm builds it.
 *
 * Reference: Xie et al., "Aggregated Residual Transformations for Deep Neural Networks",
 * https://arxiv.org/abs/1611.05431; timm 1.0, models/resnet.py, seresnext50_32x4d.
 */
import * as tf from '@tensorflow/tfjs-core'
import { listParameters, type Parameter, planBlocks } from './architecture.ts'
import { resolveConfig, type SeResNeXtConfig } from './config.ts'
import { initialValues } from './initial-values.ts'
import { bottleneck, head, stem } from './layers.ts'
import { tfjsShape, toTfjsLayout } from './layout.ts'
import { defaultOps, type SeResNeXtOps } from './ops.ts'
import { SeResNeXtError } from './seresnext-error.ts'
import { exportState, importState, type LoadOptions, type LoadResult, type StateDict } from './state-dict.ts'

export interface SeResNeXtOptions {
  /** Whole number from 0 to 2^53 - 1; the same seed gives the same weights on every machine. @default 0 */
  readonly seed?: number
  /** Operations of an engine in place of the plain compositions. */
  readonly ops?: Partial<SeResNeXtOps>
  /** Prefix of the tfjs variables' names; a second network in one process needs one. @default '' */
  readonly scope?: string
}

export interface SeResNeXt {
  readonly config: SeResNeXtConfig
  /** Every variable by timm's name, running statistics included. */
  readonly variables: ReadonlyMap<string, tf.Variable>
  /** Weights, scales, offsets and biases in timm's order. */
  readonly trainableVariables: readonly tf.Variable[]
  /**
   * Images [N, H, W, inChannels] to logits [N, numClasses]. In training, batches are normalized by their own
   * statistics, and the running ones are updated by assignment.
   */
  forward(x: tf.Tensor4D, options: { readonly training: boolean }): tf.Tensor2D
  /** Images [N, H, W, inChannels] to the last block's output [N, H / 32, W / 32, 4 channels[last]]. */
  forwardFeatures(x: tf.Tensor4D, options: { readonly training: boolean }): tf.Tensor4D
  /** Features of `forwardFeatures` to logits [N, numClasses]. */
  forwardHead(features: tf.Tensor4D): tf.Tensor2D
  /** Copies of all values, timm's names, PyTorch's layout. */
  stateDict(): StateDict
  /** Replaces values; nothing is changed when it throws. @throws {SeResNeXtError} */
  loadStateDict(state: StateDict, options?: LoadOptions): LoadResult
  dispose(): void
}

/**
 * A new SE-ResNeXt with seeded weights; the default is SE-ResNeXt50 32x4d for one channel and one logit.
 *
 * @throws {SeResNeXtError} for a configuration that makes no network, or variable names that are in use.
 * @example
 * const model = createSeResNeXt({ layers: [1, 1, 1, 1], channels: [16, 32, 64, 128], cardinality: 4 }, { seed: 13 })
 * model.forward(tf.zeros([2, 64, 64, 1]), { training: false }).shape // [2, 1]
 */
export function createSeResNeXt(config: Partial<SeResNeXtConfig> = {}, options: SeResNeXtOptions = {}): SeResNeXt {
  const resolved = resolveConfig(config)
  const parameters = listParameters(resolved)
  const blocks = planBlocks(resolved)
  const variables = createVariables(parameters, options)
  const context = { variables, config: resolved, ops: { ...defaultOps, ...options.ops } }

  function forwardFeatures(x: tf.Tensor4D, { training }: { readonly training: boolean }): tf.Tensor4D {
    assertImages(x, resolved.inChannels)
    const layerContext = { ...context, training }
    return tf.tidy(() => {
      const stemmed = tf.tidy(() => stem(layerContext, x))
      return blocks.reduce((y, block) => tf.tidy(() => bottleneck(layerContext, block, y)), stemmed)
    })
  }
  const forwardHead = (features: tf.Tensor4D) => tf.tidy(() => head({ ...context, training: false }, features))

  return {
    config: resolved,
    variables,
    trainableVariables: [...variables.values()].filter((variable) => variable.trainable),
    forwardFeatures,
    forwardHead,
    forward: (x, forwardOptions) => tf.tidy(() => forwardHead(forwardFeatures(x, forwardOptions))),
    stateDict: () => exportState(parameters, variables),
    loadStateDict: (state, loadOptions) => importState(parameters, variables, state, loadOptions),
    dispose: () => {
      for (const variable of variables.values()) variable.dispose()
    },
  }
}

function createVariables(parameters: readonly Parameter[], { seed = 0, scope = '' }: SeResNeXtOptions) {
  const variables = new Map<string, tf.Variable>()
  for (const parameter of parameters) {
    const name = scope === '' ? parameter.name : `${scope}/${parameter.name}`
    const trainable = parameter.kind !== 'mean' && parameter.kind !== 'variance'
    const values = toTfjsLayout(parameter, initialValues(parameter, seed))
    const tensor = tf.tensor(values, tfjsShape(parameter))
    try {
      variables.set(parameter.name, tf.variable(tensor, trainable, name))
    } catch (cause) {
      for (const variable of variables.values()) variable.dispose()
      if (!String(cause).includes('already registered')) throw cause
      const message = `Expected free tfjs variable names but received ${name}, which is in use. Dispose the other network, or give this one a scope.`
      throw new SeResNeXtError('name-in-use', message, { name, scope })
    } finally {
      tensor.dispose()
    }
  }
  return variables
}

function assertImages(x: tf.Tensor4D, channels: number): void {
  if (x.shape.length === 4 && x.shape[3] === channels && x.dtype === 'float32') return
  const received = `${x.dtype} [${(x.shape as number[]).join(', ')}]`
  const message = `Expected float32 [N, H, W, ${channels}] for images but received ${received}. Channels come last.`
  throw new SeResNeXtError('invalid-input', message, { expectedChannels: channels, received })
}
