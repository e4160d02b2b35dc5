/** The scale of the loss in a run of half precision: what a step does with it, what it says of it, and its numbers in a checkpoint. */
import type { BreastNetwork } from '@mammokit/mammogram-classifier'
import { createLossScaler, type LossScalerOptions, type LossScalerState } from '@mammokit/tfjs-onnxruntime'
import type { NamedTensors } from '@mammokit/training-run'
import * as tf from '@tensorflow/tfjs-core'
import type { SkippedStep } from '../guarded-steps.ts'

export function createStepScaler(options: LossScalerOptions, network: Pick<BreastNetwork, 'variables'>) {
  const scaler = createLossScaler(options)
  const statistics = [...network.variables.values()].filter(({ trainable }) => !trainable)
  return {
    update: scaler.update,
    dispose: scaler.dispose,
    /**
     * The loss, and its gradients times the scale. Running statistics move in a skipped step too, as in PyTorch, but never to what is not
     * finite.
     */
    gradientOf(lossOf: () => tf.Scalar, learning: readonly tf.Variable[]) {
      const before = statistics.map((variable) => tf.clone(variable))
      const { value, grads } = tf.variableGrads(() => scaler.scaleLoss(lossOf()), [...learning])
      for (const [i, variable] of statistics.entries()) {
        const isKept = tf.lessEqual(tf.abs(variable), 3.4e38)
        variable.assign(tf.where(isKept, variable, before[i]))
      }
      return { value: tf.div(value, scaler.scale), grads }
    },
    /** Gradients without the scale, whether all are finite, and the report of a step: [scale, for each gradient 1 or 0]. */
    unscale(scaled: tf.NamedTensorMap) {
      const { gradients, allFinite, finite } = scaler.unscale(scaled)
      const report = [tf.concat([tf.reshape(scaler.scale, [1]), tf.cast(finite, 'float32')])]
      return { gradients, allFinite, report }
    },
    state(): NamedTensors {
      const entries = Object.entries(scaler.state())
      return new Map(entries.map(([name, value]) => [name, { dtype: 'F32', shape: [], data: Float32Array.of(value) }]))
    },
    restore(tensors: NamedTensors): void {
      const entries = [...tensors].map(([name, { data }]) => [name, Number(data[0])])
      scaler.restore(Object.fromEntries(entries) as LossScalerState)
    },
  }
}

/** What a step's report says where the step was skipped; undefined where it was taken. */
export function skippedStep([scale, ...finite]: Float32Array, learning: readonly string[]): SkippedStep | undefined {
  const names = learning.filter((_, i) => finite[i] === 0)
  return names.length === 0 ? undefined : { scale, names }
}

/** One line about a skipped step. */
export function skippedText(step: number, { scale, names }: SkippedStep, backoffFactor: number): string {
  const others = names.length === 1 ? '' : ` and ${names.length - 1} more`
  return `Step ${step} skipped: the gradient of ${names[0]}${others} is not finite with a loss scale of ${scale}; the next is ${scale * backoffFactor}`
}
