/** The thread of `decodeInThread`: decodes the frames that it is sent, one at a time, within a cap of memory. */
import { parentPort } from 'node:worker_threads'
import { DicomError } from '../dicom-error.ts'
import { limits } from '../limits.ts'
import { type DecodeTask, decodeHere } from './decode-task.ts'
import type { DecoderAnswer } from './decoder-thread.ts'

// The decoders grow their memory by this function alone: what it refuses is an allocation that fails in C++.
const grow = WebAssembly.Memory.prototype.grow
WebAssembly.Memory.prototype.grow = function (pages) {
  if (this.buffer.byteLength + pages * 65_536 <= limits.decoderBytes) return grow.call(this, pages)
  throw new RangeError(`Expected a decoder to stay within ${limits.decoderBytes} bytes.`)
}

parentPort!.on('message', async (task: DecodeTask) => {
  try {
    const frame = await decodeHere(task)
    parentPort!.postMessage({ frame } satisfies DecoderAnswer, [frame.samples.buffer as ArrayBuffer])
  } catch (error) {
    parentPort!.postMessage({ failure: describe(error) } satisfies DecoderAnswer)
  }
})

/** An error's class does not survive the way between threads. */
function describe(error: unknown): NonNullable<DecoderAnswer['failure']> {
  if (!(error instanceof DicomError)) return { code: 'invalid-codestream', message: String(error) }
  const { code, message, offset } = error
  return { code, message, ...(offset === undefined ? {} : { offset }) }
}
