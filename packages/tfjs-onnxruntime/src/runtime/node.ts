/** ONNX Runtime on Node.js: the user's onnxruntime-node, or the binaries that come with @mammokit/onnxruntime-loader. */
import { loadNativeBinding, loadOnnxRuntime, OnnxRuntimeLoaderError } from '@mammokit/onnxruntime-loader'
import { EngineError } from '../errors.ts'
import { openVinoRuntime } from './openvino.ts'
import type { OfferedProviders, Runtime, SynchronousRuntime } from './runtime.ts'

export { adviceFor, obstacleOf } from './node-providers.ts'

/** The runtime of a provider. @throws {EngineError} `provider` where ONNX Runtime is not installed or does not load */
export async function loadRuntime(executionProvider: string, _candidates: readonly string[]): Promise<Runtime> {
  return executionProvider === 'openvino' ? openVinoRuntime : orEngineError(loadOnnxRuntime)
}

/** The providers of this platform's ONNX Runtime, some of which need libraries beside it. */
export async function listProviders(): Promise<OfferedProviders> {
  const names = orEngineError(loadOnnxRuntime)
    .listSupportedBackends()
    .map(({ name }) => name)
  return { where: `onnxruntime-node on ${process.platform}/${process.arch}`, names, others: ['openvino'] }
}

/**
 * Synchronous sessions. onnxruntime-node computes synchronously and wraps the result in a promise; its native binding, which is called here,
 * is not public. The loader pins the one version for which this is known to work, and tests cover it.
 *
 * @throws {EngineError} `provider` where ONNX Runtime is not installed or does not load
 */
export async function loadSynchronousRuntime(): Promise<SynchronousRuntime | undefined> {
  const { Tensor } = orEngineError(loadOnnxRuntime)
  const { initOrt, binding } = orEngineError(loadNativeBinding)
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

function orEngineError<Loaded>(load: () => Loaded): Loaded {
  try {
    return load()
  } catch (cause) {
    if (!(cause instanceof OnnxRuntimeLoaderError)) throw cause
    throw new EngineError('provider', cause.message, cause.details, { cause })
  }
}
