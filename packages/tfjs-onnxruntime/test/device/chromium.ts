/** Shows a folder's index.html to a headless Chromium and waits for the page's event `trained`. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']

/** The path of a Chromium: what CHROMIUM says, or the first that is installed. */
export function findChromium(): string | undefined {
  if (process.env.CHROMIUM !== undefined) return process.env.CHROMIUM
  for (const name of names)
    try {
      return execFileSync('which', [name], { encoding: 'utf8' }).trim()
    } catch {
      // The next name.
    }
  return undefined
}

/** Less than a test may take, so that the browser is ended in any case, and far more than a page needs. */
const patienceMs = 300_000

const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
}

/** Tells the server what the page says, and what goes wrong in it. */
const reporter = `<script>
  const post = (path, body) => fetch(path, { method: 'POST', body })
  addEventListener('trained', ({ detail }) => post('/trained', JSON.stringify(detail)))
  addEventListener('error', ({ message }) => post('/failed', message))
  addEventListener('unhandledrejection', ({ reason }) => post('/failed', String(reason?.stack ?? reason)))
</script>`

/** What the page says, and the paths that it asked for. @throws what goes wrong in the page */
export async function showPage(
  chromium: string,
  folder: string,
): Promise<{ readonly trained: unknown; readonly requested: readonly string[] }> {
  const requested: string[] = []
  const profile = await mkdtemp(join(tmpdir(), 'chromium-'))
  let server: Server | undefined
  let browser: ChildProcess | undefined
  let timer: NodeJS.Timeout | undefined
  try {
    const trained = await new Promise<unknown>((resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`The page said nothing for ${patienceMs} ms.`)), patienceMs)
      server = createServer((request, response) => {
        const path = request.url === '/' ? '/index.html' : request.url!
        if (request.method === 'POST') {
          let body = ''
          request.on('data', (part) => {
            body += part
          })
          request.on('end', () => {
            response.end()
            if (path === '/trained') resolve(JSON.parse(body))
            else reject(new Error(`The page failed: ${body}`))
          })
          return
        }
        requested.push(path)
        sendFile(response, folder, path)
      }).listen(0, '127.0.0.1', () => {
        const { port } = server!.address() as AddressInfo
        browser = spawn(chromium, [...flags, `--user-data-dir=${profile}`, `http://127.0.0.1:${port}/`], {
          stdio: 'ignore',
          detached: true,
        })
        browser.on('error', reject)
        browser.on('exit', (code, signal) => reject(new Error(`Chromium ended by itself: ${signal ?? code}.`)))
      })
    })
    return { trained, requested }
  } finally {
    clearTimeout(timer)
    server?.close()
    await stop(browser)
    await rm(profile, { recursive: true, force: true, maxRetries: 20 })
  }
}

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // An adapter in software, where there is no other.
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--enable-features=Vulkan',
]

function sendFile(response: ServerResponse, folder: string, path: string): void {
  try {
    const body = readFileSync(join(folder, path))
    response.writeHead(200, {
      'content-type': types[extname(path)] ?? 'application/octet-stream',
      // Threads share memory only in pages that are isolated.
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
    })
    response.end(path === '/index.html' ? body.toString().replace('<head>', `<head>${reporter}`) : body)
  } catch {
    response.writeHead(404).end()
  }
}

/** Ends the browser with its own processes. */
async function stop(browser: ChildProcess | undefined): Promise<void> {
  if (browser?.pid === undefined || browser.exitCode !== null || browser.signalCode !== null) return
  const ended = new Promise((resolve) => browser.once('exit', resolve))
  process.kill(-browser.pid, 'SIGKILL')
  await ended
}
