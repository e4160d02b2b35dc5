/** What an executable asks of its variables around a run. */
import type * as tf from '@tensorflow/tfjs-core'
import type * as ort from 'onnxruntime-common'

export type Feeds = Record<string, ort.Tensor>
export type Fetches = Record<string, ort.Tensor | null>

/** A variable and the session's input or output that stands for it. */
export interface NamedVariable {
  readonly name: string
  readonly variable: tf.Variable
}

export interface VariableStore {
  /** Adds the variables' values to the feeds, and places for their new values to the fetches. */
  prepare(feeds: Feeds, fetches: Fetches): Promise<void>
  /** Makes what the session gave the values of the variables. */
  store(fetched: Feeds): void
  /** Gives tfjs the newest values. */
  download(): Promise<void>
  dispose(): Promise<void>
}
