/** The HTTP port: how connections are limited and secured; `http-app.ts` answers what comes through it. */
import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { StudyError } from '../study-error.ts'
import { isLoopback, minTokenLength } from './authorize.ts'
import type { HttpAppOptions, RequestLimits, StudyBackend } from './http-app.ts'
import { explainTls, listen } from './listen.ts'
import { problemOf, problemResponse } from './problem.ts'

/** Where to listen, to whom, and for what. */
export interface HttpServerOptions extends Omit<HttpAppOptions, 'limits'> {
  /** @default '127.0.0.1'; beyond loopback `token` and `tls` are required */
  readonly host?: string
  /** 0 takes any that is free. @default 8080 */
  readonly port?: number
  /** Certificate chain and private key, PEM. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined
  readonly limits?: Partial<HttpLimits>
}

/** What a client may send, and at once. */
export interface HttpLimits extends RequestLimits {
  /** Connections at once. @default 64 */
  readonly connections: number
}

/** A server that listens. */
export interface HttpServer {
  /** Such as `http://127.0.0.1:8080`. */
  readonly url: string
  /** Takes no more requests and waits for those under way, at most `graceSeconds`. */
  close(graceSeconds?: number): Promise<void>
}

const mebibyte = 2 ** 20

const defaultLimits: HttpLimits = {
  partBytes: 2048 * mebibyte,
  requestBytes: 8192 * mebibyte,
  parts: 100,
  requestSeconds: 600,
  idleSeconds: 30,
  uploads: 8,
  connections: 64,
}

/**
 * Opens the port.
 *
 * @throws {StudyError} `bad-option`, `cannot-listen`
 * @example
 * const server = await openHttpServer(service, { port: 0 })
 * server.url // 'http://127.0.0.1:40123'
 */
export async function openHttpServer(backend: StudyBackend, options: HttpServerOptions = {}): Promise<HttpServer> {
  const { host = '127.0.0.1', port = 8080, tls, token } = options
  const limits = { ...defaultLimits, ...options.limits }
  checkSecurity(host, token, tls !== undefined)
  // Not at the top: whoever only analyzes files needs neither.
  const { getRequestListener } = await import('@hono/node-server')
  const { createHttpApp } = await import('./http-app.ts')
  const app = createHttpApp(backend, { ...options, limits })
  const answer = getRequestListener(app.fetch, {
    overrideGlobalObjects: false,
    errorHandler: (error) => problemResponse(problemOf(badRequest(error))),
  })
  const server = createServerOf(options.tls, limits, (request, response) => void answer(request, response))
  await listen(server, host, port)
  const { port: bound } = server.address() as AddressInfo
  const name = host.includes(':') ? `[${host}]` : host
  return { url: `${tls ? 'https' : 'http'}://${name}:${bound}`, close: (seconds = 10) => closeServer(server, seconds) }
}

/** @throws {StudyError} `bad-option` */
function checkSecurity(host: string, token: string | undefined, hasTls: boolean): void {
  if (token !== undefined && (token.length < minTokenLength || /\s/.test(token))) {
    throw new StudyError(
      'bad-option',
      `Expected a token of at least ${minTokenLength} characters without spaces but received one of ${token.length}. Make one with openssl rand -hex 32.`,
      { length: token.length },
    )
  }
  if (isLoopback(host) || (token !== undefined && hasTls)) return
  const missing = [...(token === undefined ? ['no token'] : []), ...(hasTls ? [] : ['no TLS'])].join(' and ')
  throw new StudyError(
    'bad-option',
    `Expected a token and TLS for ${host}, which other machines reach, but received ${missing}. Give both, or listen on 127.0.0.1.`,
    { host },
  )
}

function createServerOf(
  tls: HttpServerOptions['tls'],
  { requestSeconds, idleSeconds, connections }: HttpLimits,
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Server {
  const options: ServerOptions = {
    maxHeaderSize: 16_384,
    headersTimeout: 10_000,
    requestTimeout: (requestSeconds + 10) * 1000, // after the answer of receiveParts, which says why
    connectionsCheckingInterval: 5000,
    keepAliveTimeout: 30_000, // a short one closes connections that a busy process has not looked at
  }
  const server = tls
    ? explainTls(() => createTlsServer({ ...options, minVersion: 'TLSv1.2', ...tls }, answer))
    : createServer(options, answer)
  server.maxConnections = connections
  server.setTimeout((idleSeconds + 10) * 1000)
  server.on('checkContinue', answer) // a sender that asks first is refused before it sends a file
  server.on('clientError', refuseBroken)
  return server
}

/** What Node cannot read as HTTP, such as a request that is longer than it said. */
function refuseBroken(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const isSlow = error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
  socket.end(`HTTP/1.1 ${isSlow ? '408 Request Timeout' : '400 Bad Request'}\r\nConnection: close\r\n\r\n`)
}

const badRequest = (error: unknown): StudyError =>
  new StudyError('bad-request', `Expected a request of HTTP but ${(error as Error).message}. Send a Host and a path.`)

async function closeServer(server: Server, graceSeconds: number): Promise<void> {
  const late = setTimeout(() => server.closeAllConnections(), graceSeconds * 1000)
  await new Promise<void>((resolve) => {
    server.close(() => resolve())
    server.closeIdleConnections()
  })
  clearTimeout(late)
}
