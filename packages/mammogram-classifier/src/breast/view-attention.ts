/**
 * How much each image of a breast counts: a score for the vector of each, whose softmax over the breast weighs its images.
 *
 * Reference: Ilse et al., "Attention-based Deep Multiple Instance Learning", https://arxiv.org/abs/1802.04712, eq. 8.
 */
import type { StateDict } from '@mammokit/seresnext'
import * as tf from '@tensorflow/tfjs-core'
import { ClassifierError } from '../classifier-error.ts'

export interface ViewAttention {
  /** By their names in a checkpoint, in PyTorch's layout. */
  readonly variables: ReadonlyMap<string, tf.Variable>
  /** Vectors [N, C] to scores [N, 1]. */
  scores(vectors: tf.Tensor2D): tf.Tensor2D
  /** Takes over the tensors of its names. @throws {ClassifierError} `no-weights` */
  load(state: StateDict): void
  dispose(): void
}

/** What the names of its tensors begin with. */
export const fusionPrefix = 'fusion.'

const hiddenUnits = 128

/** Seeded as PyTorch's linear layers are: uniform within 1 / sqrt(inputs). */
export function createViewAttention(
  channels: number,
  { seed, scope }: { readonly seed: number; readonly scope: string },
): ViewAttention {
  const variables = new Map<string, tf.Variable>()
  const add = (part: string, shape: number[], inputs: number) => {
    const name = `${fusionPrefix}${part}`
    const bound = 1 / Math.sqrt(inputs)
    const value = tf.randomUniform(shape, -bound, bound, 'float32', `${seed} ${name}`)
    variables.set(name, tf.variable(value, true, scope === '' ? name : `${scope}/${name}`))
    value.dispose()
  }
  add('hidden.weight', [hiddenUnits, channels], channels)
  add('hidden.bias', [hiddenUnits], channels)
  add('score.weight', [1, hiddenUnits], hiddenUnits)
  const get = (part: string) => variables.get(`${fusionPrefix}${part}`) as tf.Variable<tf.Rank.R2>
  return {
    variables,
    scores: (vectors) =>
      tf.tidy(() => {
        const hidden = tf.tanh(tf.add(tf.matMul(vectors, get('hidden.weight'), false, true), get('hidden.bias')))
        return tf.matMul(hidden as tf.Tensor2D, get('score.weight'), false, true)
      }),
    load(state) {
      for (const [name, variable] of variables) {
        const tensor = state.get(name)
        if (tensor?.shape.join() === variable.shape.join() && tensor.dtype === 'F32') continue
        const received = tensor ? `${tensor.dtype} [${tensor.shape.join(', ')}]` : 'none'
        const message = `Expected F32 [${variable.shape.join(', ')}] for ${name} but received ${received}. Check that the configuration is the one that was saved.`
        throw new ClassifierError('no-weights', message, { name, received })
      }
      for (const [name, variable] of variables) {
        tf.tidy(() => variable.assign(tf.tensor(state.get(name)?.data as Float32Array, variable.shape)))
      }
    },
    dispose() {
      for (const variable of variables.values()) variable.dispose()
    },
  }
}
