/** Transfer syntaxes (PS3.5 Annex A, PS3.6 Table A-1), the codec that each one needs, and those that are refused. */
import { DicomError } from './dicom-error.ts'

/** Name of the frame decoder that a transfer syntax needs; `native` and `deflate` are samples as they lie in memory. */
type CodecName = 'native' | 'deflate' | 'rle' | 'jpeg' | 'jpeg-ls' | 'jpeg-2000' | 'htj2k' | 'jpeg-xl'

/** How the bytes of a data set and of its pixels are written. */
export interface TransferSyntax {
  readonly uid: string
  readonly name: string
  readonly codec: CodecName
  readonly explicitVr: boolean
  readonly littleEndian: boolean
  /** Whether the data set is compressed whole. */
  readonly deflated: boolean
  /** Whether Pixel Data is a sequence of fragments. */
  readonly encapsulated: boolean
}

const list: readonly TransferSyntax[] = [
  plain('1.2.840.10008.1.2', 'Implicit VR Little Endian', { explicitVr: false }),
  plain('1.2.840.10008.1.2.1', 'Explicit VR Little Endian', {}),
  plain('1.2.840.10008.1.2.1.99', 'Deflated Explicit VR Little Endian', { deflated: true }),
  plain('1.2.840.10008.1.2.2', 'Explicit VR Big Endian', { littleEndian: false }),
  encapsulated('1.2.840.10008.1.2.1.98', 'Encapsulated Uncompressed Explicit VR Little Endian', 'native'),
  encapsulated('1.2.840.10008.1.2.4.50', 'JPEG Baseline (Process 1)', 'jpeg'),
  encapsulated('1.2.840.10008.1.2.4.51', 'JPEG Extended (Process 2 and 4)', 'jpeg'),
  encapsulated('1.2.840.10008.1.2.4.53', 'JPEG Spectral Selection, Non-Hierarchical (Process 6 and 8)', 'jpeg'),
  encapsulated('1.2.840.10008.1.2.4.55', 'JPEG Full Progression, Non-Hierarchical (Process 10 and 12)', 'jpeg'),
  encapsulated('1.2.840.10008.1.2.4.57', 'JPEG Lossless (Process 14)', 'jpeg'),
  encapsulated('1.2.840.10008.1.2.4.70', 'JPEG Lossless (Process 14, Selection Value 1)', 'jpeg'),
  encapsulated('1.2.840.10008.1.2.4.80', 'JPEG-LS Lossless', 'jpeg-ls'),
  encapsulated('1.2.840.10008.1.2.4.81', 'JPEG-LS Near-Lossless', 'jpeg-ls'),
  encapsulated('1.2.840.10008.1.2.4.90', 'JPEG 2000 Lossless', 'jpeg-2000'),
  encapsulated('1.2.840.10008.1.2.4.91', 'JPEG 2000', 'jpeg-2000'),
  encapsulated('1.2.840.10008.1.2.4.92', 'JPEG 2000 Part 2 Multi-component Lossless', 'jpeg-2000'),
  encapsulated('1.2.840.10008.1.2.4.93', 'JPEG 2000 Part 2 Multi-component', 'jpeg-2000'),
  encapsulated('1.2.840.10008.1.2.4.110', 'JPEG XL Lossless', 'jpeg-xl'),
  encapsulated('1.2.840.10008.1.2.4.111', 'JPEG XL JPEG Recompression', 'jpeg-xl'),
  encapsulated('1.2.840.10008.1.2.4.112', 'JPEG XL', 'jpeg-xl'),
  encapsulated('1.2.840.10008.1.2.4.201', 'High-Throughput JPEG 2000 Lossless', 'htj2k'),
  encapsulated('1.2.840.10008.1.2.4.202', 'High-Throughput JPEG 2000 with RPCL Lossless', 'htj2k'),
  encapsulated('1.2.840.10008.1.2.4.203', 'High-Throughput JPEG 2000', 'htj2k'),
  encapsulated('1.2.840.10008.1.2.5', 'RLE Lossless', 'rle'),
  encapsulated('1.2.840.10008.1.2.8.1', 'Deflated Image Frame Compression', 'deflate'),
]

/** The transfer syntaxes that `readDicom` decodes, by UID. */
export const transferSyntaxes: ReadonlyMap<string, TransferSyntax> = new Map(list.map((entry) => [entry.uid, entry]))

/** Why a transfer syntax of the standard is not read, and what to do with such a file. */
const reasons = {
  remote: 'Its pixels are on a server: fetch them from there.',
  video: 'It is a video: extract its frames, for example with ffmpeg.',
  stream: 'It is a real-time video stream: record it as images.',
  retired: 'It is retired and has no known files: convert the file, for example with dcmdjpeg.',
  document: 'It holds no image.',
} as const

