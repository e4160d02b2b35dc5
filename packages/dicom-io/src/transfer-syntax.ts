/** Transfer syntaxes (PS3.5 Annex A, PS3.6 Table A-1) and the codec that each one needs. */
import { DicomError } from './dicom-error.ts'

/** Name of the frame decoder that a transfer syntax needs. */
type CodecName = 'native' | 'rle' | 'jpeg' | 'jpeg-ls' | 'jpeg-2000' | 'htj2k'

/** How the bytes of a data set and of its pixels are written. */
export interface TransferSyntax {
  readonly uid: string
  readonly name: string
  readonly codec: CodecName
  readonly explicitVr: boolean
  readonly littleEndian: boolean
  readonly deflated: boolean
}

const list: readonly TransferSyntax[] = [
  plain('1.2.840.10008.1.2', 'Implicit VR Little Endian', { explicitVr: false }),
  plain('1.2.840.10008.1.2.1', 'Explicit VR Little Endian', {}),
  plain('1.2.840.10008.1.2.1.99', 'Deflated Explicit VR Little Endian', { deflated: true }),
  plain('1.2.840.10008.1.2.2', 'Explicit VR Big Endian', { littleEndian: false }),
  encapsulated('1.2.840.10008.1.2.4.50', 'JPEG Baseline (Process 1)', 'jpeg'),
  encapsulated('1.2.840.10008.1.2.4.51', 'JPEG Extended (Process 2 and 4)', 'jpeg'),
  encapsulated('1.2.840.10008.1.2.4.57', 'JPEG Lossless (Process 14)', 'jpeg'),
  encapsulated('1.2.840.10008.1.2.4.70', 'JPEG Lossless (Process 14, Selection Value 1)', 'jpeg'),
  encapsulated('1.2.840.10008.1.2.4.80', 'JPEG-LS Lossless', 'jpeg-ls'),
  encapsulated('1.2.840.10008.1.2.4.81', 'JPEG-LS Near-Lossless', 'jpeg-ls'),
  encapsulated('1.2.840.10008.1.2.4.90', 'JPEG 2000 Lossless', 'jpeg-2000'),
  encapsulated('1.2.840.10008.1.2.4.91', 'JPEG 2000', 'jpeg-2000'),
  encapsulated('1.2.840.10008.1.2.4.201', 'High-Throughput JPEG 2000 Lossless', 'htj2k'),
  encapsulated('1.2.840.10008.1.2.4.202', 'High-Throughput JPEG 2000 with RPCL Lossless', 'htj2k'),
  encapsulated('1.2.840.10008.1.2.4.203', 'High-Throughput JPEG 2000', 'htj2k'),
  encapsulated('1.2.840.10008.1.2.5', 'RLE Lossless', 'rle'),
]

/** The transfer syntaxes that `readDicom` decodes, by UID. */
export const transferSyntaxes: ReadonlyMap<string, TransferSyntax> = new Map(list.map((entry) => [entry.uid, entry]))

/** @throws {DicomError} `unsupported` for a UID that is not in the table. */
export function transferSyntaxOf(uid: string): TransferSyntax {
  const found = transferSyntaxes.get(uid)
  if (found !== undefined) return found
  throw new DicomError(
    'unsupported',
    `Expected a supported transfer syntax for transferSyntaxUid but received ${JSON.stringify(uid.slice(0, 64))}. Convert the file, for example with dcmconv or gdcmconv.`,
  )
}

function plain(uid: string, name: string, differences: Partial<TransferSyntax>): TransferSyntax {
  return { uid, name, codec: 'native', explicitVr: true, littleEndian: true, deflated: false, ...differences }
}

function encapsulated(uid: string, name: string, codec: CodecName): TransferSyntax {
  return { uid, name, codec, explicitVr: true, littleEndian: true, deflated: false }
}
