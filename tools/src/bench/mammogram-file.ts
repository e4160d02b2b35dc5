/** A DICOM file the size of a mammogram for benchmarks: smooth tissue with detector noise before a black background. */
import { deflateRawSync } from 'node:zlib'
import { createRandom } from '@mammokit/seeded-random'
import dcmjsCodecs from 'dcmjs-codecs'
import type { MissingPeer } from './benchmark.ts'
import { runPythonPeer } from './python-peer.ts'

export const rows = 4000
export const columns = 3300

const { Context, NativeCodecs } = dcmjsCodecs

/** Encoders by the last part of their name in dcmjs-codecs. */
export type FrameCodec = 'Rle' | 'Jpeg' | 'JpegLs' | 'Jpeg2000' | 'HtJpeg2000'

/** How the pixels of a file are written. */
export interface FileFormat {
  readonly uid: string
  /** Bits Stored; 8 bits are allocated for 8, else 16. */
  readonly bits: number
  readonly codec?: FrameCodec
  readonly lossy?: boolean
  readonly implicit?: boolean
  readonly bigEndian?: boolean
  readonly deflated?: boolean
}

type Pixels = Uint8Array | Uint16Array

/** Samples: a half ellipse of tissue on the left third of the frame with noise of 1/340 of the range, 0 elsewhere. */
export function makePixels(bits: number): Pixels {
  const pixels = bits > 8 ? new Uint16Array(rows * columns) : new Uint8Array(rows * columns)
  const scale = 2 ** (bits - 12)
  const random = createRandom(1, 'mammogram')
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const radius = Math.hypot(column / 2100, (row - rows / 2) / 1800)
      if (radius >= 1) continue
      pixels[row * columns + column] = scale * random.normal(800 + 1800 * (1 - radius), 12)
    }
  }
  return pixels
}

/** A context of dcmjs-codecs for this image. */
export function contextFor(bits: number, buffers: { encodedBuffer?: Uint8Array; decodedBuffer?: Uint8Array }) {
  return new Context({
    width: columns,
    height: rows,
    bitsAllocated: bits > 8 ? 16 : 8,
    bitsStored: bits,
    samplesPerPixel: 1,
    pixelRepresentation: 0,
    planarConfiguration: 0,
    photometricInterpretation: 'MONOCHROME2',
    ...buffers,
  })
}

/** The value of Pixel Data, or the one frame that it encapsulates; 12-bit lossy JPEG is encoded in Python. */
export async function encodeFrame(
  pixels: Pixels,
  { bits, codec, lossy = false, bigEndian }: FileFormat,
): Promise<Uint8Array | MissingPeer> {
  const bytes = new Uint8Array(pixels.buffer)
  if (codec === undefined) return bigEndian ? Buffer.from(bytes).swap16() : bytes
  if (lossy && bits > 8)
    return runPythonPeer('imagecodecs', 'encode_jpeg_extended.py', [`${rows}`, `${columns}`], bytes)
  if (!NativeCodecs.isInitialized()) await NativeCodecs.initializeAsync({})
  const context = contextFor(bits, { decodedBuffer: bytes })
  const options = lossy ? { lossy, quality: 95 } : { lossy, predictor: 1 }
  return Uint8Array.from(NativeCodecs[`encode${codec}`](context, options).getEncodedBuffer() ?? [])
}

/** A Part 10 file of one frame. */
export function writeFile(frame: Uint8Array, format: FileFormat): Buffer {
  const { uid, bits, codec, deflated } = format
  const meta = new Elements({})
  meta.add(2, 0x10, 'UI', meta.text(uid, '\0'))
  const start = new Elements({})
  start.add(2, 0, 'UL', start.long(meta.bytes.length))
  const data = new Elements(format)
  data.add(8, 0x16, 'UI', data.text('1.2.840.10008.5.1.4.1.1.1.2', '\0'))
  data.add(8, 0x18, 'UI', data.text('1.2.3.4', '\0'))
  data.add(0x28, 2, 'US', data.short(1))
  data.add(0x28, 4, 'CS', data.text('MONOCHROME2'))
  data.add(0x28, 0x10, 'US', data.short(rows))
  data.add(0x28, 0x11, 'US', data.short(columns))
  data.add(0x28, 0x100, 'US', data.short(bits > 8 ? 16 : 8))
  data.add(0x28, 0x101, 'US', data.short(bits))
  data.add(0x28, 0x102, 'US', data.short(bits - 1))
  data.add(0x28, 0x103, 'US', data.short(0))
  if (codec === undefined) data.add(0x7fe0, 0x10, 'OW', Buffer.from(frame.buffer, frame.byteOffset, frame.length))
  else data.addFragment(frame)
  const body = deflated ? deflateRawSync(data.bytes) : data.bytes
  return Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), start.bytes, meta.bytes, body])
}

/** Data elements one after the other. */
class Elements {
  readonly #parts: Buffer[] = []
  readonly #implicit: boolean
  readonly #bigEndian: boolean

  constructor({ implicit = false, bigEndian = false }: Pick<FileFormat, 'implicit' | 'bigEndian'>) {
    this.#implicit = implicit
    this.#bigEndian = bigEndian
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#parts)
  }

  short(value: number): Buffer {
    const bytes = Buffer.from(Uint16Array.of(value).buffer)
    return this.#bigEndian ? bytes.swap16() : bytes
  }

  long(value: number): Buffer {
    const bytes = Buffer.from(Uint32Array.of(value).buffer)
    return this.#bigEndian ? bytes.swap32() : bytes
  }

  text(value: string, padding = ' '): Buffer {
    return Buffer.from(value.length % 2 ? value + padding : value)
  }

  add(group: number, number: number, vr: string, value: Buffer): void {
    const isLong = vr === 'OW'
    this.#parts.push(this.short(group), this.short(number))
    if (this.#implicit) this.#parts.push(this.long(value.length))
    else if (isLong) this.#parts.push(Buffer.from(vr), this.short(0), this.long(value.length))
    else this.#parts.push(Buffer.from(vr), this.short(value.length))
    this.#parts.push(value)
  }

  /** Encapsulated Pixel Data: an empty offset table, one fragment, the end. */
  addFragment(frame: Uint8Array): void {
    const even = frame.length % 2 ? Buffer.concat([frame, Buffer.alloc(1)]) : Buffer.from(frame)
    const item = (number: number, value: Buffer) => [
      this.short(0xfffe),
      this.short(number),
      this.long(value.length),
      value,
    ]
    this.#parts.push(this.short(0x7fe0), this.short(0x10), Buffer.from('OB'), this.short(0), this.long(0xffff_ffff))
    this.#parts.push(...item(0xe000, Buffer.alloc(0)), ...item(0xe000, even), ...item(0xe0dd, Buffer.alloc(0)))
  }
}
