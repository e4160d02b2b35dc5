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

/** Starts a thread that trains and kills it between two steps; returns the megabytes by which the process had grown just before. */
async function killThread(): Promise<number> {
  const before = await settledMegabytes()
  // Without the conditions of the test runner, which lead to source files.
  const worker = new Worker(script, { env: { ...process.env, TMPDIR: folder }, execArgv: [] })
  await once(worker, 'message')
  const growth = residentMegabytes() - before
  expect(await worker.terminate()).toBe(1)
  return growth
}

function residentMegabytes(): number {
  return process.memoryUsage().rss / 1e6
}

/** The megabytes of the process when they have not become less for a while: the system takes memory back a little after a thread's end. */
async function settledMegabytes(): Promise<number> {
  let least = residentMegabytes()
  for (let quiet = 0; quiet < 5; quiet++) {
    await new Promise((resolve) => setTimeout(resolve, 100))
    const now = residentMegabytes()
    if (now < least - 1) quiet = -1
    least = Math.min(least, now)
  }
  return least
}

test('a worker thread that is killed between two steps leaves no files and gives its memory back: five that had more than 250 MB together leave less than 150 MB', async () => {
  for (let i = 0; i < 2; i++) await killThread()
  const before = await settledMegabytes()
  let growth = 0
  for (let i = 0; i < 5; i++) growth += await killThread()
  expect(growth).toBeGreaterThan(250)
  // The allocator keeps some of a thread's memory for the next one.
  expect((await settledMegabytes()) - before).toBeLessThan(150)
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
