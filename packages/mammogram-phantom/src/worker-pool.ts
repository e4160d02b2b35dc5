/** Distributes the patients of a data set over worker threads, or runs them in this thread for a single worker. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { type PatientFiles, writePatient } from './patient-writer.ts'
import { PhantomError } from './phantom-error.ts'
import type { DataSetRecipe } from './phantom-options.ts'

export interface PatientJobs {
  readonly outputDir: string
  readonly recipe: DataSetRecipe
  readonly indices: readonly number[]
  readonly workers: number
  readonly signal: AbortSignal | undefined
  readonly onDone: (index: number, files: PatientFiles) => void
}

export async function runPatients(jobs: PatientJobs): Promise<void> {
  if (jobs.workers > 1 && jobs.indices.length > 1) return runInWorkers(jobs)
  for (const index of jobs.indices) {
    jobs.signal?.throwIfAborted()
    jobs.onDone(index, await writePatient(jobs.outputDir, jobs.recipe, index))
  }
}

interface Reply {
  readonly index: number
  readonly files: PatientFiles
  readonly error?: unknown
  /** The error's fields, if it is a PhantomError. */
  readonly fault?: Pick<PhantomError, 'code' | 'message' | 'details'>
}

async function runInWorkers({ outputDir, recipe, indices, workers, signal, onDone }: PatientJobs): Promise<void> {
  signal?.throwIfAborted()
  let next = 0
  let open = indices.length
  const pool: Worker[] = []
  const ended: Promise<void>[] = []
  let onAbort = (): void => {}
  try {
    await new Promise<void>((resolve, reject) => {
      onAbort = () => reject(signal?.reason)
      signal?.addEventListener('abort', onAbort)
      for (let i = 0; i < Math.min(workers, indices.length); i++) {
        const worker = new Worker(workerFile(), { execArgv: [], workerData: { outputDir, recipe } })
        pool.push(worker)
        ended.push(new Promise((end) => worker.once('exit', () => end())))
        worker.on('error', reject)
        worker.on('exit', (code) =>
          reject(
            new PhantomError(
              'worker-failed',
              `Expected the worker thread to finish its patients but it exited with code ${code}. Run it again; it continues where it stopped.`,
              { exitCode: code },
            ),
          ),
        )
        worker.on('message', ({ index, files, error, fault }: Reply) => {
          if (fault) return reject(new PhantomError(fault.code, fault.message, fault.details))
          if (error !== undefined) return reject(error)
          try {
            onDone(index, files)
          } catch (thrown) {
            return reject(thrown)
          }
          if (--open === 0) resolve()
          else if (next < indices.length) worker.postMessage(indices[next++])
        })
        worker.postMessage(indices[next++])
      }
    })
  } finally {
    signal?.removeEventListener('abort', onAbort)
    // Workers exit by themselves: Node 20 may abort the whole process if a thread is terminated while its code is being loaded or compiled.
    for (const worker of pool) worker.postMessage('end')
    await Promise.all(ended)
  }
}

/** Threads load JavaScript: next to this file in the build, from `dist` when running from source. */
function workerFile(): URL {
  const beside = new URL('./patient-worker.js', import.meta.url)
  const built = existsSync(fileURLToPath(beside)) ? beside : new URL('../dist/patient-worker.js', import.meta.url)
  return built
}
