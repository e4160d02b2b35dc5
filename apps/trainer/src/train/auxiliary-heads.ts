/** A linear head for each auxiliary target, on the vectors that the cancer logit is made of. Checkpoints keep them beside the optimizer: who predicts needs none. */
import { createRandom } from '@mammokit/seeded-random'
import type { NamedTensors } from '@mammokit/training-run'
import * as tf from '@tensorflow/tfjs-core'
import type { AuxiliaryTarget } from './auxiliary-targets.ts'
import { blend } from './mixup.ts'

export interface AuxiliaryLosses {
  /** What a step adds to its loss. */
  readonly weighted: tf.Scalar
  /** Sum of each target's losses over the images that have it [targets], and their number [targets]. */
  readonly sums: tf.Tensor1D
  readonly counts: tf.Tensor1D
}

export interface MixedLabels {
  /** Those of the partners [N, targets]. */
  readonly partners: tf.Tensor
  /** A scalar. */
  readonly share: tf.Tensor
}

export interface AuxiliaryHeads {
  /** By their names in a checkpoint: `birads.weight`. */
  readonly variables: ReadonlyMap<string, tf.Variable>
  /**
   * Losses of vectors [N, C] against labels [N, targets]. An image without a label adds nothing, and an image weighs the same whatever the
   * others of its batch have: parts of a batch add up to the whole. `mixed` blends labels as mixup blends images.
   */
  losses(vectors: tf.Tensor2D, labels: tf.Tensor, mixed?: MixedLabels): AuxiliaryLosses
  state(): NamedTensors
  restore(tensors: NamedTensors): void
  dispose(): void
}

/** Seeded heads for vectors of `channels` values, initialized as PyTorch's linear layers: uniform within 1 / sqrt(channels). */
export function createAuxiliaryHeads(
  targets: readonly AuxiliaryTarget[],
  { channels, seed }: { readonly channels: number; readonly seed: number },
): AuxiliaryHeads {
  const variables = new Map<string, tf.Variable>()
  for (const { name, classes } of targets) {
    for (const [part, shape] of [
      ['weight', [channels, classes]],
      ['bias', [classes]],
    ] as const) {
      const random = createRandom(seed, 'auxiliary', name, part)
      const bound = 1 / Math.sqrt(channels)
      const values = Float32Array.from({ length: part === 'bias' ? classes : channels * classes }, () =>
        random.uniform(-bound, bound),
      )
      const value = tf.tensor(values, [...shape])
      variables.set(`${name}.${part}`, tf.variable(value, true, `auxiliary.${name}.${part}`))
      value.dispose()
    }
  }
  const get = (name: string) => variables.get(name) as tf.Variable

  return {
    variables,
    losses(vectors, labels, mixed) {
      const parts = targets.map(({ name, classes, weight }, k) => {
        const labelOf = (of: tf.Tensor) => tf.slice(of, [0, k], [of.shape[0], 1])
        const isKnownIn = (of: tf.Tensor) => tf.cast(tf.greaterEqual(labelOf(of), 0), 'float32')
        const targetIn = (of: tf.Tensor) => (classes === 1 ? labelOf(of) : oneHot(labelOf(of), classes))
        const target = mixed ? blend(targetIn(labels), targetIn(mixed.partners), mixed.share) : targetIn(labels)
        // Of two images that are blended both must have one.
        const known = mixed ? tf.mul(isKnownIn(labels), isKnownIn(mixed.partners)) : isKnownIn(labels)
        const logits = tf.add(tf.matMul(vectors, get(`${name}.weight`) as tf.Tensor2D), get(`${name}.bias`))
        const each = classes === 1 ? logistic(logits, target) : softmax(logits, target)
        return { weight, sum: tf.sum(tf.mul(each, known)), count: tf.sum(known) }
      })
      const weighted = tf.addN(parts.map(({ weight, sum }) => tf.mul(sum, weight / vectors.shape[0])))
      const join = (values: tf.Tensor[]) => tf.concat(values.map((value) => tf.reshape(value, [1]))) as tf.Tensor1D
      return {
        weighted: weighted as tf.Scalar,
        sums: join(parts.map(({ sum }) => sum)),
        counts: join(parts.map(({ count }) => count)),
      }
    },
    state: () =>
      new Map(
        [...variables].map(([name, variable]) => [
          name,
          { dtype: 'F32', shape: [...variable.shape], data: Float32Array.from(variable.dataSync()) },
        ]),
      ),
    restore(tensors) {
      for (const [name, variable] of variables) {
        const values = tensors.get(name)?.data as Float32Array
        tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)))
      }
    },
    dispose() {
      for (const variable of variables.values()) variable.dispose()
    },
  }
}

/** Labels [N, 1] to [N, classes]; a row of zeros for one that is none. */
function oneHot(labels: tf.Tensor, classes: number): tf.Tensor {
  const index = Array.from({ length: classes }, (_, i) => i)
  return tf.cast(tf.equal(labels, tf.tensor2d(index, [1, classes])), 'float32')
}

/** Cross-entropy of each row [N, 1]. */
function softmax(logits: tf.Tensor, targets: tf.Tensor): tf.Tensor {
  const largest = tf.max(logits, 1, true)
  const shifted = tf.sub(logits, largest)
  const normalizer = tf.log(tf.sum(tf.exp(shifted), 1, true))
  return tf.sub(normalizer, tf.sum(tf.mul(targets, shifted), 1, true))
}

/** Cross-entropy of yes or no for each row [N, 1]. */
function logistic(logits: tf.Tensor, targets: tf.Tensor): tf.Tensor {
  const rest = tf.log1p(tf.exp(tf.neg(tf.abs(logits))))
  return tf.add(tf.sub(tf.relu(logits), tf.mul(logits, targets)), rest)
}
