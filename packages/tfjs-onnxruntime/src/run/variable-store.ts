/** How an executable reads and writes its variables around a run. */
import type * as tf from '@tensorflow/tfjs-core'
import type * as ort from 'onnxruntime-common'

export type Feeds = Record<string, ort.Tensor>
export type Fetches = Record<string, ort.Tensor | null>

/** A variable and the session's input or output for it. */
export interface NamedVariable {
  readonly name: string
  readonly variable: tf.Variable
}

export interface VariableStore {
  /** Adds the variables' values to the feeds, and buffers for their new values to the fetches. */
  prepare(feeds: Feeds, fetches: Fetches): Promise<void>
  /** Sets the variables to the session's outputs. */
  store(fetched: Feeds): void
  /** Copies the newest values to tfjs. */
  download(): Promise<void>
  dispose(): Promise<void>
}
