/**
 * Lossless JPEG, Process 14: sequential, Huffman-coded, all seven predictors, 2 to 16 bits, restart intervals, point transform.
 *
 * Reference: ITU-T T.81 (ISO/IEC 10918-1) Annex H.
 */
import { DicomError } from '../../dicom-error.ts'
import { createDifferenceTable } from './difference-table.ts'
import { decodeLosslessScan, type LosslessScan } from './lossless-scan.ts'
import { type JpegScan, readScans } from './scans.ts'
import { invalidJpeg, type JpegFrameHeader, jpegMarkers } from './segments.ts'

export interface JpegLosslessImage {
  /** Samples pixel by pixel, components interleaved. */
  readonly samples: Uint16Array
  readonly width: number
  readonly height: number
  readonly components: number
  readonly precision: number
}

/**
 * Decodes a lossless JPEG codestream (SOF3).
 *
 * @throws {DicomError} `invalid-codestream` for a codestream that is damaged, `unsupported` for another JPEG process.
 */
export function decodeJpegLossless(bytes: Uint8Array): JpegLosslessImage {
  let image: JpegLosslessImage | undefined
  for (const scan of readScans(bytes)) {
    image ??= allocate(scan.header, bytes.length)
    decodeLosslessScan(asLossless(scan), image.samples)
  }
  return image!
}

function allocate(header: JpegFrameHeader, size: number): JpegLosslessImage {
  const { marker, start: offset, width, height, precision, components } = header
  if (marker !== jpegMarkers.sof3) {
    const found = `Expected lossless JPEG (SOF3) but received SOF${marker - 0xc0}.`
    throw new DicomError('unsupported', `${found} The transfer syntax is wrong.`, { offset })
  }
  if (precision < 2 || precision > 16) throw invalidJpeg('a precision of 2 to 16', offset)
  if (components.some(({ horizontal, vertical }) => horizontal !== 1 || vertical !== 1)) {
    throw new DicomError(
      'unsupported',
      'Expected lossless JPEG without subsampling but received subsampled components. Convert the file to another transfer syntax.',
      { offset },
    )
  }
  // A sample takes a bit at least: a short codestream cannot hold a large image.
  const count = width * height * components.length
  if (count > size * 8) throw invalidJpeg(`at least ${Math.ceil(count / 8)} bytes`, size)
  return { samples: new Uint16Array(count), width, height, components: components.length, precision }
}

/** What the fields of a scan header mean in Annex H. */
function asLossless({ header, components, selection, approximation, restartInterval, data }: JpegScan): LosslessScan {
  if (selection < 1 || selection > 7) throw invalidJpeg('a predictor of 1 to 7', data.offsetOf(0))
  if (approximation >= header.precision) throw invalidJpeg('a point transform below the precision', data.offsetOf(0))
  if (restartInterval % header.width !== 0) throw invalidJpeg('a restart interval of whole rows', data.offsetOf(0))
  return {
    header,
    data,
    components: components.map(({ index, dcTable }) => {
      if (dcTable === undefined) throw invalidJpeg('a component with a Huffman table', data.offsetOf(0))
      return { index, table: createDifferenceTable(dcTable) }
    }),
    predictor: selection,
    pointTransform: approximation,
    rowsPerInterval: restartInterval / header.width,
  }
}
