/** The network with its optimizer: what a step does to them as tfjs functions, and their values in and out of a checkpoint. */
import { createBreastNetwork } from '@mammokit/mammogram-classifier'
import { recompute, type TensorEngine, type TensorFunction } from '@mammokit/tensor-engine'
import type { Checkpoint, NamedTensors } from '@mammokit/training-run'
import * as tf from '@tensorflow/tfjs-core'
import type { Config } from '../config/config.ts'
import { averageWeights, ofPrefix, withPrefix } from '../weight-state.ts'
import { createAuxiliaryHeads } from './auxiliary-heads.ts'
import { auxiliaryTargets } from './auxiliary-targets.ts'
import { type BatchLoss, createLoss } from './loss.ts'
import { blend, reverseBatch } from './mixup.ts'
import { createOptimizer } from './optimizer.ts'
import { createStepScaler } from './step-scaler.ts'

/** What a step does to the weights that learn in it: as a whole, or part by part. */
export interface StepFunctions {
  /**
   * (images [N views, H, W, 1], targets [N, 1], with auxiliary targets labels [N, targets], share of mixup, learning rate, beta1, decay of the
   * average) to [loss, norm of the gradient, ...parts of the loss], in float16 also [..., scale of the loss and for each weight that
   * learns 1, or 0 where its gradient is not finite]; updates weights, moments and the average, unless a gradient is not finite.
   */
  readonly step: TensorFunction
  /**
   * (images, targets, with auxiliary targets labels, with mixup the same of the partners, share of mixup, weight of the part, 0 in the first
   * part else 1) to [loss, ...parts of the loss]; adds the gradient up.
   */
  readonly accumulate: TensorFunction
  /** (learning rate, beta1, decay of the average) to [norm of the gradient], in float16 with the same report; updates with the gradient that was added up. */
  readonly apply: TensorFunction
  /** The gradient that was added up: a sum for each weight that learns. */
  readonly sums: readonly tf.Variable[]
  /** Names of the weights that learn, in the order of the report of the loss's scale. */
  readonly learning: readonly string[]
}

export interface Learner {
  /** What a step minimizes, but for auxiliary targets, and validation reports. */
  readonly loss: BatchLoss
  /** Images of a row in a step: 1, or 2 of a network that fuses those of a breast. */
  readonly views: number
  /** Whether images are blended with those of the mirrored places of the whole batch: `accumulate` takes these, too. */
  readonly hasMixup: boolean
  /** Whether the loss is scaled, so that a step whose gradient is not finite is skipped. */
  readonly isScaled: boolean
  /** Auxiliary targets: numbers of a row's labels. With some a step returns, as parts of its loss, that of cancer [], and sums and counts [targets]. */
  readonly labels: number
  /** The functions of an epoch, counted from 0: the same ones as long as the same weights learn. */
  functionsOf(epoch: number): StepFunctions
  /** Images [N, H, W, 1] to [logits [N, 1]], with attention also [..., scores [N, 1]], with the weights that a checkpoint keeps. */
  readonly evaluate: TensorFunction
  /** Starts from the weights of a file; a head of another size (ImageNet's) is left out, and so is a fusion that this network does not have. */
  loadPretrained(weights: NamedTensors): void
  save(): Pick<Checkpoint, 'model' | 'trainer'>
  restore(checkpoint: Pick<Checkpoint, 'model' | 'trainer'>): void
  dispose(): void
}

