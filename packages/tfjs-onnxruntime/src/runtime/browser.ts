/** ONNX Runtime in a page: the part of onnxruntime-web that the providers need. */
import { EngineError } from '../errors.ts'
import { isCpu, type OfferedProviders, type Runtime, type SynchronousRuntime } from './runtime.ts'

/** One runtime for all providers. @throws {EngineError} `provider` where onnxruntime-web, an optional peer, is not installed */
export async function loadRuntime(_executionProvider: string, candidates: readonly string[]): Promise<Runtime> {
  try {
    // Without WebGPU, the WebAssembly binary is half as large.
    if (candidates.every(isCpu)) return await import('onnxruntime-web/wasm')
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

/** Where a browser offers what a provider is built on. */
const entryPoints: Readonly<Record<string, { readonly property: string; readonly standard: string }>> = {
  webgpu: { property: 'gpu', standard: 'WebGPU' },
  webnn: { property: 'ml', standard: 'WebNN' },
}

/** The providers of the builds of onnxruntime-web that are loaded here. */
export async function listProviders(): Promise<OfferedProviders> {
  return { where: 'onnxruntime-web', names: ['cpu', 'wasm', 'webgpu', 'webnn'], others: [] }
}

/** What a provider is known to lack, before it is tried. */
export function obstacleOf(executionProvider: string): string | undefined {
  const { navigator } = globalThis as { navigator?: object }
  const needed = entryPoints[executionProvider]
  if (needed === undefined || (navigator !== undefined && needed.property in navigator)) return undefined
  return `navigator.${needed.property} is missing. Serve the page from localhost or by https to a browser with ${needed.standard}`
}

/** Advice for a provider that was tried and failed. */
export function adviceFor(executionProvider: string): string {
  if (executionProvider === 'webgpu') return 'navigator.gpu.requestAdapter() must give an adapter'
  if (isCpu(executionProvider)) return "Serve onnxruntime-web's .wasm and .mjs files where env.wasm.wasmPaths says"
  return 'The browser has no WebNN context for it, or WebNN lacks an operator of the graph'
}

/** There are no synchronous sessions in a page. */
export async function loadSynchronousRuntime(): Promise<SynchronousRuntime | undefined> {
  return undefined
}
