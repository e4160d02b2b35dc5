/** A heartbeat is the modification time of a file: it moves as long as its process lives, also while that computes. */
import { closeSync, fstatSync, openSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'

/** The thread opens the file once: what takes its name later gets no heartbeat. */
const beat = `
  const { closeSync, futimesSync, openSync } = require('node:fs')
  const { workerData } = require('node:worker_threads')
  const file = openSync(workerData.path, 'r+')
  setInterval(() => { const now = Date.now() / 1000; try { futimesSync(file, now, now) } catch {} }, workerData.everyMs)
`

/** Moves a file's modification time until it is stopped, on a thread of its own that does not keep the process alive. */
export function startHeartbeat(path: string, everyMs: number): { stop(): Promise<unknown> } {
  const worker = new Worker(beat, { eval: true, workerData: { path, everyMs }, execArgv: [] })
  worker.unref()
  worker.on('error', () => undefined) // without a heartbeat the process id still tells on the same machine
  return { stop: () => worker.terminate() }
}

/** Watches a file for `forMs`: whether its modification time moves. A file that goes meanwhile has no heartbeat. */
export async function hasHeartbeat(path: string, forMs: number): Promise<boolean> {
  const first = modified(path)
  const end = Date.now() + forMs
  while (first !== undefined && Date.now() < end) {
    await setTimeout(Math.min(200, forMs / 10))
    const now = modified(path)
    if (now === undefined) return false
    if (now !== first) return true
  }
  return false
}

/** Opened anew each time: a network file system asks its server then, not its cache. */
function modified(path: string): number | undefined {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch {
    return undefined
  }
  try {
    return fstatSync(file).mtimeMs
  } finally {
    closeSync(file)
  }
}
