/** A DICOM file the size of a mammogram for benchmarks: smooth tissue with detector noise before a black background. */
import dcmjsCodecs from 'dcmjs-codecs'

export const rows = 4000
export const columns = 3300
export const bitsStored = 12

const { Context, NativeCodecs } = dcmjsCodecs

/** Encoders by the last part of their name in dcmjs-codecs; the options make all of them lossless. */
export type FrameCodec = 'Rle' | 'Jpeg' | 'JpegLs' | 'Jpeg2000' | 'HtJpeg2000'

/** Samples: a half ellipse of tissue on the left third of the frame, noise of 12 grey levels, 0 elsewhere. */
export function makePixels(): Uint16Array {
  const pixels = new Uint16Array(rows * columns)
  let state = 1
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const radius = Math.hypot(column / 2100, (row - rows / 2) / 1800)
      if (radius >= 1) continue
      let noise = -6
      for (let draw = 0; draw < 12; draw++) {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
        noise += state / 2 ** 32
      }
      pixels[row * columns + column] = 800 + 1800 * (1 - radius) + 12 * noise
    }
  }
  return pixels
}

/** A context of dcmjs-codecs for this image. */
export function contextFor(buffers: { encodedBuffer?: Uint8Array; decodedBuffer?: Uint8Array }) {
  return new Context({
    width: columns,
    height: rows,
    bitsAllocated: 16,
    bitsStored,
    samplesPerPixel: 1,
    pixelRepresentation: 0,
    planarConfiguration: 0,
    photometricInterpretation: 'MONOCHROME2',
    ...buffers,
  })
}

export async function encodeFrame(pixels: Uint16Array, codec: FrameCodec): Promise<Uint8Array> {
  if (!NativeCodecs.isInitialized()) await NativeCodecs.initializeAsync({})
  const context = contextFor({ decodedBuffer: new Uint8Array(pixels.buffer) })
  const encoded = NativeCodecs[`encode${codec}`](context, { lossy: false, predictor: 1 }).getEncodedBuffer()
  return Uint8Array.from(encoded ?? [])
}

/** A Part 10 file of one frame, native or encapsulated. */
export function writeFile(transferSyntaxUid: string, frame: Uint8Array, isEncapsulated: boolean): Buffer {
  const short = (value: number) => Buffer.from(Uint16Array.of(value).buffer)
  const length = (value: number) => Buffer.from(Uint32Array.of(value).buffer)
  const text = (value: string, padding = ' ') => Buffer.from(value.length % 2 ? value + padding : value)
  const element = (group: number, number: number, vr: string, value: Buffer) =>
    Buffer.concat([short(group), short(number), Buffer.from(vr), short(value.length), value])
  const item = (number: number, value: Uint8Array) =>
    Buffer.concat([short(0xfffe), short(number), length(value.length), value])
  const even = frame.length % 2 ? Buffer.concat([frame, Buffer.alloc(1)]) : frame
  const pixels = isEncapsulated
    ? [length(0xffff_ffff), item(0xe000, Buffer.alloc(0)), item(0xe000, even), item(0xe0dd, Buffer.alloc(0))]
    : [length(even.length), even]
  const syntax = element(2, 0x10, 'UI', text(transferSyntaxUid, '\0'))
  return Buffer.concat([
    Buffer.alloc(128),
    Buffer.from('DICM'),
    Buffer.concat([short(2), short(0), Buffer.from('UL'), short(4), length(syntax.length)]),
    syntax,
    element(8, 0x16, 'UI', text('1.2.840.10008.5.1.4.1.1.1.2', '\0')),
    element(8, 0x18, 'UI', text('1.2.3.4', '\0')),
    element(0x28, 2, 'US', short(1)),
    element(0x28, 4, 'CS', text('MONOCHROME2')),
    element(0x28, 0x10, 'US', short(rows)),
    element(0x28, 0x11, 'US', short(columns)),
    element(0x28, 0x100, 'US', short(16)),
    element(0x28, 0x101, 'US', short(bitsStored)),
    element(0x28, 0x102, 'US', short(bitsStored - 1)),
    element(0x28, 0x103, 'US', short(0)),
    Buffer.concat([short(0x7fe0), short(0x10), Buffer.from(isEncapsulated ? 'OB' : 'OW'), short(0)]),
    ...pixels,
  ])
}
