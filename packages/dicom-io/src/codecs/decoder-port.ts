/** A worker thread of Node that decodes frames. */
import { Worker } from 'node:worker_threads'
import type { DecoderAnswer, DecodeTask } from './decode-task.ts'

/** A decoder that runs beside the caller. */
export interface DecoderPort {
  /** Sends a task; buffers in `transfer` are the decoder's from then on. */
  post(task: DecodeTask, transfer: ArrayBuffer[]): void
  /** Says that no task is waited for: the decoder does not keep the process alive. */
  rest(): void
  terminate(): Promise<unknown>
}

export interface DecoderListener {
  onAnswer(answer: DecoderAnswer): void
  /** The decoder has ended, or could not be started. */
  onEnd(cause: unknown): void
}

// The built file also when this one runs from its source: worker threads of Node 20 do not load TypeScript.
const workerFile = new URL('./decoder-worker.js', import.meta.url.replace(/\/src\/codecs\/[^/]*$/, '/dist/codecs/'))

export function startDecoder({ onAnswer, onEnd }: DecoderListener): DecoderPort {
  const worker = new Worker(workerFile, { execArgv: [] })
  worker.on('message', onAnswer).on('error', onEnd).on('exit', onEnd)
  return {
    post(task, transfer) {
      worker.ref()
      worker.postMessage(task, transfer)
    },
    rest: () => worker.unref(),
    terminate: () => worker.terminate(),
  }
}
