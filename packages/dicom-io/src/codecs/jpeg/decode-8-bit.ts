/** Sequential JPEG of 8 bits (.50, .51) by libjpeg-turbo compiled to WebAssembly. */
import type { LibJpegTurbo } from '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs'
import { readCappedWasm } from '../capped-wasm.ts'
import type { DecodedFrame } from '../codec.ts'
import { sampleArray } from '../sample-array.ts'
import { WasmCodec } from '../wasm-codec.ts'
import type { JpegFrameHeader } from './segments.ts'

const libJpegTurbo = new WasmCodec<LibJpegTurbo>('JPEG', async (hooks) => {
  const { default: createLibJpegTurbo } = await import('@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs')
  const wasmBinary = await readCappedWasm('libjpeg-turbo')
  return createLibJpegTurbo({ ...hooks, wasmBinary })
})

export function decode8Bit(
  bytes: Uint8Array,
  { width, height, components, precision }: JpegFrameHeader,
): Promise<DecodedFrame> {
  return libJpegTurbo.run((module) => {
    const decoder = new module.JPEGDecoder()
    try {
      decoder.getEncodedBuffer(bytes.length).set(bytes)
      decoder.decode()
      const samples = sampleArray(decoder.getDecodedBuffer(), width * height * components.length, precision)
      if (samples === undefined) throw libJpegTurbo.failure('the decoder gave another number of samples')
      // libjpeg knows from the APP0 and APP14 segments and from the component ids whether the colors are YCbCr.
      return { samples, width, height, components: components.length, precision, resolutionLevel: 0, isRgb: true }
    } finally {
      decoder.delete()
    }
  })
}
