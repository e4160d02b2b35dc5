/** JPEG of 8 bits in a page, by dicom-io's libjpeg-turbo: a canvas may change values, to protect its user. */
import { readDicom, writeDicom } from '@mammokit/dicom-io'
import type { RasterSamples } from './samples.ts'

export interface JpegStart {
  readonly width: number
  readonly height: number
  readonly channels: number
  readonly bits: number
  /** TIFF structure of an APP1 segment. */
  readonly exif: Uint8Array | undefined
}

/** Segments up to the frame header (T.81 B.2.2). @throws RangeError where the file ends before it */
export function readJpegStart(bytes: Uint8Array): JpegStart {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let exif: Uint8Array | undefined
  for (let at = 2; ; ) {
    const marker = view.getUint8(at + 1)
    if (view.getUint8(at) !== 0xff) throw new RangeError(`no marker at byte ${at}`)
    if (marker === 0xff) {
      at++ // a fill byte
      continue
    }
    const length = view.getUint16(at + 2)
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
    if (isFrame) {
      const [bits, height, width] = [view.getUint8(at + 4), view.getUint16(at + 5), view.getUint16(at + 7)]
      return { bits, height, width, channels: view.getUint8(at + 9), exif }
    }
    const isExif = marker === 0xe1 && String.fromCharCode(...bytes.subarray(at + 4, at + 8)) === 'Exif'
    if (isExif) exif ??= bytes.subarray(at + 10, at + 2 + length)
    at += 2 + length
  }
}

/** @throws DicomError for a damaged file */
export async function decodeJpeg(bytes: Uint8Array, { width, height, channels }: JpegStart): Promise<RasterSamples> {
  const short = (tag: string, value: number) => ({ tag, vr: 'US', value }) as const
  const text = (tag: string, vr: 'UI' | 'CS', value: string) => ({ tag, vr, value }) as const
  const padded = new Uint8Array(bytes.length + (bytes.length % 2))
  padded.set(bytes)
  const file = writeDicom(
    [
      text('00080016', 'UI', '1.2.840.10008.5.1.4.1.1.7'),
      text('00080018', 'UI', '2.25.1'),
      text('00280004', 'CS', channels === 1 ? 'MONOCHROME2' : 'YBR_FULL_422'),
      short('00280002', channels),
      short('00280010', height),
      short('00280011', width),
      short('00280100', 8),
      short('00280101', 8),
      short('00280102', 7),
      short('00280103', 0),
      ...(channels === 1 ? [] : [short('00280006', 0)]),
      { tag: '7FE00010', vr: 'OB', value: [padded] },
    ],
    { transferSyntaxUid: '1.2.840.10008.1.2.4.50' },
  )
  const { data } = await (await readDicom(file)).decodeFrame()
  return { data: data as Uint8Array, width, height, channels, white: 255 }
}
