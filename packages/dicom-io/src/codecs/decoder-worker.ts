/** The thread of `decodeInThread`: decodes the frames that it is sent, one at a time. */
import { parentPort } from 'node:worker_threads'
import { DicomError } from '../dicom-error.ts'
import { type DecodeTask, decodeHere } from './decode-task.ts'
import type { DecoderAnswer } from './decoder-thread.ts'

parentPort!.on('message', async (task: DecodeTask) => {
  try {
    const frame = await decodeHere(task)
    parentPort!.postMessage({ frame } satisfies DecoderAnswer, [frame.samples.buffer as ArrayBuffer])
  } catch (error) {
    parentPort!.postMessage({ failure: describe(error) } satisfies DecoderAnswer)
  }
})

/** An error loses its class when it is posted to another thread. */
function describe(error: unknown): NonNullable<DecoderAnswer['failure']> {
  if (!(error instanceof DicomError)) return { code: 'invalid-codestream', message: String(error), details: {} }
  const { code, message, details } = error
  return { code, message, details }
}
