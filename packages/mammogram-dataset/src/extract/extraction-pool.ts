import { MessageChannel, SHARE_ENV } from 'node:worker_threads'
import type { ResolvedPreprocessOptions } from '@mammokit/mammogram-preprocess'
import { Piscina } from 'piscina'
import { DatasetError } from '../dataset-error.ts'
import { prepareEnd } from '../end-pool.ts'
import { describe, type ExtractionOutcome, type ExtractionTask } from './extraction-task.ts'
import type { TimedTask } from './extraction-worker.ts'

// The built file also when this one runs from its source: worker threads of Node 20 do not load TypeScript.
const extractionWorker = new URL(
  './extraction-worker.js',
  import.meta.url.replace(/\/src\/extract\/[^/]*$/, '/dist/extract/'),
).href

export interface ExtractionPoolConfig {
  readonly workers: number
  readonly options: ResolvedPreprocessOptions
  /** Longest time for one file, from when its worker has loaded the detector; a worker that takes longer is ended and replaced: decoders hang on some damage. */
  readonly timeoutMs: number
  /** Part of the temporary names of the images. @default '' */
  readonly writer?: string
  /** What the threads load; another one in tests. */
  readonly workerFile?: string
}

/** Worker threads that get paths, not pixels. */
export interface ExtractionPool {
  /** What became of each file. Files of a worker that is lost are tried again one by one, so that each answers for itself only. */
  run(files: ExtractionTask['files']): Promise<ExtractionOutcome[]>
  close(): Promise<void>
}

/** @throws DatasetError `worker-failed` where no worker can be loaded: that is no image's fault */
export async function createExtractionPool(config: ExtractionPoolConfig): Promise<ExtractionPool> {
  const { workers, options, timeoutMs, writer = '', workerFile = extractionWorker } = config
  const pool = new Piscina<TimedTask, ExtractionOutcome[]>({
    filename: workerFile,
    name: 'run',
    minThreads: workers,
    maxThreads: workers,
    execArgv: [],
    // ONNX Runtime reads the environment of the process: a thread with a copy cannot turn its telemetry off.
    env: SHARE_ENV,
  })
  // A thread that ends between two tasks is replaced; the next task says what is wrong if that fails too.
  pool.on('error', () => undefined)
  const close = prepareEnd(pool)

  const attempt = async (files: ExtractionTask['files']): Promise<ExtractionOutcome[] | { lost: string }> => {
    const watchdog = new AbortController()
    // A thread that still loads makes no file late, and Node and ONNX Runtime may end the process where such a thread is ended.
    const { port1, port2: started } = new MessageChannel()
    let timer: NodeJS.Timeout | undefined
    port1.once('message', () => {
      timer = setTimeout(() => watchdog.abort(), timeoutMs * Math.max(1, files.length))
    })
    try {
      return await pool.run({ files, options, writer, started }, { signal: watchdog.signal, transferList: [started] })
    } catch (error) {
      const isLate = watchdog.signal.aborted
      return { lost: isLate ? `not done after ${timeoutMs / 1000} s` : `the worker ended: ${describe(error)}` }
    } finally {
      port1.close()
      clearTimeout(timer)
    }
  }
  const alone = async (file: ExtractionTask['files'][number]): Promise<ExtractionOutcome> => {
    const outcome = await attempt([file])
    return 'lost' in outcome ? { status: 'failed', reason: outcome.lost, warnings: [] } : outcome[0]
  }

  const start = await attempt([])
  if ('lost' in start) {
    await close()
    throw new DatasetError(
      'worker-failed',
      `Expected a worker thread to start but received: ${start.lost}. Check the installation: npm ls sharp onnxruntime-node.`,
      start,
    )
  }
  return {
    run: async (files) => {
      const outcomes = await attempt(files)
      if (!('lost' in outcomes)) return outcomes
      const again: ExtractionOutcome[] = []
      for (const file of files) again.push(await alone(file))
      return again
    },
    close,
  }
}
