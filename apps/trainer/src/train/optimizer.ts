/** Adam, or AdamW, over groups of weights: which decay, at which rate they learn, and which are frozen at first. */
import type { BreastNetwork } from '@mammokit/mammogram-classifier'
import { createAdam } from '@mammokit/tfjs-onnxruntime'
import type { NamedTensors } from '@mammokit/training-run'
import * as tf from '@tensorflow/tfjs-core'
import type { Config } from '../config/config.ts'
import { freezableStages } from '../config/training-config.ts'
import { gradientNorm } from '../guarded-steps.ts'
import { adamTensors, ofPrefix, toAdamState, withPrefix } from '../weight-state.ts'

export interface Optimizer {
  /** All weights that may learn. */
  readonly variables: readonly tf.Variable[]
  /** The weights that learn in an epoch, counted from 0. */
  learning(epoch: number): readonly tf.Variable[]
  /** Updates the weights with their gradients, clipped; returns the norm of the gradient before that. */
  apply(gradients: tf.NamedTensorMap, rates: Rates): tf.Tensor
  state(): NamedTensors
  restore(tensors: NamedTensors): void
  dispose(): void
}

interface Rates {
  readonly learningRate: tf.Tensor
  readonly beta1: tf.Tensor
  /** Where it is false, weights and moments stay as they are. @default true */
  readonly allFinite?: tf.Tensor | undefined
}

interface Group {
  readonly name: string
  readonly variables: tf.Variable[]
  /** Factor of the learning rate. */
  readonly factor: number
  readonly weightDecay: number
  readonly isFrozenAtFirst: boolean
}

/**
 * Groups of equal settings, each with moments and a count of steps of its own, as PyTorch has them: what thaws later starts at step 1.
 *
 * @param heads variables beside those of the network, which learn as its head does
 */
export function createOptimizer(
  network: Pick<BreastNetwork, 'variables'>,
  { adam, clipNorm, freeze }: Config['training'],
  heads: ReadonlyMap<string, tf.Variable> = new Map(),
): Optimizer {
  const { beta2, epsilon } = adam
  const stages = stagesOf([...network.variables.keys()])
  const staged = [
    ...[...network.variables].map(([name, variable]) => ({ variable, stage: stageOf(name, stages) })),
    ...[...heads.values()].map((variable) => ({ variable, stage: stages.length - 1 })),
  ].filter(({ variable }) => variable.trainable)
  const variables = staged.map(({ variable }) => variable)
  const groups = groupVariables(staged, stages, { ...adam, freeze }).map((group) => ({
    ...group,
    adam: createAdam(group.variables, { beta2, epsilon, decoupledWeightDecay: group.weightDecay }),
  }))
  const frozen = new Set(groups.filter(({ isFrozenAtFirst }) => isFrozenAtFirst).flatMap(({ variables }) => variables))
  return {
    variables,
    learning: (epoch) =>
      variables.filter((variable) => !frozen.has(variable) || (freeze.epochs !== null && epoch >= freeze.epochs)),
    apply(gradients, { learningRate, beta1, allFinite }) {
      const norm = gradientNorm(gradients)
      const clipped = clipNorm === null ? gradients : clip(gradients, norm, clipNorm)
      for (const { adam, factor, variables } of groups) {
        if (!variables.some(({ name }) => name in gradients)) continue
        adam.applyGradients(clipped, {
          learningRate: factor === 1 ? learningRate : tf.mul(learningRate, factor),
          beta1,
          ...(allFinite && { allFinite }),
        })
      }
      return norm
    },
    state: () => new Map(groups.flatMap(({ name, adam }) => withPrefix(name, adamTensors(adam.state())))),
    restore(tensors) {
      for (const { name, adam } of groups) adam.restore(toAdamState(ofPrefix(name, tensors)))
    },
    dispose() {
      for (const { adam } of groups) adam.dispose()
    },
  }
}

/** The epoch of a run in which most weights learn, and a step takes most time and memory: the first one after a freeze that ends. */
export function fullestEpoch({ freeze, epochs }: Config['training']): number {
  return Math.min(freeze.epochs ?? 0, epochs - 1)
}

/** PyTorch's clip_grad_norm_: the whole gradient is shortened to the norm where it is longer. */
function clip(gradients: tf.NamedTensorMap, norm: tf.Tensor, maxNorm: number): tf.NamedTensorMap {
  const factor = tf.minimum(1, tf.div(maxNorm, tf.add(norm, 1e-6)))
  return Object.fromEntries(Object.entries(gradients).map(([name, gradient]) => [name, tf.mul(gradient, factor)]))
}

/** One group where nothing tells the weights apart; its name is that of its tensors in a checkpoint. */
function groupVariables(
  staged: readonly { readonly variable: tf.Variable; readonly stage: number }[],
  stages: readonly string[],
  { weightDecay, layerDecay, freeze }: Config['training']['adam'] & Pick<Config['training'], 'freeze'>,
): Group[] {
  const lastFrozen = freeze.upTo === 'none' ? -1 : stages.indexOf(freeze.upTo)
  const groups = new Map<string, Group>()
  for (const { variable, stage } of staged) {
    // timm: no decay of whatever has one dimension, which are scales, offsets and biases.
    const decays = weightDecay > 0 && variable.shape.length > 1
    const parts = [
      ...(layerDecay === 1 ? [] : [stages[stage]]),
      ...(weightDecay > 0 && !decays ? ['without-decay'] : []),
      ...(stage <= lastFrozen ? ['frozen-at-first'] : []),
    ]
    const key = ['adam', ...parts].join('-')
    const group = groups.get(key) ?? {
      name: key,
      variables: [],
      factor: layerDecay ** (stages.length - 1 - stage),
      weightDecay: decays ? weightDecay : 0,
      isFrozenAtFirst: stage <= lastFrozen,
    }
    group.variables.push(variable)
    groups.set(key, group)
  }
  return [...groups.values()]
}

/** Those that the network has, in the order in which an image passes them: a network may have fewer than four layers. */
function stagesOf(names: readonly string[]): string[] {
  const layers = freezableStages.filter((stage) => names.some((name) => name.startsWith(`${stage}.`)))
  return ['stem', ...layers, 'head']
}

/** The place of a weight: the stem (conv1, bn1), a layer, the head (fc, and the fusion of a breast's images before it). */
function stageOf(name: string, stages: readonly string[]): number {
  const [first] = name.split('.')
  if (first === 'fc' || first === 'fusion') return stages.length - 1
  return Math.max(0, stages.indexOf(first))
}
