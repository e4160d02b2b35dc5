/** The environment variables of Hugging Face's own libraries, and of the proxy. */
import { getHFHubCachePath } from '@huggingface/hub'
import { Agent, EnvHttpProxyAgent, fetch as undiciFetch } from 'undici'
import { PretrainedWeightsError } from '../pretrained-weights-error.ts'

/** Where weights are fetched from and kept. */
export interface HubOptions {
  /** Address of the hub or of a mirror. @default HF_ENDPOINT, else https://huggingface.co */
  readonly endpoint?: string
  /** Access token, for private repositories. @default HF_TOKEN */
  readonly token?: string
  /** Whether the cache alone is asked. @default HF_HUB_OFFLINE */
  readonly isOffline?: boolean
  /** The hub's cache. @default HF_HUB_CACHE, else hub/ of HF_HOME, else ~/.cache/huggingface/hub */
  readonly cacheDir?: string
  /** Milliseconds without a byte after which a connection counts as lost. @default 60000 */
  readonly timeoutMs?: number
  /** Milliseconds before the first of five attempts to go on after a failure; it doubles with each. @default 1000 */
  readonly retryDelayMs?: number
  readonly signal?: AbortSignal
}

export interface HubEnvironment {
  readonly endpoint: string
  readonly token: string | undefined
  readonly isOffline: boolean
  readonly cacheDir: string
  readonly retryDelayMs: number
  readonly signal: AbortSignal | undefined
  readonly fetch: typeof fetch
  close(): Promise<void>
}

const isSet = (name: string): boolean => ['1', 'ON', 'YES', 'TRUE'].includes((process.env[name] ?? '').toUpperCase())

export function openEnvironment(options: HubOptions): HubEnvironment {
  const { timeoutMs = 60_000, retryDelayMs = 1000, signal } = options
  const limits = { connect: { timeout: timeoutMs }, headersTimeout: timeoutMs, bodyTimeout: timeoutMs }
  const hasProxy = ['http_proxy', 'https_proxy'].some((name) => process.env[name] || process.env[name.toUpperCase()])
  const dispatcher = hasProxy ? new EnvHttpProxyAgent(limits) : new Agent(limits)
  /** Headers must come in time: undici asks a proxy that closes its connections without end. */
  const send = async (url: string | URL, init: object = {}) => {
    const late = new AbortController()
    const timer = setTimeout(() => late.abort(noAnswer(url, timeoutMs)), timeoutMs)
    try {
      return await undiciFetch(url, {
        ...init,
        dispatcher,
        signal: AbortSignal.any([late.signal, ...(signal ? [signal] : [])]),
      })
    } finally {
      clearTimeout(timer)
    }
  }
  return {
    endpoint: (options.endpoint ?? (process.env.HF_ENDPOINT || 'https://huggingface.co')).replace(/\/+$/, ''),
    token: options.token ?? (process.env.HF_TOKEN?.trim() || undefined),
    isOffline: options.isOffline ?? (isSet('HF_HUB_OFFLINE') || isSet('TRANSFORMERS_OFFLINE')),
    cacheDir: options.cacheDir ?? getHFHubCachePath(),
    retryDelayMs,
    signal,
    fetch: send as unknown as typeof fetch,
    close: () => dispatcher.destroy(),
  }
}

function noAnswer(url: string | URL, timeoutMs: number): PretrainedWeightsError {
  const { host } = new URL(url)
  const message = `Expected an answer from ${host} within ${timeoutMs} ms but received none. Check the network, HTTPS_PROXY and HF_ENDPOINT.`
  return new PretrainedWeightsError('hub-failed', message, { host, timeoutMs })
}
