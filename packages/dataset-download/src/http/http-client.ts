/** GET requests with redirects, through the proxy of the environment; credentials go to the endpoint's own origin alone. */
import type { Readable } from 'node:stream'
import { Agent, EnvHttpProxyAgent, request } from 'undici'
import type { Credentials } from '../credentials.ts'
import { DownloadError } from '../download-error.ts'

export interface HttpResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  /** After redirects. */
  readonly url: URL
  readonly body: Readable
}

export interface HttpClient {
  readonly endpoint: URL
  readonly isAnonymous: boolean
  /** Follows redirects; the body must be read or destroyed. */
  get(url: URL, headers?: Readonly<Record<string, string>>): Promise<HttpResponse>
  close(): Promise<void>
}

export interface HttpClientOptions {
  readonly endpoint: URL
  readonly credentials?: Credentials | undefined
  readonly signal?: AbortSignal | undefined
  /** Milliseconds without a byte after which a connection counts as lost. */
  readonly timeoutMs: number
}

const maxRedirects = 10

export function createHttpClient({ endpoint, credentials, signal, timeoutMs }: HttpClientOptions): HttpClient {
  const options = { connect: { timeout: timeoutMs }, headersTimeout: timeoutMs, bodyTimeout: timeoutMs }
  const hasProxy = ['http_proxy', 'https_proxy'].some((name) => process.env[name] || process.env[name.toUpperCase()])
  const dispatcher = hasProxy ? new EnvHttpProxyAgent(options) : new Agent(options)
  return {
    endpoint,
    isAnonymous: credentials === undefined,
    async get(first, headers = {}) {
      let url = first
      for (let redirects = 0; ; redirects++) {
        const sent = {
          'user-agent': '@mammokit/dataset-download',
          'accept-encoding': 'identity',
          ...headers,
          ...(credentials && url.origin === endpoint.origin && { authorization: credentials.authorization }),
        }
        const response = await request(url, { dispatcher, headers: sent, ...(signal && { signal }) })
        const { location } = response.headers
        if (response.statusCode < 300 || response.statusCode > 399 || typeof location !== 'string') {
          return { status: response.statusCode, headers: firstValues(response.headers), url, body: response.body }
        }
        discard(response.body)
        url = nextUrl(url, location, redirects)
      }
    },
    close: () => dispatcher.destroy(),
  }
}

/** Drops a body that nobody reads. */
export function discard(body: Readable): void {
  body.on('error', () => undefined).destroy()
}

export function nextUrl(from: URL, location: string, redirects: number): URL {
  const next = URL.canParse(location, from.href) ? new URL(location, from.href) : undefined
  const isDowngraded = from.protocol === 'https:' && next?.protocol === 'http:'
  if (next && /^https?:$/.test(next.protocol) && !isDowngraded && redirects < maxRedirects) return next
  const received =
    redirects < maxRedirects
      ? `one to ${next && next.origin !== 'null' ? next.origin : 'no such address'}`
      : `more than ${maxRedirects}`
  const message = `Expected a redirect to an https address from ${from.origin} but received ${received}. Check the endpoint and the proxy.`
  throw new DownloadError('unsafe-redirect', message, { url: withoutQuery(from) })
}

/** An address that may be shown: the query of a signed one is a credential. */
export function withoutQuery({ origin, pathname }: URL): string {
  return `${origin}${pathname}`
}

function firstValues(headers: Readonly<Record<string, string | string[] | undefined>>): HttpResponse['headers'] {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  )
}
