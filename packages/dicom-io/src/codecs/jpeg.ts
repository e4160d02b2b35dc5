/** The JPEG transfer syntaxes (.50, .51, .53, .55, .57, .70): the frame header says which process it is, and so which decoder reads it. */
import { DicomError } from '../dicom-error.ts'
import { checkCodestream } from './check-codestream.ts'
import type { Codec } from './codec.ts'
import { checkProgressive } from './jpeg/check-progressive.ts'
import { checkSequential } from './jpeg/check-sequential.ts'
import { decode8Bit } from './jpeg/decode-8-bit.ts'
import { decode12Bit } from './jpeg/decode-12-bit.ts'
import { decodeJpegLossless } from './jpeg/decode-lossless.ts'
import { findFrameHeader, jpegMarkers, readSegment } from './jpeg/segments.ts'

export const decodeJpeg: Codec = async (bytes, shape) => {
  const frame = findFrameHeader(bytes)
  const { marker, precision } = frame
  checkCodestream({ ...frame, components: frame.components.length }, shape)
  if (marker === jpegMarkers.sof3) return { ...decodeJpegLossless(bytes), resolutionLevel: 0 }
  const is8Bit = precision === 8 && marker <= jpegMarkers.sof2
  if (!is8Bit && !(precision === 12 && (marker === jpegMarkers.sof1 || marker === jpegMarkers.sof2))) {
    throw new DicomError(
      'unsupported',
      `Expected baseline, extended, progressive or lossless JPEG but received SOF${marker - 0xc0} with ${precision} bits. Convert the file to another transfer syntax.`,
    )
  }
  if (marker === jpegMarkers.sof2) checkProgressive(bytes)
  else checkSequential(bytes)
  if (!is8Bit) return decode12Bit(bytes, frame, shape)
  return decode8Bit(shape.photometricInterpretation === 'RGB' ? withoutTransform(bytes) : bytes, frame)
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
