import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { afterAll, beforeAll, expect, test } from 'vitest'

const script = new URL('./train-forever.mjs', import.meta.url)
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'killed-'))
})

afterAll(() => rm(folder, { recursive: true }))

/** Starts a thread that trains and kills it between two steps; returns the megabytes of the process just before. */
async function killThread(): Promise<number> {
  // Without the conditions of the test runner, which lead to source files.
  const worker = new Worker(script, { env: { ...process.env, TMPDIR: folder }, execArgv: [] })
  await once(worker, 'message')
  const megabytes = residentMegabytes()
  expect(await worker.terminate()).toBe(1)
  return megabytes
}

function residentMegabytes(): number {
  return process.memoryUsage().rss / 1e6
}

test('a worker thread that is killed between two steps leaves no files and gives its memory back: five that had 50 MB each leave less than 150 MB', async () => {
  for (let i = 0; i < 2; i++) await killThread()
  const before = residentMegabytes()
  for (let i = 0; i < 5; i++) expect((await killThread()) - before).toBeGreaterThan(50)
  // The allocator keeps some of a thread's memory for the next one, and the system takes the rest back a little after its end.
  await expect.poll(() => residentMegabytes() - before, { timeout: 10_000 }).toBeLessThan(150)
  expect(await readdir(folder)).toEqual([])
})

test('a process that is killed in the middle of a step leaves no files and no processes behind', async () => {
  const child = spawn(process.execPath, [fileURLToPath(script)], {
    cwd: folder,
    env: { ...process.env, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
  await once(child.stdout, 'data')
  child.kill('SIGKILL')
  const [code, signal] = await once(child, 'exit')
  expect([code, signal]).toEqual([null, 'SIGKILL'])
  expect(() => process.kill(-child.pid!, 0)).toThrow(/ESRCH/)
  expect(await readdir(folder)).toEqual([])
})
