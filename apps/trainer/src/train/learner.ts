/** The network with its optimizer: what a step does to them as a tfjs function, and their values in and out of a checkpoint. */
import { createSeResNeXt } from '@mammokit/seresnext'
import type { TensorEngine, TensorFunction } from '@mammokit/tensor-engine'
import { createAdam } from '@mammokit/tfjs-onnxruntime'
import type { Checkpoint, NamedTensors } from '@mammokit/training-run'
import * as tf from '@tensorflow/tfjs-core'
import type { Config } from '../config.ts'
import { gradientNorm } from '../guarded-steps.ts'
import { adamTensors, averageWeights, ofPrefix, toAdamState, withPrefix } from '../weight-state.ts'
import { type BatchLoss, createLoss } from './loss.ts'

export interface Learner {
  /** What a step minimizes and validation reports. */
  readonly loss: BatchLoss
  /** (images [N, H, W, 1], targets [N, 1], learning rate, beta1) to [loss, norm of the gradient]; updates weights, moments and the average. */
  readonly step: TensorFunction
  /** Images [N, H, W, 1] to [logits [N, 1]] with the weights that a checkpoint keeps. */
  readonly evaluate: TensorFunction
  /** Starts from the weights of a file; a head of another size (ImageNet's) is left out. */
  loadPretrained(weights: NamedTensors): void
  save(): Pick<Checkpoint, 'model' | 'trainer'>
  restore(checkpoint: Checkpoint): void
  dispose(): void
}

export function createLearner({ model: network, training }: Config, { ops }: Pick<TensorEngine, 'ops'>): Learner {
  const { seed, emaDecay, adam: adamOptions } = training
  const model = createSeResNeXt(network, { seed, ops })
  const average = emaDecay === null ? undefined : createSeResNeXt(network, { seed, ops, scope: 'average' })
  const kept = average ?? model
  const adam = createAdam(model.trainableVariables, { beta2: adamOptions.beta2, epsilon: adamOptions.epsilon })
  const loss = createLoss(training.loss)

  return {
    loss,
    step(images, targets, learningRate, beta1) {
      const { value, grads } = tf.variableGrads(
        () => loss(model.forward(images as tf.Tensor4D, { training: true }), targets),
        [...model.trainableVariables],
      )
      adam.applyGradients(grads, { learningRate, beta1 })
      if (average !== undefined) averageWeights(average, model, emaDecay ?? 0)
      return [value, gradientNorm(grads)]
    },
    evaluate: (images) => [kept.forward(images as tf.Tensor4D, { training: false })],
    loadPretrained(weights) {
      const own = model.variables.get('fc.bias')?.shape.join()
      const dropHead = weights.get('fc.bias')?.shape.join() !== own
      for (const each of [model, kept]) each.loadStateDict(weights, { dropHead })
    },
    save: () => ({
      model: kept.stateDict(),
      trainer: new Map([
        ...withPrefix('adam', adamTensors(adam.state())),
        ...(average ? withPrefix('weights', model.stateDict()) : []),
      ]),
    }),
    restore(checkpoint) {
      kept.loadStateDict(checkpoint.model)
      if (average) model.loadStateDict(ofPrefix('weights', checkpoint.trainer))
      adam.restore(toAdamState(ofPrefix('adam', checkpoint.trainer)))
    },
    dispose() {
      for (const part of [model, average, adam]) part?.dispose()
    },
  }
}
