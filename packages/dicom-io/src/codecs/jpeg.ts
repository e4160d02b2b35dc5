/** The JPEG transfer syntaxes (.50, .51, .57, .70): the frame header says which process it is, and so which decoder reads it. */
import type { LibJpegTurbo } from '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs'
import { DicomError } from '../dicom-error.ts'
import { readCappedWasm } from './capped-wasm.ts'
import { checkCodestream } from './check-codestream.ts'
import type { Codec, DecodedFrame } from './codec.ts'
import { decode12Bit } from './jpeg-12-bit.ts'
import { decodeJpegLossless } from './jpeg-lossless.ts'
import { findFrameHeader, invalidJpeg, type JpegFrameHeader, jpegMarkers, readSegment } from './jpeg-segments.ts'
import { sampleArray } from './sample-array.ts'
import { WasmCodec } from './wasm-codec.ts'

export const decodeJpeg: Codec = async (bytes, shape) => {
  const frame = findFrameHeader(bytes)
  checkCodestream({ ...frame, components: frame.components.length }, shape)
  if (frame.marker === jpegMarkers.sof3) {
    const { samples, ...image } = decodeJpegLossless(bytes)
    return { samples, ...image, resolutionLevel: 0 }
  }
  // The lossy decoders fill what is missing with grey.
  if (!holdsEndOfImage(bytes)) throw invalidJpeg('an end of image', bytes.length)
  if (frame.precision === 8 && frame.marker <= 0xc1) {
    return decode8Bit(shape.photometricInterpretation === 'RGB' ? withoutTransform(bytes) : bytes, frame)
  }
  if (frame.precision === 12 && frame.marker === 0xc1) return decode12Bit(bytes, frame, shape)
  throw new DicomError(
    'unsupported',
    `Expected baseline, extended or lossless JPEG but received SOF${frame.marker - 0xc0} with ${frame.precision} bits.`,
  )
}

function holdsEndOfImage(bytes: Uint8Array): boolean {
  let end = bytes.length
  while (end > 0 && (bytes[end - 1] === 0 || bytes[end - 1] === 0xff)) end -= 1
  return bytes[end - 1] === jpegMarkers.eoi && bytes[end - 2] === 0xff
}

/**
 * Says what DICOM says where the codestream is silent: without an APP0 (JFIF) or APP14 (Adobe) segment libjpeg takes three
 * components for YCbCr. An APP14 segment with transform 0 means RGB (T.872 6.5.3).
 */
function withoutTransform(bytes: Uint8Array): Uint8Array {
  for (
    let segment = readSegment(bytes, 2);
    segment.marker !== jpegMarkers.sos;
    segment = readSegment(bytes, segment.end)
  ) {
    if (segment.marker === 0xe0 || (segment.marker === 0xee && segment.end - segment.start >= 12)) return bytes
  }
  const adobe = [0xff, 0xee, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0, 0]
  const marked = new Uint8Array(bytes.length + adobe.length)
  marked.set(bytes.subarray(0, 2))
  marked.set(adobe, 2)
  marked.set(bytes.subarray(2), 2 + adobe.length)
  return marked
}

const libJpegTurbo = new WasmCodec<LibJpegTurbo>('JPEG', async (hooks) => {
  const { default: createLibJpegTurbo } = await import('@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs')
  const wasmBinary = await readCappedWasm('@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasm')
  return createLibJpegTurbo({ ...hooks, wasmBinary })
})

function decode8Bit(
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
      // libjpeg knows from the APP0 and APP14 segments and from the component ids whether the colours are YCbCr.
      return { samples, width, height, components: components.length, precision, resolutionLevel: 0, isRgb: true }
    } finally {
      decoder.delete()
    }
  })
}
