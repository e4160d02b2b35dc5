/** A page in a headless Chromium, driven by the DevTools protocol over a pipe: https://chromedevtools.github.io/devtools-protocol. */
import { spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'

export interface ChromiumPage {
  /** Of the browser's first process. */
  readonly pid: number
  /** A command of the page's session, such as `Page.navigate`. */
  send<Result = unknown>(method: string, params?: object): Promise<Result>
  /** What an expression, or the promise that it is, gives in the page; it has to be JSON. */
  evaluate<Result>(expression: string): Promise<Result>
  /** Evaluates an expression every 100 ms until it is truthy. @throws after `timeoutMs`, with what the page says */
  waitFor<Result>(expression: string, timeoutMs?: number): Promise<Result>
  /** Calls back for each event of the page's session. */
  on(method: string, listener: (params: never) => void): void
  close(): Promise<void>
}

/** @param args more of Chromium's command line */
export async function openChromium(chromium: string, args: readonly string[] = []): Promise<ChromiumPage> {
  const profile = mkdtempSync(join(tmpdir(), 'mammokit-chromium-'))
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run']
  const all = [...flags, '--remote-debugging-pipe', `--user-data-dir=${profile}`, ...args, 'about:blank']
  const browser = spawn(chromium, all, { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] })
  const ended = once(browser, 'close')
  const [input, output] = [browser.stdio[3] as Writable, browser.stdio[4] as Readable]
  input.on('error', () => {})
  const events = new EventEmitter()
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>()
  let count = 0
  let rest = ''
  output.setEncoding('utf8').on('data', (text: string) => {
    const messages = (rest + text).split('\0')
    rest = messages.pop()!
    for (const message of messages) take(JSON.parse(message))
  })
  ended.then(([status]) => {
    for (const { reject } of waiting.values()) reject(new Error(`${chromium} ended (${status}).`))
  })

  function take({ id, result, error, method, params, sessionId: _ }: Message): void {
    if (id === undefined) events.emit(method!, params)
    else {
      const { resolve, reject } = waiting.get(id)!
      waiting.delete(id)
      if (error) reject(new Error(error.message))
      else resolve(result as never)
    }
  }
  function command<Result>(method: string, params: object, session: { sessionId?: string }): Promise<Result> {
    const id = ++count
    input.write(`${JSON.stringify({ id, method, params, ...session })}\0`)
    return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }))
  }

  const { targetInfos } = await command<{ targetInfos: { targetId: string; type: string }[] }>(
    'Target.getTargets',
    {},
    {},
  )
  const { targetId } = targetInfos.find(({ type }) => type === 'page')!
  const attach = { targetId, flatten: true }
  const session = await command<{ sessionId: string }>('Target.attachToTarget', attach, {})
  const send: ChromiumPage['send'] = (method, params = {}) => command(method, params, session)
  const evaluate: ChromiumPage['evaluate'] = async (expression) => {
    const options = { expression, awaitPromise: true, returnByValue: true }
    const { result, exceptionDetails } = await send<Evaluated>('Runtime.evaluate', options)
    if (!exceptionDetails) return result.value as never
    throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text)
  }
  await send('Page.enable')
  return {
    pid: browser.pid!,
    send,
    evaluate,
    async waitFor(expression, timeoutMs = 300_000) {
      for (const end = Date.now() + timeoutMs; ; ) {
        // A page that is loaded anew has nothing for a moment.
        const value = await evaluate(expression).catch(() => undefined)
        if (value) return value as never
        if (Date.now() > end) throw new Error(`Timeout of ${expression}: ${await evaluate('document.body.innerText')}`)
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
    },
    on: (method, listener) => void events.on(method, listener as (params: unknown) => void),
    async close() {
      browser.kill('SIGKILL')
      await ended
      // The browser's own processes end a little after it, and write until then; rmSync would not look again for what came meanwhile.
      await rm(profile, { recursive: true, force: true, maxRetries: 30 })
    },
  }
}

interface Message {
  readonly id?: number
  readonly result?: unknown
  readonly error?: { readonly message: string }
  readonly method?: string
  readonly params?: unknown
  readonly sessionId?: string
}

interface Evaluated {
  readonly result: { readonly value: unknown }
  readonly exceptionDetails?: { readonly text: string; readonly exception?: { readonly description?: string } }
}
