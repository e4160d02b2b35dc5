/** A hub on this machine: the three addresses of huggingface.co that a download asks for, and a storage that it redirects to. */
import { createReadStream } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Transform } from 'node:stream'
import { onTestFinished } from 'vitest'
import { type HubFile, repository } from './weights-files.ts'

export const commit = '0123456789abcdef0123456789abcdef01234567'

export interface HubServer {
  readonly endpoint: string
  /** `METHOD path range` of each request. */
  readonly asked: string[]
  /** Bytes of the weights that were sent. */
  sentBytes: number
  /** After how many bytes of the weights the connection breaks, for each request in turn. */
  breaksAfter: number[]
  /** How many more answers have a wrong byte. */
  wrongAnswers: number
  /** What main is. */
  head: string
  /** Accepts requests with this token alone. */
  token: string | undefined
  /** Whether the storage was sent a token. */
  leaked: boolean
}

export async function startHub(files: Readonly<Record<string, HubFile>>): Promise<HubServer> {
  const storage = createServer((request, response) => {
    hub.leaked ||= request.headers.authorization !== undefined
    sendFile(request, response)
  })
  const hub: HubServer = {
    endpoint: '',
    asked: [],
    sentBytes: 0,
    breaksAfter: [],
    wrongAnswers: 0,
    head: commit,
    token: undefined,
    leaked: false,
  }

  function sendFile({ url = '', headers }: IncomingMessage, response: ServerResponse): void {
    const { path, sizeBytes, etag } = files[url.split('/').at(-1) as string]
    const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '') ?? []
    const start = Number(from ?? 0)
    const end = to ? Number(to) : sizeBytes - 1
    const isProbe = end === 0
    response.writeHead(from === undefined ? 200 : 206, {
      etag: `"${etag}"`,
      'accept-ranges': 'bytes',
      'content-length': end - start + 1,
      ...(from !== undefined && { 'content-range': `bytes ${start}-${end}/${sizeBytes}` }),
    })
    const limit = isProbe || !url.endsWith('model.safetensors') ? undefined : hub.breaksAfter.shift()
    const isWrong = !isProbe && url.endsWith('model.safetensors') && hub.wrongAnswers-- > 0
    let sent = 0
    const passed = new Transform({
      transform(chunk: Buffer, _, done) {
        if (isWrong && sent === 0) chunk[chunk.length - 1] ^= 1
        const bytes = limit === undefined ? chunk : chunk.subarray(0, limit - sent)
        sent += bytes.length
        if (url.endsWith('model.safetensors') && !isProbe) hub.sentBytes += bytes.length
        if (limit !== undefined && sent >= limit) response.write(bytes, () => response.destroy())
        else done(null, bytes)
      },
    })
    createReadStream(path, { start, end }).pipe(passed).pipe(response)
  }

  const api = createServer((request, response) => {
    const { method, url = '', headers } = request
    const path = url.split('?')[0]
    hub.asked.push(`${method} ${path} ${headers.range ?? ''}`.trim())
    const json = (status: number, value: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
    if (hub.token !== undefined && headers.authorization !== `Bearer ${hub.token}`) return json(401, { error: 'no' })
    if (path === `/api/models/${repository}/revision/main`)
      return json(200, {
        _id: '1',
        id: repository,
        sha: hub.head,
        lastModified: '2023-01-01',
        private: false,
        gated: false,
      })
    if (path === `/api/models/${repository}/paths-info/${hub.head}`)
      return json(
        200,
        Object.entries(files).map(([name, { sizeBytes, etag }]) => ({
          type: 'file',
          path: name,
          size: sizeBytes,
          oid: etag.slice(0, 40),
          ...(etag.length === 64 && { lfs: { oid: etag, size: sizeBytes, pointerSize: 134 } }),
        })),
      )
    const [, file] = new RegExp(`^/${repository}/resolve/${hub.head}/(.+)$`).exec(path) ?? []
    if (file === 'model.safetensors')
      return response.writeHead(302, { location: `${addressOf(storage)}/${file}`, etag: files[file].etag }).end()
    if (file !== undefined && file in files) return sendFile(request, response)
    return json(404, { error: 'Repository not found' })
  })
  await Promise.all([listen(api), listen(storage)])
  return Object.assign(hub, { endpoint: addressOf(api) })
}

async function listen(server: Server): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
}

function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