/** @param isShared whether other processes have parts of each batch, so that every step adds gradients up */
export function createLearner(
  { model, training }: Config,
  { ops }: Pick<TensorEngine, 'ops'>,
  isShared = false,
): Learner {
  const { seed, emaDecay, mixup, freezeBatchNorm } = training
  const network = createBreastNetwork(model, { seed, ops: training.recompute ? { ...ops, recompute } : ops })
  const average = emaDecay === null ? undefined : createBreastNetwork(model, { seed, ops, scope: 'average' })
  const kept = average ?? network
  const targets = auxiliaryTargets(training)
  const channels = network.variables.get('fc.weight')?.shape[0] as number
  const heads = targets.length > 0 ? createAuxiliaryHeads(targets, { channels, seed }) : undefined
  const optimizer = createOptimizer(network, training, heads?.variables)
  const loss = createLoss(training.loss)
  const scaler = training.precision === 'float16' ? createStepScaler(training.lossScale, network) : undefined
  /** Images, targets and, for the heads, labels. */
  const batchInputs = heads === undefined ? 2 : 3
  /** Gradients of the parts so far, by the names of their weights; a step that has no parts needs none. */
  const sums = new Map<string, tf.Variable>()

  function functionsFor(learning: readonly tf.Variable[]): StepFunctions {
    // What is frozen stays whole: its statistics too.
    const usesRunningStatistics = (layer: string) =>
      freezeBatchNorm || !learning.includes(network.variables.get(`${layer}.weight`) as tf.Variable)
    const options = { training: true, usesRunningStatistics }
    /** Loss, gradients and parts of the loss of images, targets and labels; with mixup `partnersOf` gives what each of these is blended with. */
    function gradientOf(batch: readonly tf.Tensor[], share: tf.Tensor, partnersOf: () => readonly tf.Tensor[]) {
      let parts: tf.Tensor[] = []
      const lossOf = () => {
        const partners = mixup > 0 ? partnersOf() : []
        const mixed = (index: number) => (mixup > 0 ? blend(batch[index], partners[index], share) : batch[index])
        const vectors = network.vectors(mixed(0) as tf.Tensor4D, options)
        const cancer = loss(network.classify(vectors), mixed(1))
        if (heads === undefined) return cancer
        const found = heads.losses(vectors, batch[2], mixup > 0 ? { partners: partners[2], share } : undefined)
        // They are outputs of the step, and outlive the gradient's scope.
        parts = [cancer, found.sums, found.counts].map((part) => tf.keep(tf.clone(part)))
        return tf.add(cancer, found.weighted) as tf.Scalar
      }
      if (scaler !== undefined) return { ...scaler.gradientOf(lossOf, learning), parts }
      return { ...tf.variableGrads(lossOf, [...learning]), parts }
    }
    /** Norm of the gradient, and the report of the loss's scale. */
    const update = (given: tf.NamedTensorMap, learningRate: tf.Tensor, beta1: tf.Tensor, decay: tf.Tensor) => {
      const { gradients, allFinite, report } = scaler?.unscale(given) ?? { gradients: given, report: [] }
      const norm = optimizer.apply(gradients, { learningRate, beta1, allFinite })
      // With a decay of 1 the average stays.
      const kept = allFinite === undefined ? decay : tf.where(allFinite, decay, 1)
      if (average !== undefined) averageWeights(average, network, kept)
      if (allFinite !== undefined) scaler?.update(allFinite)
      return { norm, report }
    }
    return {
      step(...inputs) {
        const batch = inputs.slice(0, batchInputs)
        const [share, learningRate, beta1, decay] = inputs.slice(batchInputs)
        const partnersOf = () => batch.map((x, index) => reverseBatch(x, index === 0 ? network.views : 1))
        const { value, grads, parts } = gradientOf(batch, share, partnersOf)
        const { norm, report } = update(grads, learningRate, beta1, decay)
        return [value, norm, ...parts, ...report]
      },
      accumulate(...inputs) {
        const [share, weight, isLater] = inputs.slice(-3)
        const partnersOf = () => inputs.slice(batchInputs, 2 * batchInputs)
        const { value, grads, parts } = gradientOf(inputs.slice(0, batchInputs), share, partnersOf)
        for (const { name } of learning) {
          const sum = sums.get(name) as tf.Variable
          // What was not finite does not become 0 by a factor of 0.
          const before = scaler ? tf.where(tf.greater(isLater, 0), sum, 0) : tf.mul(sum, isLater)
          sum.assign(tf.add(before, tf.mul(grads[name], weight)))
        }
        return [value, ...parts]
      },
      apply: (learningRate, beta1, decay) => {
        const grads = Object.fromEntries(learning.map(({ name }) => [name, sums.get(name) as tf.Tensor]))
        const { norm, report } = update(grads, learningRate, beta1, decay)
        return [norm, ...report]
      },
      sums: learning.flatMap(({ name }) => sums.get(name) ?? []),
      learning: learning.map(({ name }) => name),
    }
  }

  function addSums(): void {
    for (const { name, shape } of optimizer.variables) {
      sums.set(
        name,
        tf.tidy(() => tf.variable(tf.zeros(shape), false, `gradient/${name}`)),
      )
    }
  }
  if (isShared || (training.microBatchSize !== null && training.microBatchSize < training.batchSize)) addSums()

  const made = new Map<number, StepFunctions>()
  return {
    loss,
    views: network.views,
    hasMixup: mixup > 0,
    isScaled: scaler !== undefined,
    labels: targets.length,
    functionsOf(epoch) {
      const learning = optimizer.learning(epoch)
      const functions = made.get(learning.length) ?? functionsFor(learning)
      made.set(learning.length, functions)
      return functions
    },
    evaluate: (images) => kept.outputs(images as tf.Tensor4D),
    loadPretrained(weights) {
      const own = network.variables.get('fc.bias')?.shape.join()
      const dropHead = weights.get('fc.bias')?.shape.join() !== own
      const keepFusion = [...network.variables.keys()].every(
        (name) => !name.startsWith('fusion.') || !weights.has(name),
      )
      for (const each of [network, kept]) each.loadStateDict(weights, { dropHead, keepFusion })
    },
    save: () => ({
      model: kept.stateDict(),
      trainer: new Map([
        ...optimizer.state(),
        ...(average ? withPrefix('weights', network.stateDict()) : []),
        ...(heads ? withPrefix('auxiliary', heads.state()) : []),
        ...(scaler ? withPrefix('loss-scale', scaler.state()) : []),
      ]),
    }),
    restore(checkpoint) {
      kept.loadStateDict(checkpoint.model)
      if (average) network.loadStateDict(ofPrefix('weights', checkpoint.trainer))
      heads?.restore(ofPrefix('auxiliary', checkpoint.trainer))
      scaler?.restore(ofPrefix('loss-scale', checkpoint.trainer))
      optimizer.restore(checkpoint.trainer)
    },
    dispose() {
      for (const part of [network, average, heads, optimizer, scaler, ...sums.values()]) part?.dispose()
    },
  }
}
