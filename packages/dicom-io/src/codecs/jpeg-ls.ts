/** JPEG-LS lossless and near-lossless (.80, .81) by CharLS compiled to WebAssembly. */
import type { CharLs } from '@cornerstonejs/codec-charls/decodewasmjs'
import { DicomError } from '../dicom-error.ts'
import { readCappedWasm } from './capped-wasm.ts'
import { checkCodestream } from './check-codestream.ts'
import type { Codec } from './codec.ts'
import { findFrameHeader, jpegMarkers } from './jpeg/segments.ts'
import { interleave } from './planes.ts'
import { sampleArray } from './sample-array.ts'
import { WasmCodec } from './wasm-codec.ts'

const charLs = new WasmCodec<CharLs>('JPEG-LS', async (hooks) => {
  const { default: createCharLs } = await import('@cornerstonejs/codec-charls/decodewasmjs')
  const wasmBinary = await readCappedWasm('charls')
  return createCharLs({ ...hooks, wasmBinary })
})

export const decodeJpegLs: Codec = async (bytes, shape) => {
  const { marker, width, height, precision, components } = findFrameHeader(bytes)
  if (marker !== jpegMarkers.sof55) {
    throw new DicomError(
      'unsupported',
      `Expected JPEG-LS (SOF55) but received SOF${marker - 0xc0}. The transfer syntax is wrong.`,
    )
  }
  checkCodestream({ width, height, precision, components: components.length }, shape)
  const whole = withEndOfImage(bytes)
  return charLs.run((module) => {
    const decoder = new module.JpegLSDecoder()
    try {
      decoder.getEncodedBuffer(whole.length).set(whole)
      decoder.decode()
      const samples = sampleArray(decoder.getDecodedBuffer(), width * height * components.length, precision)
      if (samples === undefined) throw charLs.failure('the decoder gave another number of samples')
      const byPlanes = components.length > 1 && decoder.getInterleaveMode() === 0
      return {
        samples: byPlanes ? interleave(samples, components.length) : samples,
        width,
        height,
        components: components.length,
        precision,
        resolutionLevel: 0,
      }
    } finally {
      decoder.delete()
    }
  })
}

/** CharLS loops for ever on some truncated frames that do not end in EOI; with one it throws. */
function withEndOfImage(bytes: Uint8Array): Uint8Array {
  let end = bytes.length
  while (end > 0 && bytes[end - 1] === 0) end -= 1
  if (bytes[end - 1] === jpegMarkers.eoi && bytes[end - 2] === 0xff) return bytes
  const whole = new Uint8Array(bytes.length + 2)
  whole.set(bytes)
  whole.set([0xff, jpegMarkers.eoi], bytes.length)
  return whole
}
