/** What the tfjs backend asks of a runtime. */
import type { backend_util, DataType } from '@tensorflow/tfjs-core'
import type { Tensor as OrtTensor, TensorConstructor } from 'onnxruntime-common'

export type Feeds = Record<string, OrtTensor>

/** A session of the runtime; asynchronous in a page, and with a user-provided runtime. */
export interface BackendSession {
  run(feeds: Feeds, fetches: Record<string, null>): Feeds | Promise<Feeds>
  dispose(): void
}

export interface BackendRuntime {
  readonly Tensor: TensorConstructor
  readonly executionProvider: string
  /** Whether sessions are synchronous. */
  readonly isSynchronous: boolean
  open(model: Uint8Array): BackendSession | Promise<BackendSession>
  /** Opens a session of a single operator, on one thread, where sessions are synchronous and compute in host memory. */
  readonly openOperator?: OpenOperator | undefined
}

export type OpenOperator = (model: Uint8Array) => BackendSession

/** The values of one input of a graph. */
export interface Source {
  readonly shape: readonly number[]
  readonly dtype: DataType
  readonly values: backend_util.BackendValues | undefined
}
