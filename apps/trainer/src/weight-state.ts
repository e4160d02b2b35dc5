/** What both trainers do with weights: average them over the steps, and keep several sets of tensors in one file by a prefix. */
import type { SafetensorsTensor } from '@mammokit/safetensors'
import type { AdamState } from '@mammokit/tfjs-onnxruntime'
import type { NamedTensors } from '@mammokit/training-run'
import * as tf from '@tensorflow/tfjs-core'

interface Network {
  readonly variables: ReadonlyMap<string, tf.Variable>
}

/** average = decay average + (1 - decay) weights, running statistics included, as timm's ModelEma. */
export function averageWeights(average: Network, network: Network, decay: number | tf.Tensor): void {
  const rest = typeof decay === 'number' ? 1 - decay : tf.sub(1, decay)
  for (const [name, variable] of average.variables) {
    const value = network.variables.get(name) as tf.Variable
    variable.assign(tf.add(tf.mul(variable, decay), tf.mul(value, rest)))
  }
}

export function adamTensors(state: AdamState): NamedTensors {
  return new Map(Object.entries(state).map(([name, { shape, data }]) => [name, { dtype: 'F32', shape, data }]))
}

export function toAdamState(tensors: NamedTensors): AdamState {
  return Object.fromEntries(tensors) as AdamState
}

export function withPrefix(prefix: string, tensors: NamedTensors): [string, SafetensorsTensor][] {
  return [...tensors].map(([name, tensor]) => [`${prefix}/${name}`, tensor])
}

/** The tensors whose names begin with the prefix, by the rest of their names. */
export function ofPrefix(prefix: string, tensors: NamedTensors): NamedTensors {
  const own = [...tensors].filter(([name]) => name.startsWith(`${prefix}/`))
  return new Map(own.map(([name, tensor]) => [name.slice(prefix.length + 1), tensor]))
}
