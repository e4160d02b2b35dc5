import type * as common from 'onnxruntime-common'

/** The part of ONNX Runtime that a detector needs: that of onnxruntime-node and onnxruntime-web alike. */
export type Runtime = Pick<typeof common, 'InferenceSession' | 'Tensor'>

/** What Node.js and a page each have in their own way. */
export interface Platform {
  loadRuntime(): Promise<Runtime>
  /** Bytes of a model at a path (Node.js) or URL (page). */
  readModel(source: string): Promise<Uint8Array>
  shippedModel(): string
  /** A tensor of half precision. @param bits uint16 [n] */
  halfTensor(tensor: typeof common.Tensor, bits: Uint16Array, shape: readonly number[]): common.Tensor
}
