/** The part of ONNX Runtime that this package uses. `node.ts` and `browser.ts` are the two implementations; `#runtime` in package.json selects one. */
import type * as ort from 'onnxruntime-common'

/** A module with onnxruntime-common's interface: onnxruntime-node, onnxruntime-web, or one of the latter's parts. */
export interface Runtime {
  readonly InferenceSession: ort.InferenceSessionFactory
  readonly Tensor: ort.TensorConstructor
  readonly env?: { readonly versions: { readonly web?: string } }
}

/** The execution providers that an ONNX Runtime has, and which runtime that is. */
export interface OfferedProviders {
  readonly where: string
  readonly names: readonly string[]
  /** Providers that are runtimes of their own. */
  readonly others: readonly string[]
}

/** A synchronous session, which tfjs's dataSync needs. */
export interface SynchronousSession {
  run(feeds: Record<string, ort.Tensor>, fetches: Record<string, null>): Record<string, ort.Tensor>
  dispose(): void
}

export interface SynchronousRuntime {
  readonly Tensor: ort.TensorConstructor
  open(model: Uint8Array, options: ort.InferenceSession.SessionOptions): SynchronousSession
}

/** Whether `run` writes to the arrays passed for its outputs; onnxruntime-web ignores them. */
export function writesToFetches({ env }: Runtime): boolean {
  return env?.versions.web === undefined
}

/** Whether a provider computes in host memory. */
export function isCpu(executionProvider: string): boolean {
  return executionProvider === 'cpu' || executionProvider === 'wasm'
}

/**
 * Whether a provider sums the products of half precision in float32: cuBLAS and cuDNN do, and the processor computes in float32. On WebGPU ONNX Runtime
 * 1.30 sums in half precision, in which 4096 ones are 2048; of the others it is not known.
 */
export function sumsInFloat32(executionProvider: string): boolean {
  return isCpu(executionProvider) || executionProvider === 'cuda' || executionProvider === 'tensorrt'
}
