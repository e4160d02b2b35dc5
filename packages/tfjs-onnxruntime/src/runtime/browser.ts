/** ONNX Runtime in a page: the part of onnxruntime-web that the providers need. */
import { EngineError } from '../errors.ts'
import { isCpu, type Runtime, type SynchronousRuntime } from './runtime.ts'

/** @throws {EngineError} `provider` where onnxruntime-web, an optional peer, is not installed */
export async function loadRuntime(executionProviders: readonly string[]): Promise<Runtime> {
  try {
    // Without WebGPU, the WebAssembly binary is half as large.
    if (executionProviders.every(isCpu)) return await import('onnxruntime-web/wasm')
    return await import('onnxruntime-web/webgpu')
  } catch (cause) {
    throw new EngineError(
      'provider',
      'Expected onnxruntime-web in the browser but received none. Install onnxruntime-web@1.30.0 beside this package, or pass `runtime`.',
      {},
      { cause },
    )
  }
}

/** What a provider is known to lack, before it is tried. */
export function obstacleOf(executionProvider: string): string | undefined {
  const { navigator } = globalThis as { navigator?: object }
  if (executionProvider !== 'webgpu' || (navigator !== undefined && 'gpu' in navigator)) return undefined
  return 'navigator.gpu is missing. Serve the page from localhost or by https to a browser with WebGPU'
}

/** Advice for a provider that was tried and failed. */
export function adviceFor(executionProvider: string): string {
  if (executionProvider === 'webgpu') return 'navigator.gpu.requestAdapter() must give an adapter'
  if (isCpu(executionProvider)) return "Serve onnxruntime-web's .wasm and .mjs files where env.wasm.wasmPaths says"
  return "A page has 'wasm' and 'webgpu'"
}

/** There are no synchronous sessions in a page. */
export async function loadSynchronousRuntime(): Promise<SynchronousRuntime | undefined> {
  return undefined
}
