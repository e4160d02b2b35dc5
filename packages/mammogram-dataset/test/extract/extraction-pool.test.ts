import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { resolvePreprocessOptions } from '@mammokit/mammogram-preprocess'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { createExtractionPool } from '../../src/extract/extraction-pool.ts'
import { temporaryFolder, write } from '../data-set.ts'

const config = { workers: 2, options: resolvePreprocessOptions(), timeoutMs: 700 }
const unsteady = fileURLToPath(new URL('unsteady-worker.js', import.meta.url))

// Time stands still but where a test lets it pass.
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())

test('of files that share a worker only the one that hangs or ends it fails; what was lost by chance is made again', async () => {
  const hangs = new BroadcastChannel('hangs')
  hangs.onmessage = async () => {
    // That a worker hangs may be heard before that its files started.
    while (vi.getTimerCount() === 0) await setImmediate()
    vi.runOnlyPendingTimers()
  }
  onTestFinished(() => hangs.close())
  const folder = await temporaryFolder()
  const pool = await createExtractionPool({ ...config, workerFile: unsteady })
  const fates = (...paths: string[]) => paths.map((path, i) => ({ path, target: join(folder, `${path}-${i}`) }))
  const reasons = async (...paths: string[]) =>
    (await pool.run(fates(...paths))).map((outcome) => 'reason' in outcome && outcome.reason)
  expect(await reasons('a', 'hang', 'b')).toEqual(['made a', 'not done after 0.7 s', 'made b'])
  expect(await reasons('c', 'end', 'd')).toEqual(['made c', expect.stringContaining('the worker ended'), 'made d'])
  expect(await reasons('hang once', 'e')).toEqual(['made hang once', 'made e'])
  expect(await reasons('end once')).toEqual(['made end once'])
  await pool.close()
})

test('what a thread loads before it says that its files start makes none of them late', async () => {
  const loading = new BroadcastChannel('loading')
  loading.onmessage = () => vi.runOnlyPendingTimers()
  onTestFinished(() => loading.close())
  const workerFile = join(await temporaryFolder(), 'worker.mjs')
  await write(
    workerFile,
    `import { setTimeout } from 'node:timers/promises'
     export async function run({ files, started }) {
       new BroadcastChannel('loading').postMessage('')
       await setTimeout(200)
       started.postMessage('started')
       return files.map(() => ({ status: 'failed', reason: 'made' }))
     }`,
  )
  const pool = await createExtractionPool({ ...config, workers: 1, workerFile })
  expect(await pool.run([{ path: 'a', target: 'b' }])).toEqual([{ status: 'failed', reason: 'made' }])
  await pool.close()
})

test('closes only once the thread that replaces a lost one has loaded its file', async () => {
  const folder = await temporaryFolder()
  const log = join(folder, 'log')
  const workerFile = join(folder, 'worker.mjs')
  await write(
    workerFile,
    `import { appendFileSync } from 'node:fs'
     import { setTimeout } from 'node:timers/promises'
     await setTimeout(200)
     appendFileSync(${JSON.stringify(log)}, 'loaded\\n')
     export const run = ({ files }) => (files.length > 0 ? process.exit(3) : [])`,
  )
  const pool = await createExtractionPool({ ...config, workers: 1, workerFile })
  // The thread, the one that tries again, and the one after that.
  expect(await pool.run([{ path: 'a', target: 'b' }])).toMatchObject([{ status: 'failed' }])
  await pool.close()
  expect(await readFile(log, 'utf8')).toBe('loaded\n'.repeat(3))
})

test.each([
  ['that is not there', undefined],
  ['that does not load', "import './nothing.js'\n"],
  ['without its function', 'export const other = 1\n'],
])('a worker file %s ends the run, no image is blamed', async (_, text) => {
  const workerFile = join(await temporaryFolder(), 'worker.mjs')
  if (text !== undefined) await write(workerFile, text)
  await expect(createExtractionPool({ ...config, workerFile })).rejects.toMatchObject({
    code: 'worker-failed',
    message: expect.stringContaining('the worker ended'),
  })
})

test("a worker writes to the environment of the process, by which ONNX Runtime's telemetry is turned off", async () => {
  vi.stubEnv('ORT_DISABLE_TELEMETRY', undefined)
  onTestFinished(() => void vi.unstubAllEnvs())
  const workerFile = join(await temporaryFolder(), 'worker.mjs')
  await write(
    workerFile,
    `export async function run({ files, started }) {
       started.postMessage('started')
       process.env.ORT_DISABLE_TELEMETRY ??= '1'
       return files.map(() => ({ status: 'failed', reason: 'made' }))
     }`,
  )
  const pool = await createExtractionPool({ ...config, workers: 1, workerFile })
  await pool.run([{ path: 'a', target: 'a' }])
  await pool.close()
  expect(process.env.ORT_DISABLE_TELEMETRY).toBe('1')
})
