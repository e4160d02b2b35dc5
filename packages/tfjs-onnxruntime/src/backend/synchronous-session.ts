/**
 * Sessions that run without a promise, which tfjs's dataSync needs.
 *
 * onnxruntime-node computes synchronously and wraps that in a promise; its native part, which this file calls, is not public. Its version is
 * pinned in package.json, and a test runs through here.
 */
import type * as ort from 'onnxruntime-common'
import { EngineError } from '../errors.ts'
import { turnTelemetryOff } from '../run/session.ts'

export interface SynchronousSession {
  run(feeds: Record<string, ort.Tensor>, fetches: Record<string, null>): Record<string, ort.Tensor>
  dispose(): void
}

export type OpenSynchronously = (model: Uint8Array) => SynchronousSession

interface NativeSession {
  loadModel(
    buffer: ArrayBufferLike,
    byteOffset: number,
    byteLength: number,
    options: ort.InferenceSession.SessionOptions,
  ): void
  run(feeds: object, fetches: object, options: object): Record<string, ort.Tensor>
  dispose(): void
}

interface NativeBinding {
  readonly initOrt: () => void
  readonly binding: { readonly InferenceSession: new () => NativeSession }
}

/** Loads the native part. @throws {EngineError} `provider` where onnxruntime-node is not as this file knows it */
export async function loadSynchronousRuntime(options: ort.InferenceSession.SessionOptions): Promise<OpenSynchronously> {
  turnTelemetryOff()
  const path = 'onnxruntime-node/dist/binding.js'
  const module = (await import(path)) as { readonly default?: NativeBinding } & Partial<NativeBinding>
  const { initOrt, binding } = (module.default ?? module) as Partial<NativeBinding>
  if (initOrt === undefined || binding?.InferenceSession === undefined)
    throw new EngineError(
      'provider',
      'Expected onnxruntime-node 1.30 but received another version. Install the version that this package names.',
    )
  initOrt()
  return (model) => {
    const session = new binding.InferenceSession()
    session.loadModel(model.buffer, model.byteOffset, model.byteLength, options)
    return { run: (feeds, fetches) => session.run(feeds, fetches, {}), dispose: () => session.dispose() }
  }
}
