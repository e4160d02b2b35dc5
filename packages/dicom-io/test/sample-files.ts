/** One small file of each transfer syntax, for tests that damage it. */
import { deflateRawSync } from 'node:zlib'
import { buildDicom, type Elements, imageElements, samplesToBytes } from './build-dicom.ts'
import {
  encodeHtj2k,
  encodeJpeg2000,
  encodeJpegBaseline,
  encodeJpegExtended,
  encodeJpegLs,
  encodeRle,
  type FrameSpec,
} from './encode-frames.ts'
import { encodeJpegLossless } from './encode-jpeg-lossless.ts'
import { readRecordedFrames, recordedFile } from './recorded-frames.ts'

const width = 24
const height = 16

export interface SampleFile {
  readonly name: string
  readonly bytes: Uint8Array
}

function header(bits: number, components = 1): Elements {
  const allocated = bits > 8 ? 16 : 8
  return imageElements(height, width, {
    '00080005 CS': 'ISO_IR 100',
    '00100020 LO': 'P1',
    '00280002 US': [components],
    '00280004 CS': components === 3 ? 'RGB' : 'MONOCHROME2',
    '00280006 US': [0],
    '00280100 US': [allocated],
    '00280101 US': [bits],
    '00280102 US': [bits - 1],
    '00281050 DS': '100\\200',
    '00281051 DS': '50\\60',
    '00283010 SQ': [{ '00283002 US': [2, 0, 8], '00283006 OW': [0, 255] }],
  })
}

/** Two frames of 12 bits, native in every encoding and compressed by every codec; 8-bit colors where a codec differs. */
export async function createSampleFiles(): Promise<SampleFile[]> {
  const gray = Uint16Array.from({ length: width * height }, (_, at) => (at * 37 + (at % 5) * 300) & 4095)
  const color = Uint8Array.from({ length: width * height * 3 }, (_, at) => (at * 11) & 255)
  const spec: FrameSpec = { width, height, bits: 12 }
  const rgb: FrameSpec = { width, height, bits: 8, components: 3 }
  const blocks = [0, 4095, 2048, 17, 3000, 1]
  const lossless = (predictor: number, restartRows = 0) =>
    encodeJpegLossless(gray, { width, height, precision: 12, predictor, restartRows })
  const encapsulated = (name: string, uid: string, frame: Uint8Array, elements = header(12)) => {
    const middle = (frame.length >> 2) << 1
    const fragments = [frame.subarray(0, middle), frame.subarray(middle)]
    return { name, bytes: buildDicom(elements, { transferSyntaxUid: uid, pixelData: fragments }) }
  }
  const native = (name: string, uid: string) => {
    const pixelData = samplesToBytes(gray, uid !== '1.2.840.10008.1.2.2')
    return { name, bytes: buildDicom(header(12), { transferSyntaxUid: uid, pixelData, undefinedLengths: true }) }
  }
  const recorded = (name: string) => {
    const bytes = recordedFile(readRecordedFrames().find((frame) => frame.name === name)!)
    return { name, bytes }
  }
  return [
    native('implicit', '1.2.840.10008.1.2'),
    native('explicit', '1.2.840.10008.1.2.1'),
    native('big endian', '1.2.840.10008.1.2.2'),
    native('deflated', '1.2.840.10008.1.2.1.99'),
    encapsulated('RLE', '1.2.840.10008.1.2.5', encodeRle(gray)),
    encapsulated('RLE color', '1.2.840.10008.1.2.5', encodeRle(color, 3), header(8, 3)),
    encapsulated('JPEG baseline', '1.2.840.10008.1.2.4.50', await encodeJpegBaseline(color, rgb), header(8, 3)),
    encapsulated('JPEG extended', '1.2.840.10008.1.2.4.51', encodeJpegExtended(blocks, 3), header(12)),
    encapsulated('JPEG Lossless', '1.2.840.10008.1.2.4.70', lossless(1)),
    encapsulated('JPEG Lossless restarts', '1.2.840.10008.1.2.4.57', lossless(6, 2)),
    encapsulated('JPEG-LS', '1.2.840.10008.1.2.4.80', await encodeJpegLs(gray, spec)),
    encapsulated('JPEG-LS color', '1.2.840.10008.1.2.4.81', await encodeJpegLs(color, rgb, 2, 2), header(8, 3)),
    encapsulated('JPEG 2000', '1.2.840.10008.1.2.4.90', await encodeJpeg2000(gray, spec)),
    encapsulated('JPEG 2000 lossy', '1.2.840.10008.1.2.4.91', await encodeJpeg2000(gray, spec, false)),
    encapsulated('JPEG 2000 color', '1.2.840.10008.1.2.4.91', await encodeJpeg2000(color, rgb), header(8, 3)),
    encapsulated('encapsulated uncompressed', '1.2.840.10008.1.2.1.98', samplesToBytes(gray)),
    encapsulated('deflated frame', '1.2.840.10008.1.2.8.1', new Uint8Array(deflateRawSync(samplesToBytes(gray)))),
    recorded('JPEG .53 of 12 bits'),
    recorded('JPEG .55 of 12 bits'),
    recorded('JPEG .55 of 8 bits in colors 4:2:0'),
    recorded('JPEG 2000 Part 2 without an array'),
    recorded('JPEG XL lossless of 12 bits in a container'),
    recorded('JPEG XL lossy of 8 bits, 3 components'),
    encapsulated('HTJ2K', '1.2.840.10008.1.2.4.201', await encodeHtj2k(gray, spec)),
  ]
}
