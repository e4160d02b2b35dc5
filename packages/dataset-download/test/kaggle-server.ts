/** Kaggle on this machine: an API that redirects to a storage host with signed addresses, and the faults that a test asks for. */
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export type Fault =
  /** Another status, with these headers. */
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string }
  /** The connection ends after so many bytes of the body. */
  | { readonly dropAfter: number }
  /** Nothing comes for ever. */
  | { readonly stall: true }
  /** A byte of the body is another one. */
  | { readonly damageAt: number }
  /** The answer ends early, and says that this is all. */
  | { readonly cutTo: number }
  /** Bytes a second. */
  | { readonly throttle: number }

export interface ServedRequest {
  readonly host: 'api' | 'storage'
  readonly path: string
  readonly headers: IncomingMessage['headers']
  /** Of the storage's answer. */
  readonly start: number
  /** Bytes of the body that were handed to the connection. */
  sent: number
  status: number
}

export interface KaggleServerOptions {
  /** Files by name. */
  readonly files?: Readonly<Record<string, Buffer>>
  /** The archive of `download-all`; 404 where there is none. */
  archive?: Buffer | undefined
  /** Whether the storage gives parts. @default true */
  ranges?: boolean
  /** Whether it says which version a file is. @default true */
  versions?: boolean
  /** Whether single files come zipped: name.zip with these bytes. */
  readonly zipped?: Readonly<Record<string, Buffer>>
  readonly pageSize?: number
  /** Looked at for each request. */
  fault?: (request: ServedRequest, index: number) => Fault | undefined
}

export interface KaggleServer {
  readonly endpoint: string
  readonly storage: string
  readonly requests: ServedRequest[]
  readonly options: KaggleServerOptions
  /** Signed addresses that were given out are no longer good. */
  expire(): void
}

export async function kaggleServer(options: KaggleServerOptions): Promise<KaggleServer> {
  const requests: ServedRequest[] = []
  let generation = 0
  const storage = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://storage')
    const name = decodeURIComponent(url.pathname.slice(1))
    const whole = name === 'archive.zip' ? options.archive : (options.zipped?.[name] ?? options.files?.[name])
    const range = options.ranges === false ? null : /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '')
    const etag = whole && options.versions !== false ? `"${md5(whole)}"` : undefined
    const isSame = request.headers['if-range'] === undefined || request.headers['if-range'] === etag
    const isPart = range !== null && isSame
    const start = isPart ? Number(range[1]) : 0
    const served: ServedRequest = { host: 'storage', path: name, headers: request.headers, start, sent: 0, status: 0 }
    requests.push(served)
    const fault = options.fault?.(served, requests.length - 1)
    if (fault && 'stall' in fault) return
    if (fault && 'status' in fault) return answer(served, response, fault.status, fault.headers, fault.body)
    if (url.searchParams.get('signature') !== String(generation)) return answer(served, response, 403, {}, 'expired')
    if (whole === undefined) return answer(served, response, 404)
    if (isPart && start >= whole.length)
      return answer(served, response, 416, { 'content-range': `bytes */${whole.length}` })
    const end = isPart && range[2] !== '' ? Math.min(whole.length, Number(range[2]) + 1) : whole.length
    let body = whole.subarray(start, end)
    if (fault && 'cutTo' in fault) body = body.subarray(0, fault.cutTo)
    if (fault && 'damageAt' in fault) {
      body = Buffer.from(body)
      body[fault.damageAt % body.length] ^= 255
    }
    served.status = isPart ? 206 : 200
    response.writeHead(served.status, {
      'content-length': body.length,
      ...(etag && { etag, 'x-goog-hash': `crc32c=AAAAAA==,md5=${createHash('md5').update(whole).digest('base64')}` }),
      ...(isPart && { 'content-range': `bytes ${start}-${start + body.length - 1}/${whole.length}` }),
    })
    void send(served, response, body, fault)
  })
  const storageUrl = await listen(storage)
  const api = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://api')
    const served: ServedRequest = {
      host: 'api',
      path: request.url ?? '',
      headers: request.headers,
      start: 0,
      sent: 0,
      status: 0,
    }
    requests.push(served)
    const fault = options.fault?.(served, requests.length - 1)
    if (fault && 'stall' in fault) return
    if (fault && 'status' in fault) return answer(served, response, fault.status, fault.headers, fault.body)
    if (fault && 'dropAfter' in fault) return void response.destroy()
    const parts = url.pathname.split('/').slice(3)
    const isList = parts.includes('list')
    if (isList) {
      const size = options.pageSize ?? 20
      const from = Number(url.searchParams.get('pageToken') ?? 0)
      const names = Object.keys(options.files ?? {})
      const files = names.slice(from, from + size).map((name) => ({ name, totalBytes: options.files?.[name].length }))
      const nextPageToken = from + size < names.length ? String(from + size) : ''
      const key = parts[0] === 'competitions' ? 'files' : 'datasetFiles'
      return answer(
        served,
        response,
        200,
        { 'content-type': 'application/json' },
        JSON.stringify({ [key]: files, nextPageToken }),
      )
    }
    // /competitions/data/download/NAME/FILE, /competitions/data/download-all/NAME, /datasets/download/OWNER/NAME[/FILE]
    const file = decodeURIComponent(parts[4] ?? '')
    const name =
      file === ''
        ? options.archive
          ? 'archive.zip'
          : ''
        : options.zipped?.[`${file.split('/').at(-1)}.zip`]
          ? `${file.split('/').at(-1)}.zip`
          : file
    if (name === '') return answer(served, response, 404)
    answer(served, response, 302, { location: `${storageUrl}/${encodeURIComponent(name)}?signature=${generation}` })
  })
  const endpoint = await listen(api)
  return { endpoint, storage: storageUrl, requests, options, expire: () => void generation++ }
}

async function send(served: ServedRequest, response: ServerResponse, body: Buffer, fault: Fault | undefined) {
  const stop = fault && 'dropAfter' in fault ? fault.dropAfter : Number.POSITIVE_INFINITY
  const step = fault && 'throttle' in fault ? Math.ceil(fault.throttle / 50) : 65_536
  while (served.sent < body.length) {
    const chunk = body.subarray(served.sent, Math.min(body.length, served.sent + step, stop))
    if (chunk.length === 0 || response.destroyed) break
    const isTaken = response.write(chunk)
    served.sent += chunk.length
    if (!isTaken) await drained(response)
    if (fault && 'throttle' in fault) await new Promise((resolve) => setTimeout(resolve, 20))
  }
  if (served.sent < body.length) response.destroy()
  else response.end()
}

async function drained(response: ServerResponse): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = () => {
      response.off('drain', done).off('close', done)
      resolve()
    }
    response.on('drain', done).on('close', done)
  })
}

function answer(
  served: ServedRequest,
  response: ServerResponse,
  status: number,
  headers: Record<string, string> = {},
  body = '',
): void {
  served.status = status
  response.writeHead(status, headers).end(body)
}

/** The address of a server that goes with the test. */
export async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  )
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const hashes = new WeakMap<Buffer, string>()
function md5(bytes: Buffer): string {
  let hash = hashes.get(bytes)
  if (hash === undefined) {
    hash = createHash('md5').update(bytes).digest('hex')
    hashes.set(bytes, hash)
  }
  return hash
}
