/** Creates sessions on the first execution provider that works. */

import type * as ort from 'onnxruntime-common'
import { adviceFor, loadRuntime, obstacleOf } from '#runtime'
import { EngineError } from '../errors.ts'
import type { Runtime } from '../runtime/runtime.ts'

export interface SessionOptions {
  /** Tried in order; the next is used where one fails to load. @default ['cpu'] */
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
  readonly fallbacks: readonly { readonly executionProvider: string; readonly reason: string }[]
}

/** Whether values of variables stay on the provider's device between runs. */
export function keepsOnDevice(executionProvider: string): boolean {
  return executionProvider === 'webgpu'
}

/** Opens a session; `residentOutputs` stay on the device where the provider has one. @throws {EngineError} `provider` where no provider works */
export async function openSession(
  model: Uint8Array,
  options: SessionOptions = {},
  residentOutputs: readonly string[] = [],
): Promise<OpenedSession> {
  const providers = options.executionProviders ?? ['cpu']
  const runtime = options.runtime ?? (await loadRuntime(providers))
  const fallbacks: { executionProvider: string; reason: string }[] = []
  for (const executionProvider of providers) {
    const obstacle = options.runtime === undefined ? obstacleOf(executionProvider) : undefined
    if (obstacle !== undefined) {
      fallbacks.push({ executionProvider, reason: obstacle })
      continue
    }
    try {
      const settings = sessionOptionsFor(executionProvider, options, residentOutputs)
      const session = await runtime.InferenceSession.create(model, settings)
      return { session, runtime, executionProvider, fallbacks }
    } catch (error) {
      const reason = (error instanceof Error ? error.message : String(error)).trim().replace(/\.+$/, '')
      fallbacks.push({ executionProvider, reason: `${reason}. ${adviceFor(executionProvider)}` })
    }
  }
  const reasons = fallbacks.map(({ executionProvider, reason }) => `${executionProvider}: ${reason}`).join('; ')
  throw new EngineError(
    'provider',
    `Expected an execution provider that can run the graph but received ${reasons || 'none'}. Pass others as executionProviders.`,
    { fallbacks },
  )
}

const levels: readonly unknown[] = ['disabled', 'basic', 'extended', 'all']

/** @throws {EngineError} `bad-input` naming an option that is out of range */
export function checkOptions({ executionProviders, intraOpNumThreads, graphOptimizationLevel }: SessionOptions): void {
  checkOption({ executionProviders }, 'an array of names', Array.isArray)
  checkOption({ intraOpNumThreads }, 'a whole number of at least 1', (n) => Number.isInteger(n) && (n as number) >= 1)
  checkOption({ graphOptimizationLevel }, `one of ${levels.join(', ')}`, (level) => levels.includes(level))
}

/** Checks one option, given by its name, where it is not left out. @throws {EngineError} `bad-input` naming it */
export function checkOption(
  option: Readonly<Record<string, unknown>>,
  expected: string,
  isGood: (value: unknown) => boolean,
): void {
  const [[name, value]] = Object.entries(option)
  if (value === undefined || isGood(value)) return
  throw new EngineError(
    'bad-input',
    `Expected ${expected} for ${name} but received ${String(value)}. Leave the option out for its default.`,
    { option: name, value },
  )
}

/** ONNX Runtime's options for one provider. */
export function sessionOptionsFor(
  provider: string,
  options: SessionOptions,
  residentOutputs: readonly string[] = [],
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
    extra: { session: { force_spinning_stop: '1', dynamic_block_base: '4' } },
    // A memory pattern would be allocated in addition to the first run's memory: twice the activations of a training step.
    enableMemPattern: false,
    ...(options.intraOpNumThreads === undefined ? {} : { intraOpNumThreads: options.intraOpNumThreads }),
    ...(options.optimizedModelFilePath === undefined ? {} : { optimizedModelFilePath: options.optimizedModelFilePath }),
    ...(options.profileFilePrefix === undefined
      ? {}
      : { enableProfiling: true, profileFilePrefix: options.profileFilePrefix }),
  }
}
