/** Runs a page in a headless Chromium that is installed on this machine, over HTTP on this machine. */
import { spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { existsSync, mkdtempSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, extname, join } from 'node:path'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
}

/** How long a page may take, in milliseconds: a busy machine may be many times slower than an idle one. */
const longest = 500_000

/** The path of Chromium or Chrome, or undefined where there is none: `CHROMIUM`, or what `PATH` has. */
export function findChromium(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter)
  const paths = folders.flatMap((folder) => names.map((name) => join(folder, name)))
  return [process.env.CHROMIUM ?? '', ...paths].find((path) => path !== '' && existsSync(path))
}

/**
 * Opens `index.html` of a folder, and waits until the page has posted JSON to `/result`.
 *
 * @param files - what the page can fetch besides, by path: `/image.dcm`
 * @returns what the page posted
 */
export async function runInChromium(
  chromium: string,
  folder: string,
  files: ReadonlyMap<string, Uint8Array> = new Map(),
): Promise<unknown> {
  const profile = mkdtempSync(join(tmpdir(), 'mammokit-chromium-'))
  const results = new EventEmitter()
  const server = createServer((request, response) => {
    answer(request, response).catch((error) => results.emit('error', error))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  // Docker runs as root and gives 64 MB of shared memory.
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run']
  const args = [...flags, `--user-data-dir=${profile}`, `http://127.0.0.1:${port}/index.html`]
  const browser = spawn(chromium, args, { stdio: 'ignore' })
  const ended = new Promise((resolve) => browser.once('close', resolve))
  browser.once('error', (error) => results.emit('error', error))
  browser.once('close', (status) => results.emit('error', new Error(`${chromium} ended (${status}) without a result.`)))
  try {
    const [result] = await once(results, 'result', { signal: AbortSignal.timeout(longest) })
    return result
  } finally {
    results.on('error', () => {})
    browser.kill('SIGKILL')
    await ended
    server.closeAllConnections()
    server.close()
    // The browser's own processes end a little after it, and write until then; rmSync would not look again for what came meanwhile.
    await rm(profile, { recursive: true, force: true, maxRetries: 30 })
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'POST') {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk)
      response.end()
      results.emit('result', JSON.parse(Buffer.concat(chunks).toString()))
      return
    }
    const path = new URL(request.url ?? '/', 'http://page').pathname
    const bytes = files.get(path) ?? (await readFile(join(folder, path)).catch(() => undefined))
    const type = types[extname(path)] ?? 'application/octet-stream'
    response.writeHead(bytes === undefined ? 404 : 200, { 'content-type': type })
    response.end(bytes)
  }
}