const jpeg = '1.2.840.10008.1.2.4.'
const refused: Readonly<Record<string, readonly [string, keyof typeof reasons]>> = {
  '1.2.840.10008.1.20': ['Papyrus 3 Implicit VR Little Endian', 'retired'],
  '1.2.840.10008.1.2.6.1': ['RFC 2557 MIME Encapsulation', 'document'],
  '1.2.840.10008.1.2.6.2': ['XML Encoding', 'document'],
  '1.2.840.10008.1.2.7.1': ['SMPTE ST 2110-20 Uncompressed Progressive Active Video', 'stream'],
  '1.2.840.10008.1.2.7.2': ['SMPTE ST 2110-20 Uncompressed Interlaced Active Video', 'stream'],
  '1.2.840.10008.1.2.7.3': ['SMPTE ST 2110-30 PCM Digital Audio', 'stream'],
  [`${jpeg}52`]: ['JPEG Extended (Process 3 and 5)', 'retired'],
  [`${jpeg}54`]: ['JPEG Spectral Selection, Non-Hierarchical (Process 7 and 9)', 'retired'],
  [`${jpeg}56`]: ['JPEG Full Progression, Non-Hierarchical (Process 11 and 13)', 'retired'],
  [`${jpeg}58`]: ['JPEG Lossless, Non-Hierarchical (Process 15)', 'retired'],
  [`${jpeg}59`]: ['JPEG Extended, Hierarchical (Process 16 and 18)', 'retired'],
  [`${jpeg}60`]: ['JPEG Extended, Hierarchical (Process 17 and 19)', 'retired'],
  [`${jpeg}61`]: ['JPEG Spectral Selection, Hierarchical (Process 20 and 22)', 'retired'],
  [`${jpeg}62`]: ['JPEG Spectral Selection, Hierarchical (Process 21 and 23)', 'retired'],
  [`${jpeg}63`]: ['JPEG Full Progression, Hierarchical (Process 24 and 26)', 'retired'],
  [`${jpeg}64`]: ['JPEG Full Progression, Hierarchical (Process 25 and 27)', 'retired'],
  [`${jpeg}65`]: ['JPEG Lossless, Hierarchical (Process 28)', 'retired'],
  [`${jpeg}66`]: ['JPEG Lossless, Hierarchical (Process 29)', 'retired'],
  [`${jpeg}94`]: ['JPIP Referenced', 'remote'],
  [`${jpeg}95`]: ['JPIP Referenced Deflate', 'remote'],
  [`${jpeg}100`]: ['MPEG2 Main Profile / Main Level', 'video'],
  [`${jpeg}100.1`]: ['Fragmentable MPEG2 Main Profile / Main Level', 'video'],
  [`${jpeg}101`]: ['MPEG2 Main Profile / High Level', 'video'],
  [`${jpeg}101.1`]: ['Fragmentable MPEG2 Main Profile / High Level', 'video'],
  [`${jpeg}102`]: ['MPEG-4 AVC/H.264 High Profile / Level 4.1', 'video'],
  [`${jpeg}102.1`]: ['Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.1', 'video'],
  [`${jpeg}103`]: ['MPEG-4 AVC/H.264 BD-compatible High Profile / Level 4.1', 'video'],
  [`${jpeg}103.1`]: ['Fragmentable MPEG-4 AVC/H.264 BD-compatible High Profile / Level 4.1', 'video'],
  [`${jpeg}104`]: ['MPEG-4 AVC/H.264 High Profile / Level 4.2 For 2D Video', 'video'],
  [`${jpeg}104.1`]: ['Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.2 For 2D Video', 'video'],
  [`${jpeg}105`]: ['MPEG-4 AVC/H.264 High Profile / Level 4.2 For 3D Video', 'video'],
  [`${jpeg}105.1`]: ['Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.2 For 3D Video', 'video'],
  [`${jpeg}106`]: ['MPEG-4 AVC/H.264 Stereo High Profile / Level 4.2', 'video'],
  [`${jpeg}106.1`]: ['Fragmentable MPEG-4 AVC/H.264 Stereo High Profile / Level 4.2', 'video'],
  [`${jpeg}107`]: ['HEVC/H.265 Main Profile / Level 5.1', 'video'],
  [`${jpeg}108`]: ['HEVC/H.265 Main 10 Profile / Level 5.1', 'video'],
  [`${jpeg}204`]: ['JPIP HTJ2K Referenced', 'remote'],
  [`${jpeg}205`]: ['JPIP HTJ2K Referenced Deflate', 'remote'],
}

/** @throws {DicomError} `unsupported` for a UID that is not in the table, with its name where the standard has one. */
export function transferSyntaxOf(uid: string): TransferSyntax {
  const found = transferSyntaxes.get(uid)
  if (found !== undefined) return found
  const [name, reason] = Object.hasOwn(refused, uid) ? refused[uid]! : []
  const received = JSON.stringify(uid.slice(0, 64)) + (name === undefined ? '' : ` (${name})`)
  const advice = reason === undefined ? 'Convert the file, for example with dcmconv or gdcmconv.' : reasons[reason]
  throw new DicomError(
    'unsupported',
    `Expected a supported transfer syntax for transferSyntaxUid but received ${received}. ${advice}`,
    { transferSyntaxUid: uid.slice(0, 64), ...(name === undefined ? {} : { name }) },
  )
}

function plain(uid: string, name: string, differences: Partial<TransferSyntax>): TransferSyntax {
  const common = { explicitVr: true, littleEndian: true, deflated: false, encapsulated: false } as const
  return { uid, name, codec: 'native', ...common, ...differences }
}

function encapsulated(uid: string, name: string, codec: CodecName): TransferSyntax {
  return { uid, name, codec, explicitVr: true, littleEndian: true, deflated: false, encapsulated: true }
}
