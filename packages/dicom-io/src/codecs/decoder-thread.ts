/**
 * Decodes in a thread of its own, which is ended when a frame takes too long: nothing else stops a decoder that loops in
 * WebAssembly. There is one such thread for each thread that asks, started when first needed; it does not keep the process alive.
 */

import { DicomError } from '../dicom-error.ts'
import type { DecodedFrame } from './codec.ts'
import type { DecoderAnswer, DecodeTask } from './decode-task.ts'
import { type DecoderPort, startDecoder } from './decoder-port.ts'
import { notLoaded } from './wasm-codec.ts'

/** The thread, and who waits for its answer. */
interface DecoderThread {
  readonly port: DecoderPort
  waiting?:
    | { readonly resolve: (answer: DecoderAnswer) => void; readonly abandon: (cause: unknown) => void }
    | undefined
}

let thread: DecoderThread | undefined
let turn: Promise<unknown> = Promise.resolve()

/** Decodes when the frames that were asked for before are done. `timeoutMs` counts from then. */
export function decodeInThread(task: DecodeTask, timeoutMs: number): Promise<DecodedFrame> {
  const frame = turn.then(() => decodeNow(task, timeoutMs))
  turn = frame.catch(() => undefined)
  return frame
}

async function decodeNow(task: DecodeTask, timeoutMs: number): Promise<DecodedFrame> {
  thread ??= startThread()
  const { port } = thread
  const { frame, failure } = await ask(thread, task, timeoutMs)
  if (frame !== undefined) return frame
  const { code, message, details } = failure!
  // Once an import has failed in a thread, Node 20 does not retry it there.
  if (code === 'io') await endThread(port)
  throw new DicomError(code, message, details)
}

/** A thread that ends, also while it waits for a frame, is replaced for the next one. */
function startThread(): DecoderThread {
  try {
    const port = startDecoder({
      onAnswer: (answer) => started.waiting?.resolve(answer),
      onEnd(cause) {
        forget(port)
        started.waiting?.abandon(cause)
      },
    })
    const started: DecoderThread = { port }
    return started
  } catch (cause) {
    throw notLoaded('thread of the', cause)
  }
}

function forget(port: DecoderPort): void {
  if (thread?.port === port) thread = undefined
}

function endThread(port: DecoderPort): Promise<unknown> {
  forget(port)
  return port.terminate()
}

/** Sends the task and waits for the answer; a thread that gives none is ended. */
function ask(asked: DecoderThread, task: DecodeTask, timeoutMs: number): Promise<DecoderAnswer> {
  const { port } = asked
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      const reason = `Expected the frame to decode within ${timeoutMs} ms but it took longer.`
      abandon(new DicomError('limit', `${reason} Pass a larger timeoutMs if you trust the file.`))
    }, timeoutMs)
    const abandon = (cause: unknown) => {
      done()
      const error = cause instanceof DicomError ? cause : threadEnded(cause)
      endThread(port).then(() => reject(error), reject)
    }
    const done = () => {
      clearTimeout(timer)
      asked.waiting = undefined
      port.rest()
    }
    asked.waiting = {
      resolve(answer) {
        done()
        resolve(answer)
      },
      abandon,
    }
    // Bytes that fill their buffer were read from the file for this frame; others belong to the caller.
    const isOwn = task.bytes.length === task.bytes.buffer.byteLength
    port.post(task, isOwn ? [task.bytes.buffer as ArrayBuffer] : [])
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
