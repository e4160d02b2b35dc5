/** What this package asks of ONNX Runtime. `node.ts` and `browser.ts` are two ways to get it; `#runtime` in package.json chooses. */
import type * as ort from 'onnxruntime-common'

/** A module with onnxruntime-common's interface: onnxruntime-node, onnxruntime-web, or one of the latter's parts. */
export interface Runtime {
  readonly InferenceSession: ort.InferenceSessionFactory
  readonly Tensor: ort.TensorConstructor
  readonly env?: { readonly versions: { readonly web?: string } }
}

/** A session that has computed when `run` returns, which tfjs's dataSync needs. */
export interface SynchronousSession {
  run(feeds: Record<string, ort.Tensor>, fetches: Record<string, null>): Record<string, ort.Tensor>
  dispose(): void
}

export interface SynchronousRuntime {
  readonly Tensor: ort.TensorConstructor
  open(model: Uint8Array, options: ort.InferenceSession.SessionOptions): SynchronousSession
}

/** Whether `run` writes to the arrays that it is given for its outputs; onnxruntime-web leaves them as they are. */
export function writesToFetches({ env }: Runtime): boolean {
  return env?.versions.web === undefined
}

/** Whether a provider computes in the memory of the program. */
export function isCpu(executionProvider: string): boolean {
  return executionProvider === 'cpu' || executionProvider === 'wasm'
}
