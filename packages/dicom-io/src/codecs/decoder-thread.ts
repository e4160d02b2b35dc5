/**
 * Decodes in a thread of its own, which is ended when a frame takes too long: nothing else stops a decoder that loops in
 * WebAssembly. There is one such thread for each thread that asks, started when first needed; it does not keep the process alive.
 */
import { Worker } from 'node:worker_threads'
import { DicomError, type DicomErrorCode, type DicomErrorDetails } from '../dicom-error.ts'
import type { DecodedFrame } from './codec.ts'
import type { DecodeTask } from './decode-task.ts'

/** What the thread sends back. */
export interface DecoderAnswer {
  readonly frame?: DecodedFrame
  readonly failure?: { readonly code: DicomErrorCode; readonly message: string; readonly details: DicomErrorDetails }
}

// The built file also when this one runs from its source: worker threads of Node 20 do not load TypeScript.
const workerFile = new URL('./decoder-worker.js', import.meta.url.replace(/\/src\/codecs\/[^/]*$/, '/dist/codecs/'))

let thread: Worker | undefined
let turn: Promise<unknown> = Promise.resolve()

/** Decodes when the frames that were asked for before are done. `timeoutMs` counts from then. */
export function decodeInThread(task: DecodeTask, timeoutMs: number): Promise<DecodedFrame> {
  const frame = turn.then(() => decodeNow(task, timeoutMs))
  turn = frame.catch(() => undefined)
  return frame
}

async function decodeNow(task: DecodeTask, timeoutMs: number): Promise<DecodedFrame> {
  const worker = thread ?? startThread()
  thread = worker
  const { frame, failure } = await ask(worker, task, timeoutMs)
  if (frame !== undefined) return frame
  const { code, message, details } = failure!
  // Once an import has failed in a thread, Node 20 does not retry it there.
  if (code === 'io') await worker.terminate()
  throw new DicomError(code, message, details)
}

/** A thread that ends, also while it waits for a frame, is replaced for the next one. */
function startThread(): Worker {
  const worker = new Worker(workerFile, { execArgv: [] })
  const forget = () => {
    if (thread === worker) thread = undefined
  }
  return worker.on('error', forget).on('exit', forget)
}

/** Sends the task and waits for the answer; a thread that gives none is ended. */
function ask(worker: Worker, task: DecodeTask, timeoutMs: number): Promise<DecoderAnswer> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      const reason = `Expected the frame to decode within ${timeoutMs} ms but it took longer.`
      abandon(new DicomError('limit', `${reason} Pass a larger timeoutMs if you trust the file.`))
    }, timeoutMs)
    const onMessage = (answer: DecoderAnswer) => {
      done()
      resolve(answer)
    }
    const abandon = (cause: unknown) => {
      done()
      const error = cause instanceof DicomError ? cause : threadEnded(cause)
      worker.terminate().then(() => reject(error), reject)
    }
    const done = () => {
      clearTimeout(timer)
      worker.off('message', onMessage).off('error', abandon).off('exit', abandon)
      worker.unref()
    }
    worker.on('message', onMessage).on('error', abandon).on('exit', abandon)
    worker.ref()
    // Bytes that fill their buffer were read from the file for this frame; others belong to the caller.
    const isOwn = task.bytes.length === task.bytes.buffer.byteLength
    worker.postMessage(task, isOwn ? [task.bytes.buffer as ArrayBuffer] : [])
  })
}

function threadEnded(cause: unknown): DicomError {
  const reason = cause instanceof Error ? cause.message : `exit code ${cause}`
  return new DicomError(
    'limit',
    `Expected a decoded frame but the decoder crashed on it: ${reason}. The frame is damaged.`,
    {},
    { cause },
  )
}
