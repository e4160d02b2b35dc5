/** A folder over HTTP on this machine, as any static web server has it. */
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
}

export interface FolderServer {
  /** With the path below which the folder lies. */
  readonly address: string
  /** Paths in the order in which they were asked for. */
  readonly requests: readonly string[]
  close(): Promise<void>
}

/**
 * @param path below which the folder lies, such as /any/where/
 * @param headers of every answer
 */
export async function serveFolder(
  folder: string,
  path = '/',
  headers: Readonly<Record<string, string>> = {},
): Promise<FolderServer> {
  const requests: string[] = []
  const server = createServer(async (request, response) => {
    const asked = new URL(request.url ?? '/', 'http://page').pathname
    requests.push(asked)
    const file = asked.startsWith(path) ? decodeURIComponent(asked.slice(path.length)) || 'index.html' : '..'
    const bytes = file.includes('..') ? undefined : await readFile(join(folder, file)).catch(() => undefined)
    const type = types[extname(file)] ?? 'application/octet-stream'
    response.writeHead(bytes === undefined ? 404 : 200, { 'content-type': type, ...headers })
    response.end(bytes)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  return {
    address: `http://127.0.0.1:${port}${path}`,
    requests,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
