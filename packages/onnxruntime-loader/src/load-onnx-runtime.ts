/**
 * Loads ONNX Runtime.
 *
 * onnxruntime-node has the binaries of every platform (288 MB), and an install script that downloads NVIDIA's provider on
 * linux/x64 and fails where that host is out of reach. The packages `@mammokit/onnxruntime-<platform>-<arch>` have the same
 * files of one platform and no script.
 */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type * as common from 'onnxruntime-common'
import { type LocateOptions, locateOnnxRuntime } from './locate-onnx-runtime.ts'
import { OnnxRuntimeLoaderError } from './onnxruntime-loader-error.ts'

/** The module onnxruntime-node: onnxruntime-common's interface and the execution providers of this platform. */
export type OnnxRuntime = typeof common & {
  listSupportedBackends(): { readonly name: string; readonly bundled: boolean }[]
}

/** A session of the native library, whose `run` returns when it has computed. */
export interface NativeSession {
  loadModel(
    buffer: ArrayBufferLike,
    byteOffset: number,
    byteLength: number,
    options: common.InferenceSession.SessionOptions,
  ): void
  run(
    feeds: Readonly<Record<string, common.Tensor>>,
    fetches: Readonly<Record<string, common.Tensor | null>>,
    options: common.InferenceSession.RunOptions,
  ): Record<string, common.Tensor>
  dispose(): void
}

/** What onnxruntime-node calls natively. */
export interface NativeBinding {
  /** Prepares the library; the second and later calls do nothing. */
  initOrt(): void
  readonly binding: { InferenceSession: new () => NativeSession }
}

/**
 * The module onnxruntime-node; the second and later calls return the same one.
 *
 * ONNX Runtime 1.30 sends usage figures to its maker unless `ORT_DISABLE_TELEMETRY` is set before it loads. It is set to 1 here
 * unless the user has set it; '0' allows them. A worker thread sets it for the process only if it was started with `SHARE_ENV`.
 * Its `env.logLevel` becomes `fatal`, unless the user has changed it: what is an error is thrown.
 *
 * @throws OnnxRuntimeLoaderError
 * @example
 * const { InferenceSession, Tensor } = loadOnnxRuntime()
 * const session = await InferenceSession.create('model.onnx')
 */
export function loadOnnxRuntime(options: LocateOptions = {}): OnnxRuntime {
  return requireFile('index.js', options) as OnnxRuntime
}

/**
 * The native part beneath onnxruntime-node's promises, for callers that must not wait. Not a public interface of ONNX Runtime:
 * it is known for the one version that is loaded.
 *
 * @throws OnnxRuntimeLoaderError
 */
export function loadNativeBinding(options: LocateOptions = {}): NativeBinding {
  return requireFile('binding.js', options) as NativeBinding
}

function requireFile(file: string, options: LocateOptions): unknown {
  const { root, packageName } = locateOnnxRuntime(options)
  process.env.ORT_DISABLE_TELEMETRY ??= '1'
  try {
    const path = join(root, 'dist', file)
    const loaded = createRequire(import.meta.url)(path)
    silence(createRequire(path)('onnxruntime-common'))
    return loaded
  } catch (cause) {
    const reason = (cause as Error).message.split('\n', 1)[0].replace(/\.$/, '')
    throw new OnnxRuntimeLoaderError(
      'load-failed',
      `Expected ${packageName} to load from ${root} but received: ${reason}. On Linux it needs glibc 2.28 or later: not Alpine but, for example, node:20-slim.`,
      { root, reason },
      { cause },
    )
  }
}

/**
 * Keeps ONNX Runtime from writing to stderr what it also throws, such as a library that a provider lacks: its environment has a logger of
 * its own, which no option of a session reaches. It is read once, before the first session. A level that the user chose stays.
 */
function silence({ env }: typeof common): void {
  const initialLevel = 'warning'
  if (env.logLevel === initialLevel) env.logLevel = 'fatal'
}
