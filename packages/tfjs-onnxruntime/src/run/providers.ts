/** Which of the requested execution providers the platform's ONNX Runtime has. */
import { listProviders, obstacleOf } from '#runtime'
import { EngineError } from '../errors.ts'
import { checkName } from '../options.ts'
import type { Runtime } from '../runtime/runtime.ts'

/** The providers of onnxruntime-node and onnxruntime-web on any platform, and OpenVINO. */
const providerNames = ['cpu', 'wasm', 'webgpu', 'cuda', 'dml', 'coreml', 'webnn', 'tensorrt', 'openvino'] as const

/** A provider that was requested and not used, and why. */
export interface Fallback {
  readonly executionProvider: string
  readonly reason: string
}

export interface ProviderOptions {
  readonly executionProviders?: readonly string[]
  readonly runtime?: Runtime
}

/** @throws {EngineError} `bad-input` for a name that no ONNX Runtime has; those of a `runtime` of the caller's are its own */
export function checkProviders({ executionProviders, runtime }: ProviderOptions): void {
  if (executionProviders === undefined) return
  if (
    !Array.isArray(executionProviders) ||
    executionProviders.length === 0 ||
    executionProviders.some((name) => typeof name !== 'string')
  )
    throw new EngineError(
      'bad-input',
      `Expected an array of names for executionProviders but received ${JSON.stringify(executionProviders)}. Leave the option out for ['cpu'].`,
      { option: 'executionProviders', value: executionProviders },
    )
  if (runtime === undefined)
    for (const name of executionProviders) checkName(name, providerNames, 'an execution provider')
}

/**
 * The requested providers that may work, in order, and why the others do not.
 *
 * @throws {EngineError} `provider` where the platform has none of them
 */
export async function selectProviders({ executionProviders = ['cpu'], runtime }: ProviderOptions): Promise<{
  readonly candidates: readonly string[]
  readonly fallbacks: readonly Fallback[]
}> {
  if (runtime !== undefined) return { candidates: executionProviders, fallbacks: [] }
  const { where, names, others } = await listProviders()
  const fallbacks = executionProviders.flatMap((executionProvider): Fallback[] => {
    const reason = [...names, ...others].includes(executionProvider)
      ? obstacleOf(executionProvider)
      : `${where} has ${names.join(', ')}, and not ${executionProvider}`
    return reason === undefined ? [] : [{ executionProvider, reason }]
  })
  const candidates = executionProviders.filter((name) => !fallbacks.some((each) => each.executionProvider === name))
  if (candidates.length === 0) throw noProvider(fallbacks)
  return { candidates, fallbacks }
}

export function noProvider(fallbacks: readonly Fallback[]): EngineError {
  const reasons = fallbacks.map(({ executionProvider, reason }) => `${executionProvider}: ${reason}`).join('; ')
  return new EngineError(
    'provider',
    `Expected an execution provider that can run the graph but received ${reasons}. Pass others as executionProviders.`,
    { fallbacks },
  )
}
