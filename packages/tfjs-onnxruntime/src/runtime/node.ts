/** ONNX Runtime on Node.js: onnxruntime-node. */
import type * as ort from 'onnxruntime-common'
import { EngineError } from '../errors.ts'
import type { Runtime, SynchronousRuntime } from './runtime.ts'

export { adviceFor, obstacleOf } from './node-providers.ts'

export async function loadRuntime(_executionProviders: readonly string[]): Promise<Runtime> {
  turnTelemetryOff()
  return (await import('onnxruntime-node')) as unknown as Runtime
}

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

/**
 * Sessions that run without a promise. onnxruntime-node computes synchronously and wraps that in a promise; its native part, which is called here,
 * is not public. Its version is pinned in package.json, and tests run through here.
 *
 * @throws {EngineError} `provider` where onnxruntime-node is not as it is known here
 */
export async function loadSynchronousRuntime(): Promise<SynchronousRuntime | undefined> {
  const { Tensor } = await loadRuntime([])
  const path = 'onnxruntime-node/dist/binding.js'
  const module = (await import(path)) as { readonly default?: NativeBinding } & Partial<NativeBinding>
  const { initOrt, binding } = (module.default ?? module) as Partial<NativeBinding>
  if (initOrt === undefined || binding?.InferenceSession === undefined)
    throw new EngineError(
      'provider',
      'Expected onnxruntime-node 1.30 but received another version. Install the version that this package names.',
    )
  initOrt()
  return {
    Tensor,
    open(model, options) {
      const session = new binding.InferenceSession()
      session.loadModel(model.buffer, model.byteOffset, model.byteLength, options)
      return { run: (feeds, fetches) => session.run(feeds, fetches, {}), dispose: () => session.dispose() }
    },
  }
}

/** ONNX Runtime 1.30 sends usage figures to its maker unless this is set before it loads; '0' allows it again. */
function turnTelemetryOff(): void {
  process.env.ORT_DISABLE_TELEMETRY ??= '1'
}
