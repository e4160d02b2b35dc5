import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { downloadDataset } from '../src/index.ts'
import { differences, temporaryFolder, tree } from './folder.ts'
import { type KaggleServerOptions, kaggleServer, type ServedRequest } from './kaggle-server.ts'
import { archiveOf, noise, random, sampleFiles } from './sample-files.ts'

const credentials = { authorization: 'Bearer secret', origin: 'test', readableByOthers: false }
// One that comes in many pieces, and one that goes over the disk.
const files = {
  ...sampleFiles(24),
  'large.bin': noise(3 << 20, 5),
  'larger.bin': Buffer.alloc(17 << 20, noise(70_000, 6)),
}
const archive = archiveOf(files)

/** Calls `onTwice` where a request asks for bytes of a file that is whole already. */
function watchWhole(to: string, ends: ReadonlyMap<string, readonly [number, number]>, onTwice: (text: string) => void) {
  return ({ host, path, start, headers }: ServedRequest) => {
    if (host !== 'storage') return
    const isThere = (name: string) =>
      existsSync(join(to, name)) && statSync(join(to, name)).size === files[name as keyof typeof files].length
    if (path !== 'archive.zip') {
      if (isThere(path)) onTwice(path)
      return
    }
    const last = Number(/-(\d+)$/.exec(headers.range ?? '')?.[1] ?? Number.POSITIVE_INFINITY)
    if (last === 3 && start === 0) return // the look at the first bytes
    for (const [name, [from, end]] of ends) if (from >= start && end <= last + 1 && isThere(name)) onTwice(name)
  }
}

const served: [string, KaggleServerOptions, ReadonlyMap<string, readonly [number, number]>][] = [
  ['an archive that comes in parts', { files, archive: archive.bytes }, archive.ends],
  ['files that come one by one', { files, pageSize: 200 }, new Map()],
]

it.each(served)(
  '%s: 200 connections lost at random bytes give the same bytes, nothing whole twice',
  async (_, given, ends) => {
    const [to, next] = [temporaryFolder(), random(3)]
    const twice: string[] = []
    const check = watchWhole(to, ends, (name) => twice.push(name))
    let drops = 0
    const server = await kaggleServer({
      ...given,
      fault(request) {
        check(request)
        if (request.host !== 'storage' || drops >= 200) return undefined
        drops++
        return { dropAfter: Math.floor(next() * (next() < 0.5 ? 2000 : 150_000)) }
      },
    })
    const source = { competition: 'rsna-breast-cancer-detection' }
    await downloadDataset({ source, to, endpoint: server.endpoint, credentials, retryDelayMs: 0, retries: 100 })
    expect(drops).toBe(200)
    expect(differences(tree(to), files)).toEqual([])
    expect(twice).toEqual([])
  },
)

it.each(served)(
  '%s: stopped at 60 random bytes and started again, the same bytes, nothing whole twice',
  async (_, given, ends) => {
    const [to, next] = [temporaryFolder(), random(4)]
    const twice: string[] = []
    const check = watchWhole(to, ends, (name) => twice.push(name))
    const server = await kaggleServer({ ...given, fault: (request) => void check(request) })
    const source = { competition: 'rsna-breast-cancer-detection' }
    const options = { source, to, endpoint: server.endpoint, credentials, retryDelayMs: 0 }
    let stops = 0
    for (let start = 0; start < 60; start++) {
      const stop = new AbortController()
      const at = next() * 1_500_000
      let first: number | undefined
      const onProgress = ({ receivedBytes }: { receivedBytes: number }) => {
        first ??= receivedBytes
        if (receivedBytes - first >= at) stop.abort(new Error('stopped'))
      }
      await downloadDataset({ ...options, signal: stop.signal, onProgress }).catch((error) => {
        expect(error.message).toBe('stopped')
        stops++
      })
    }
    expect(stops).toBeGreaterThan(10)
    await downloadDataset(options)
    expect(differences(tree(to), files)).toEqual([])
    expect(twice).toEqual([])
  },
)

// KILLS=50 is the whole experiment.
const kills = Number(process.env.KILLS ?? 5)

it.each(served)(`%s: a process killed ${kills} times at random leaves the same tree`, async (_, given) => {
  const [to, next] = [temporaryFolder(), random(Number(process.env.KILL_SEED ?? 5))]
  const server = await kaggleServer({
    ...given,
    fault: ({ host }) => (host === 'storage' ? { throttle: 12e6 } : undefined),
  })
  const entry = new URL('../dist/index.js', import.meta.url).href
  const script = `
    const { downloadDataset } = await import(${JSON.stringify(entry)})
    await downloadDataset({
      source: { competition: 'rsna-breast-cancer-detection' }, to: ${JSON.stringify(to)}, endpoint: '${server.endpoint}',
      credentials: ${JSON.stringify(credentials)}, onProgress: () => process.stdout.write('.'),
    })`
  const run = () =>
    spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  let killed = 0
  while (killed < kills) {
    const child = run()
    child.stdout.once('data', () => setTimeout(() => child.kill('SIGKILL'), 250 * next()))
    child.stdout.resume()
    await once(child, 'exit')
    if (child.signalCode === 'SIGKILL') killed++
    // Whole, it begins anew in the same folder, as if some files had been lost.
    else for (const name of ['large.bin', 'train.csv']) rmSync(join(to, name))
  }
  const last = run()
  last.stdout.resume()
  expect(await once(last, 'exit')).toEqual([0, null])
  expect(differences(tree(to), files)).toEqual([])
})
