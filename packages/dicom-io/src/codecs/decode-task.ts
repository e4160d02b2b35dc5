/** One compressed frame for a decoder, here or in a thread. */
import { DicomError, type DicomErrorCode, type DicomErrorDetails } from '../dicom-error.ts'
import type { DecodedFrame, FrameArea, FrameShape } from './codec.ts'
import { type CodecName, loadCodec } from './load-codec.ts'

export interface DecodeTask {
  readonly codec: CodecName
  readonly bytes: Uint8Array
  readonly shape: FrameShape
  readonly resolutionLevel: number
  readonly region?: FrameArea | undefined
}

/** What a thread sends back. */
export interface DecoderAnswer {
  readonly frame?: DecodedFrame
  readonly failure?: { readonly code: DicomErrorCode; readonly message: string; readonly details: DicomErrorDetails }
}

/** Decodes in this thread, for as long as it takes. */
export async function decodeHere({ codec, bytes, shape, resolutionLevel, region }: DecodeTask): Promise<DecodedFrame> {
  const decode = await loadCodec(codec)
  return decode(bytes, shape, resolutionLevel, region)
}

/** Decodes in a thread that was sent the task, and answers with `post`. */
export async function answerTask(
  task: DecodeTask,
  post: (answer: DecoderAnswer, transfer: ArrayBuffer[]) => void,
): Promise<void> {
  try {
    const frame = await decodeHere(task)
    post({ frame }, [frame.samples.buffer as ArrayBuffer])
  } catch (error) {
    post({ failure: describe(error) }, [])
  }
}

/** An error loses its class when it is posted to another thread. */
function describe(error: unknown): NonNullable<DecoderAnswer['failure']> {
  if (!(error instanceof DicomError)) return { code: 'invalid-codestream', message: String(error), details: {} }
  const { code, message, details } = error
  return { code, message, details }
}
