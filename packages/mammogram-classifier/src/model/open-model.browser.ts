/** A model in a page: an exported ONNX file on onnxruntime-web. */
import { ClassifierError } from '../classifier-error.ts'
import type { Model } from './model.ts'
import { type OnnxEngine, readOnnxModel } from './onnx-model.ts'

/** Which model is opened, and where it runs. */
export interface OpenModelOptions {
  /** Bytes of an ONNX file that `mammokit-evaluator export` wrote; without them the demonstration network that this package brings. */
  readonly file?: Uint8Array | undefined
  /** Of the file, for the description and errors. @default 'model.onnx' */
  readonly name?: string | undefined
  /** `webgpu` needs an adapter. @default 'wasm' */
  readonly device?: 'wasm' | 'webgpu' | undefined
}

/**
 * Opens a model on onnxruntime-web, an optional peer. WebAssembly has threads where the page is isolated across origins.
 *
 * @throws {ClassifierError} `not-a-model`, `runtime-missing`
 * @example
 * const model = await openModel({ file: new Uint8Array(await file.arrayBuffer()), name: file.name })
 * await model.classify(image) // 0.03...
 */
export async function openModel({ file, name = 'model.onnx', device = 'wasm' }: OpenModelOptions = {}): Promise<Model> {
  const bytes = file ?? (await fetchDemonstration())
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>))
  const fileSha256 = Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')
  const from = file
    ? ({ source: 'file', name } as const)
    : ({ source: 'demonstration', name: 'demonstration' } as const)
  const sessionOptions = { executionProviders: [device], logSeverityLevel: 3 as const }
  const engine = { loadRuntime: () => loadRuntime(device), device, sessionOptions }
  return readOnnxModel({ bytes, fileSha256, ...from }, engine).load()
}

async function loadRuntime(device: 'wasm' | 'webgpu'): ReturnType<OnnxEngine['loadRuntime']> {
  try {
    return await (device === 'webgpu' ? import('onnxruntime-web/webgpu') : import('onnxruntime-web/wasm'))
  } catch (cause) {
    throw new ClassifierError(
      'runtime-missing',
      'Expected onnxruntime-web in the page but received none. Install onnxruntime-web@1.30.0 beside this package.',
      { cause },
    )
  }
}

async function fetchDemonstration(): Promise<Uint8Array> {
  const url = new URL('../../models/demonstration.onnx', import.meta.url).href
  const response = await fetch(url)
  if (response.ok) return new Uint8Array(await response.arrayBuffer())
  const { status } = response
  throw new ClassifierError(
    'not-a-model',
    `Expected the demonstration network at ${url} but received status ${status}. Serve it with the page.`,
    { url, status },
  )
}
