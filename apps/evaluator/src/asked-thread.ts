/** A thread that loads what takes long to load while this one reads its files, and then answers questions. */
import { parentPort, Worker } from 'node:worker_threads'

/** Questions are answered one after another. */
export interface AskedThread<Question, Answer> {
  /** Resolves to undefined if the thread cannot answer; the caller then does the work itself and gets its own error. */
  ask(question: Question): Promise<Answer | undefined>
  /** When it has answered what it was asked, and ended. */
  close(): Promise<void>
}

interface Message<Content> {
  readonly id: number
  readonly content: Content
}

/** Starts a thread whose file calls `answerQuestions`. */
export function startThread<Question, Answer>(file: URL): AskedThread<Question, Answer> {
  const worker = new Worker(file, { execArgv: [] })
  const waiting = new Map<number, (answer: Answer | undefined) => void>()
  let isOver = false
  let asked = 0
  const end = () => {
    isOver = true
    for (const resolve of waiting.values()) resolve(undefined)
    waiting.clear()
  }
  const exit = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  worker.on('error', end).on('exit', end)
  worker.on('message', ({ id, content }: Message<Answer | undefined>) => {
    waiting.get(id)?.(content)
    waiting.delete(id)
  })
  return {
    ask(content) {
      if (isOver) return Promise.resolve(undefined)
      return new Promise((resolve) => {
        const message: Message<Question> = { id: asked++, content }
        waiting.set(message.id, resolve)
        worker.postMessage(message)
      })
    },
    async close() {
      if (!isOver) worker.postMessage(null)
      await exit
    },
  }
}

/** The built file of a thread; of one that is started from sources as well, since Node cannot load them. */
export function threadFile(name: string): URL {
  return new URL(`./${name}`, import.meta.url.replace(/\/src\/[^/]*$/, '/dist/asked-thread.js'))
}

/** What a thread's file does: answers each question until there are no more. */
export function answerQuestions<Question, Answer>(answer: (question: Question) => Promise<Answer>): void {
  const port = parentPort!
  let last = Promise.resolve()
  port.on('message', (message: Message<Question> | null) => {
    last = last.then(async () => {
      if (message === null) return port.close()
      const content = await answer(message.content).catch(() => undefined)
      port.postMessage({ id: message.id, content })
    })
  })
}
