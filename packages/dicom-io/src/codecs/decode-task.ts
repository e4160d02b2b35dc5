/** One compressed frame for a decoder, here or in a thread. */
import type { DecodedFrame, FrameArea, FrameShape } from './codec.ts'
import { type CodecName, loadCodec } from './load-codec.ts'

export interface DecodeTask {
  readonly codec: CodecName
  readonly bytes: Uint8Array
  readonly shape: FrameShape
  readonly resolutionLevel: number
  readonly region?: FrameArea | undefined
}

/** Decodes in this thread, for as long as it takes. */
export async function decodeHere({ codec, bytes, shape, resolutionLevel, region }: DecodeTask): Promise<DecodedFrame> {
  const decode = await loadCodec(codec)
  return decode(bytes, shape, resolutionLevel, region)
}
