/** The thread that answers studies: it loads the model once, and answers the jobs that it is sent, one at a time. */
import { parentPort, workerData } from 'node:worker_threads'
import { openModel } from '@mammokit/mammogram-classifier/model'
import { answerStudy } from './answer-study.ts'
import type { AnswerThreadOptions, FromThread, ToThread } from './answer-thread.ts'

const port = parentPort!
const { model: modelOptions, choices } = workerData as AnswerThreadOptions
const say = (message: FromThread) => port.postMessage(message)
let stop = new AbortController()

const describe = (error: unknown): FromThread => {
  const { message, code, details } = error as Error & { code?: unknown; details?: { systemCode?: unknown } }
  return { kind: 'error', message, systemCode: String(details?.systemCode ?? code ?? '') }
}

const model = await openModel(modelOptions) // what it throws ends the thread, and its start
port.on('message', async (message: ToThread) => {
  if (message.kind === 'abort') stop.abort()
  else if (message.kind === 'close') {
    await model.dispose()
    port.close()
  } else {
    stop = new AbortController()
    const job = { ...message.job, signal: stop.signal }
    say(await answerStudy(job, model, choices).then((answer) => ({ kind: 'answer', answer }), describe))
  }
})
say({ kind: 'ready', description: model.description })
