/** What a status or a network error means, and what to do about it. */
import { DownloadError } from '../download-error.ts'
import { discard, type HttpClient, type HttpResponse, withoutQuery } from './http-client.ts'

/** What is asked for, as a message names it. */
export interface Subject {
  /** `competition rsna-...` or `data set owner/name`. */
  readonly name: string
  readonly kind: 'competition' | 'dataset'
  /** The page where a person reads and accepts rules. */
  readonly page: string
}

const transientCodes: readonly string[] = ['connection-lost', 'rate-limited', 'server-failed']

/** Whether trying again may help. */
export function isTransient(error: unknown): error is DownloadError {
  return error instanceof DownloadError && transientCodes.includes(error.code)
}

/** The error of a response that is no success; reads its body for Kaggle's own words. */
export async function explainStatus(
  response: HttpResponse,
  subject: Subject,
  { endpoint, isAnonymous }: HttpClient,
): Promise<DownloadError> {
  const { status, headers, url } = response
  const said = await serverMessage(response)
  const what = `Expected ${subject.name} from ${url.origin} but received status ${status}${said && ` (${said})`}.`
  const details = { status, url: withoutQuery(url), subject: subject.name }
  const retryAfterSeconds = parseRetryAfter(headers['retry-after'])
  if (status === 429) {
    const advice =
      'Kaggle limits how often one account may ask: wait some minutes and start again; what is there is kept.'
    return new DownloadError('rate-limited', `${what} ${advice}`, { ...details, retryAfterSeconds })
  }
  if (status >= 500 || status === 408) {
    const advice = 'Start again later; what is there is kept.'
    return new DownloadError('server-failed', `${what} ${advice}`, { ...details, retryAfterSeconds })
  }
  // What the storage host refuses says nothing about the account.
  if (url.origin === endpoint.origin && (status === 401 || (status === 403 && isAnonymous))) {
    const advice = `Create a ${isAnonymous ? '' : 'new '}token on https://www.kaggle.com/settings/api and set KAGGLE_API_TOKEN to it.`
    return new DownloadError(isAnonymous ? 'no-credentials' : 'credentials-refused', `${what} ${advice}`, details)
  }
  if (url.origin === endpoint.origin && status === 403) {
    return subject.kind === 'competition'
      ? new DownloadError(
          'rules-not-accepted',
          `${what} Accept the rules on ${subject.page}, signed in as the owner of the key, and start again.`,
          details,
        )
      : new DownloadError('access-denied', `${what} Accept its terms or ask for access on ${subject.page}.`, details)
  }
  if (url.origin === endpoint.origin && status === 404) {
    const advice = `Check the name: ${subject.page} must be its page.`
    return new DownloadError('not-found', `${what} ${advice}`, details)
  }
  return new DownloadError('server-refused', `${what} Start again; what is there is kept.`, details)
}

/** The error of a request or a body that failed without a status. */
export function explainNetworkError(error: unknown, url: URL): DownloadError {
  if (error instanceof DownloadError) return error
  const { code, cause, message } = (error ?? {}) as { code?: unknown; cause?: { code?: unknown }; message?: unknown }
  const found = [code, cause?.code].find((one) => typeof one === 'string' && !one.startsWith('UND_ERR_'))
  // undici's own codes say less than its words.
  const systemCode = String(found ?? message ?? error)
  const details = { systemCode, url: withoutQuery(url) }
  const what = `${url.origin} but received ${systemCode}.`
  if (/^CERT_(?:HAS_EXPIRED|NOT_YET_VALID)$/.test(systemCode)) {
    const advice = `This machine's clock says ${new Date().toISOString()}: set it, if that is wrong.`
    return new DownloadError('certificate-refused', `Expected a valid certificate of ${what} ${advice}`, details)
  }
  if (/CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS_/.test(systemCode)) {
    const advice = 'Where a proxy opens encrypted connections, name its certificate in NODE_EXTRA_CA_CERTS.'
    return new DownloadError('certificate-refused', `Expected a trusted certificate of ${what} ${advice}`, details)
  }
  const proxy = process.env.https_proxy ?? process.env.HTTPS_PROXY
  const advice = proxy
    ? `Check the network and the proxy of HTTPS_PROXY, ${hostOf(proxy)}.`
    : 'Check the network; behind a proxy, set HTTPS_PROXY. What is there is kept.'
  return new DownloadError('connection-lost', `Expected a connection to ${what} ${advice}`, details)
}

/** Seconds of a header Retry-After, which has seconds or a date. */
export function parseRetryAfter(value: string | undefined, now = Date.now()): number | undefined {
  if (value === undefined) return undefined
  const seconds = /^\s*\d+(?:\.\d+)?\s*$/.test(value) ? Number(value) : (Date.parse(value) - now) / 1000
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined
}

async function serverMessage({ body, headers }: HttpResponse): Promise<string> {
  try {
    let text = ''
    for await (const chunk of body) {
      text += chunk
      if (text.length > 4096) break
    }
    if (!headers['content-type']?.includes('json')) return ''
    const { message } = JSON.parse(text) as { message?: unknown }
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a server's text must not move a terminal's cursor
    return typeof message === 'string' ? message.replace(/[\x00-\x1f\x7f-\x9f]+/g, ' ').slice(0, 200) : ''
  } catch {
    return ''
  } finally {
    discard(body)
  }
}

/** Without its user and password. */
function hostOf(proxy: string): string {
  return URL.canParse(proxy) ? new URL(proxy).host : 'which is no address'
}
