import { Piscina } from 'piscina'
import { prepareEnd } from '../end-pool.ts'
import { describe, type ExtractionOutcome, type ExtractionTask } from './extraction-task.ts'

// The built file also when this one runs from its source: worker threads of Node 20 do not load TypeScript.
const workerFile = new URL(
  './extraction-worker.js',
  import.meta.url.replace(/\/src\/extract\/[^/]*$/, '/dist/extract/'),
).href

/** Worker threads that get paths, not pixels. */
export interface ExtractionPool {
  run(task: ExtractionTask): Promise<ExtractionOutcome>
  close(): Promise<void>
}

/** @param timeoutMs a worker that is busy with one file for longer is ended and replaced: decoders hang on some damage */
export function createExtractionPool(workers: number, timeoutMs: number): ExtractionPool {
  const pool = new Piscina<ExtractionTask, ExtractionOutcome>({
    filename: workerFile,
    name: 'run',
    minThreads: workers,
    maxThreads: workers,
    execArgv: [],
  })
  const end = prepareEnd(pool)
  return {
    run: async (task) => {
      const watchdog = new AbortController()
      const timer = setTimeout(() => watchdog.abort(), timeoutMs)
      try {
        return await pool.run(task, { signal: watchdog.signal })
      } catch (error) {
        const reason = watchdog.signal.aborted
          ? `not done after ${timeoutMs / 1000} s`
          : `the worker ended: ${describe(error)}`
        return { status: 'failed', reason }
      } finally {
        clearTimeout(timer)
      }
    },
    close: end,
  }
}
