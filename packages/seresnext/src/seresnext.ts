/**
 * SE-ResNeXt: aggregated residual transformations with squeeze-and-excitation, as timm builds it.
 *
 * Reference: Xie et al., "Aggregated Residual Transformations for Deep Neural Networks",
 * https://arxiv.org/abs/1611.05431; timm 1.0, models/resnet.py, seresnext50_32x4d.
 */
import * as tf from '@tensorflow/tfjs-core'
import { resolveConfig, type SeResNeXtConfig } from './config.ts'
import { initialValues } from './initial-values.ts'
import { tfjsShape, toTfjsLayout } from './layout.ts'
import { buildBlock, buildStem, buildStemPool, planBlocks } from './network.ts'
import { defaultOps, type SeResNeXtOps } from './ops.ts'
import { listParameters, type Parameter } from './parameters.ts'
import { SeResNeXtError } from './seresnext-error.ts'
import { exportState, importState, type LoadOptions, type LoadResult, type StateDict } from './state-dict.ts'
import { classify, type ForwardOptions, type HeadOptions, placesOf, pool, tensorBuilder } from './tensor-builder.ts'

/** Options of the creation of a network. */
export interface SeResNeXtOptions {
  /** Whole number from 0 to 2^53 - 1; the same seed gives the same weights on every machine. @default 0 */
  readonly seed?: number
  /** Operations of an engine in place of the plain compositions. */
  readonly ops?: Partial<SeResNeXtOps>
  /** Prefix of the tfjs variables' names; a second network in one process needs one. @default '' */
  readonly scope?: string
}

/** An SE-ResNeXt network: its variables and its forward pass. */
export interface SeResNeXt {
  readonly config: SeResNeXtConfig
  /** Every variable by timm's name, running statistics included. */
  readonly variables: ReadonlyMap<string, tf.Variable>
  /** Weights, scales, offsets and biases in timm's order. */
  readonly trainableVariables: readonly tf.Variable[]
  /** Images [N, H, W, inChannels] to logits [N, numClasses]. */
  forward(x: tf.Tensor4D, options: ForwardOptions): tf.Tensor2D
  /** Images [N, H, W, inChannels] to the last block's output [N, H / 32, W / 32, 4 channels[last]]. */
  forwardFeatures(x: tf.Tensor4D, options: ForwardOptions): tf.Tensor4D
  /**
   * Images [N, H, W, inChannels] to what timm's forward_intermediates returns: the stem's output [N, H / 2, W / 2, C]
   * before its pool, and each stage's.
   */
  forwardIntermediates(x: tf.Tensor4D, options: ForwardOptions): tf.Tensor4D[]
  /**
   * The output of a stage, counted from 1 (0: the stem's before its pool), to the last block's: the rest of `forwardFeatures`, as
   * gradients with respect to a stage need it.
   *
   * @throws {SeResNeXtError} `invalid-input` for a stage that the network does not have
   */
  forwardAfter(stage: number, output: tf.Tensor4D, options: ForwardOptions): tf.Tensor4D
  /**
   * Features of `forwardFeatures` to what the pool of the highest places ranks, [N, h - window + 1, w - window + 1, C]; the features themselves
   * for any other pool.
   */
  places(features: tf.Tensor4D): tf.Tensor4D
  /** Features of `forwardFeatures` to logits [N, numClasses], with `preLogits` to `classify`'s vectors. @default { training: false } */
  forwardHead(features: tf.Tensor4D, options?: HeadOptions): tf.Tensor2D
  /** Vectors [N, 4 channels[last]] of `forwardHead` with `preLogits` to logits [N, numClasses]: the last layer. */
  classify(vectors: tf.Tensor2D): tf.Tensor2D
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
  const variables = createVariables(parameters, options)
  const ops: SeResNeXtOps = { ...defaultOps, ...options.ops }
  const context = { variables, config: resolved, ops }

  const blocks = planBlocks(resolved)

  /** The outputs of a stage that is given (0: the stem) and of each later one, by their numbers. */
  function stagesFrom(stage: number, output: tf.Tensor4D, forwardOptions: ForwardOptions): tf.Tensor4D[] {
    const builder = tensorBuilder({ ...context, ...forwardOptions })
    const wrap = forwardOptions.training ? ops.recompute : undefined
    const outputs: tf.Tensor4D[] = []
    outputs[stage] = output
    let y = stage === 0 ? tf.tidy(() => buildStemPool(builder, resolved, output)) : output
    for (const block of blocks.filter((each) => each.stage >= stage)) {
      const run = (input: tf.Tensor4D) => tf.tidy(() => buildBlock(builder, resolved, block, input))
      y = (wrap?.(run) ?? run)(y)
      outputs[block.stage + 1] = y
    }
    return outputs
  }

  /** Each stage's output, the last alone unless all are wanted. */
  function stages(x: tf.Tensor4D, forwardOptions: ForwardOptions, keepsAll: boolean): tf.Tensor4D[] {
    assertImages(x, resolved.inChannels)
    const builder = tensorBuilder({ ...context, ...forwardOptions })
    return tf.tidy(() => {
      const outputs = stagesFrom(
        0,
        tf.tidy(() => buildStem(builder, resolved, x)),
        forwardOptions,
      )
      return keepsAll ? outputs : outputs.slice(-1)
    })
  }
  const forwardFeatures = (x: tf.Tensor4D, forwardOptions: ForwardOptions) => stages(x, forwardOptions, false)[0]
  const forwardHead = (features: tf.Tensor4D, { preLogits, ...forwardOptions }: HeadOptions = { training: false }) =>
    tf.tidy(() => {
      const vectors = pool({ ...context, ...forwardOptions }, features)
      return preLogits ? vectors : classify(context, vectors)
    })

  return {
    config: resolved,
    variables,
    trainableVariables: [...variables.values()].filter((variable) => variable.trainable),
    forwardFeatures,
    forwardHead,
    places: (features) => placesOf(resolved, features),
    classify: (vectors) => tf.tidy(() => classify(context, vectors)),
    forwardAfter(stage, output, forwardOptions) {
      assertStage(stage, resolved.layers.length)
      return tf.tidy(() => stagesFrom(stage, output, forwardOptions).at(-1) as tf.Tensor4D)
    },
    forwardIntermediates: (x, forwardOptions) => stages(x, forwardOptions, true),
    forward: (x, forwardOptions) => tf.tidy(() => forwardHead(forwardFeatures(x, forwardOptions), forwardOptions)),
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

function assertStage(stage: number, stages: number): void {
  if (Number.isInteger(stage) && stage >= 0 && stage <= stages) return
  const message = `Expected a whole number from 0 to ${stages} for stage but received ${stage}. Stages are counted from 1.`
  throw new SeResNeXtError('invalid-input', message, { stage, stages })
}
