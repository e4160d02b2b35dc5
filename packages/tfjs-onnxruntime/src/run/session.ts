/** Creates sessions on the first execution provider that works. */

import type * as ort from 'onnxruntime-common'
import { adviceFor, loadRuntime } from '#runtime'
import { checkOption } from '../options.ts'
import { isCpu, type Runtime } from '../runtime/runtime.ts'
import { obstacleToHalf, reasonOf } from './half-adapter.ts'
import { checkProviders, type Fallback, noProvider, selectProviders } from './providers.ts'

export interface SessionOptions {
  /**
   * Tried in order; the next is used where one fails to load or this platform's ONNX Runtime lacks it. `cpu`, `webgpu`, `cuda` and `tensorrt` on
   * Linux x64, `dml` on Windows, `coreml` on macOS, `openvino` where it is installed, `wasm` and `webnn` in a page. @default ['cpu']
   */
  readonly executionProviders?: readonly string[]
  /** Threads per operator, >= 1. @default the number of cores */
  readonly intraOpNumThreads?: number
  /** How much ONNX Runtime may change the graph. @default 'all' */
  readonly graphOptimizationLevel?: 'disabled' | 'basic' | 'extended' | 'all'
  /** Prefix of a file to which ONNX Runtime writes the times of all nodes when the executable is disposed. */
  readonly profileFilePrefix?: string
  /** File to which ONNX Runtime writes the graph after its own optimizations. */
  readonly optimizedModelFilePath?: string
  /** The runtime to use. @default onnxruntime-node, and onnxruntime-web in a page */
  readonly runtime?: Runtime
}

export interface OpenedSession {
  readonly session: ort.InferenceSession
  readonly runtime: Runtime
  readonly executionProvider: string
  /** Why the providers before it were not used. */
  readonly fallbacks: readonly Fallback[]
}

/** Whether values of variables stay on the provider's device between runs. */
export function keepsOnDevice(executionProvider: string): boolean {
  return executionProvider === 'webgpu'
}

/** Numbers that a graph is computed in, between its float32 inputs and outputs. */
export const precisions = ['float32', 'float16', 'bfloat16'] as const

export type Precision = (typeof precisions)[number]

/**
 * Opens a session; `residentOutputs` stay on the device where the provider has one.
 *
 * @param precision float16: the model needs it, which not every adapter has; bfloat16: OpenVINO is to compute in it
 * @throws {EngineError} `provider` where no provider works
 */
export async function openSession(
  model: Uint8Array,
  options: SessionOptions = {},
  residentOutputs: readonly string[] = [],
  precision: Precision = 'float32',
): Promise<OpenedSession> {
  const { candidates, fallbacks: missing } = await selectProviders(options)
  const fallbacks = [...missing]
  for (const executionProvider of candidates) {
    const runtime = options.runtime ?? (await loadRuntime(executionProvider, candidates))
    try {
      const needsHalf = precision === 'float16' && !isCpu(executionProvider)
      const obstacle = needsHalf && (await obstacleToHalf(runtime, executionProvider))
      if (obstacle) {
        fallbacks.push({ executionProvider, reason: obstacle })
        continue
      }
      const settings = sessionOptionsFor(executionProvider, options, residentOutputs, precision)
      const session = await runtime.InferenceSession.create(model, settings)
      return { session, runtime, executionProvider, fallbacks }
    } catch (error) {
      fallbacks.push({ executionProvider, reason: `${reasonOf(error)}. ${adviceFor(executionProvider)}` })
    }
  }
  throw noProvider(fallbacks)
}

const levels: readonly unknown[] = ['disabled', 'basic', 'extended', 'all']

/** @throws {EngineError} `bad-input` naming an option that is out of range */
export function checkOptions(options: SessionOptions): void {
  const { intraOpNumThreads, graphOptimizationLevel, profileFilePrefix, optimizedModelFilePath } = options
  checkProviders(options)
  checkOption({ intraOpNumThreads }, 'a whole number of at least 1', (n) => Number.isInteger(n) && (n as number) >= 1)
  checkOption({ graphOptimizationLevel }, `one of ${levels.join(', ')}`, (level) => levels.includes(level))
  checkOption({ profileFilePrefix }, 'a path', isText)
  checkOption({ optimizedModelFilePath }, 'a path', isText)
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}

/** ONNX Runtime's options for one provider. */
export function sessionOptionsFor(
  provider: string,
  options: SessionOptions,
  residentOutputs: readonly string[] = [],
  precision: Precision = 'float32',
): ort.InferenceSession.SessionOptions {
  const preferredOutputLocation = Object.fromEntries(residentOutputs.map((name) => [name, 'gpu-buffer' as const]))
  return {
    ...(keepsOnDevice(provider) ? { preferredOutputLocation } : {}),
    executionProviders: [provider],
    graphOptimizationLevel: options.graphOptimizationLevel ?? 'all',
    // ONNX Runtime writes warnings to stderr, which a library should not do; errors are thrown.
    logSeverityLevel: 4,
    // No spinning between runs: the cores belong to JavaScript and its garbage collector. During a run, threads take blocks of work that
    // shrink toward the end, so that no thread waits long for another.
    extra: {
      session: { force_spinning_stop: '1', dynamic_block_base: '4' },
      ...(provider === 'openvino' && { openvino: { precision } }),
    },
    // A memory pattern would be allocated in addition to the first run's memory: twice the activations of a training step.
    enableMemPattern: false,
    ...(options.intraOpNumThreads === undefined ? {} : { intraOpNumThreads: options.intraOpNumThreads }),
    ...(options.optimizedModelFilePath === undefined ? {} : { optimizedModelFilePath: options.optimizedModelFilePath }),
    ...(options.profileFilePrefix === undefined
      ? {}
      : { enableProfiling: true, profileFilePrefix: options.profileFilePrefix }),
  }
}
