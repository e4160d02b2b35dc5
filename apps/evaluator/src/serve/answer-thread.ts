/** Answers studies in a thread of its own: listeners go on, and a study that takes too long can be ended. */
import { Worker } from 'node:worker_threads'
import type { ModelDescription, OpenModelOptions } from '@mammokit/mammogram-classifier'
import type { StudyAnswer, StudyJob } from '@mammokit/study-service'
import { EvaluatorError } from '../evaluator-error.ts'
import type { AnswerChoices } from './answer-study.ts'

export interface AnswerThreadOptions {
  readonly model: OpenModelOptions
  readonly choices: AnswerChoices
}

export type ToThread =
  | { readonly kind: 'job'; readonly job: Omit<StudyJob, 'signal'> }
  | { readonly kind: 'abort' }
  | { readonly kind: 'close' }

export type FromThread =
  | { readonly kind: 'ready'; readonly description: ModelDescription }
  | { readonly kind: 'answer'; readonly answer: StudyAnswer }
  | { readonly kind: 'error'; readonly message: string; readonly systemCode: string }

export interface AnswerThread {
  readonly description: ModelDescription
  /** One at a time. */
  answer(job: StudyJob): Promise<StudyAnswer>
  close(): Promise<void>
}

/** Time to end by itself that a study has when it is stopped: it looks between two images. */
const graceMs = 10_000

/** Of a thread that runs from sources the built file, which Node can load. */
const workerFile = new URL('./answer-worker.js', import.meta.url.replace(/\/src\/serve\/[^/]*$/, '/dist/serve/'))

/**
 * Starts the thread and waits until its model is loaded.
 *
 * @throws what loading the model throws
 */
export async function startAnswerThread(options: AnswerThreadOptions): Promise<AnswerThread> {
  let thread: Worker | undefined
  const first = await start()
  return { description: first.description, answer, close }

  async function start() {
    const worker = new Worker(workerFile, { workerData: options, execArgv: [] })
    worker.on('error', () => undefined) // whoever waits gets it; without a listener one between two jobs would end the process
    const message = await nextMessage(worker)
    if (message.kind !== 'ready') throw failed(message)
    thread = worker
    worker.once('exit', () => {
      if (thread === worker) thread = undefined
    })
    return message
  }

  async function answer({ signal, ...job }: StudyJob): Promise<StudyAnswer> {
    if (!thread) await start()
    const worker = thread!
    let timer: NodeJS.Timeout | undefined
    const onAbort = () => {
      post(worker, { kind: 'abort' })
      timer = setTimeout(() => void worker.terminate(), graceMs)
    }
    signal.addEventListener('abort', onAbort)
    try {
      if (signal.aborted) throw signal.reason
      const message = nextMessage(worker)
      post(worker, { kind: 'job', job })
      const said = await message
      if (said.kind === 'answer') return said.answer
      throw failed(said)
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
    }
  }

  async function close(): Promise<void> {
    if (!thread) return
    const worker = thread
    const exit = new Promise((resolve) => worker.once('exit', resolve))
    post(worker, { kind: 'close' })
    const timer = setTimeout(() => void worker.terminate(), graceMs)
    await exit
    clearTimeout(timer)
  }
}

function failed(said: FromThread): EvaluatorError {
  if (said.kind !== 'error') return ended(said.kind)
  return new EvaluatorError('thread-failed', said.message, { systemCode: said.systemCode })
}

function ended(received: string): EvaluatorError {
  const message = `Expected an answer of the thread for studies but received ${received}. It is started again for the next one.`
  return new EvaluatorError('thread-failed', message, { received })
}

function post(worker: Worker, message: ToThread): void {
  worker.postMessage(message)
}

function nextMessage(worker: Worker): Promise<FromThread> {
  return new Promise((resolve, reject) => {
    const done = () => worker.off('message', onMessage).off('error', onError).off('exit', onExit)
    const onMessage = (message: FromThread) => {
      done()
      resolve(message)
    }
    const onError = (error: unknown) => {
      done()
      reject(error)
    }
    const onExit = (code: number) => {
      done()
      reject(ended(`exit code ${code}`))
    }
    worker.on('message', onMessage).on('error', onError).on('exit', onExit)
  })
}
