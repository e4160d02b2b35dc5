/** Compressed frames for tests, made by the encoders of the codec packages, or by hand where they have none. */
import createCharLs from '@cornerstonejs/codec-charls/wasmjs'
import createOpenJpeg from '@cornerstonejs/codec-openjpeg/wasmjs'
import createOpenJph from '@cornerstonejs/codec-openjph/wasmjs'
import dcmjsCodecs from 'dcmjs-codecs'

export interface FrameSpec {
  readonly width: number
  readonly height: number
  readonly bits: number
  readonly signed?: boolean
  readonly components?: number
}

type Samples = Uint8Array | Uint16Array | Int16Array

interface Encoder {
  getDecodedBuffer(info: object): Uint8Array
  getEncodedBuffer(): Uint8Array
  encode(): void
  setDecompositions(count: number): void
  setQuality(reversible: boolean, quality: number): void
  setNearLossless(difference: number): void
  setInterleaveMode(mode: number): void
  delete(): void
}

type Create = (hooks: object) => Promise<Record<string, new () => Encoder>>

const modules = new Map<Create, ReturnType<Create>>()

async function encodeWith(
  create: unknown,
  name: string,
  samples: Samples,
  { width, height, bits, signed = false, components = 1 }: FrameSpec,
  configure: (encoder: Encoder) => void,
): Promise<Uint8Array> {
  const load = create as Create
  if (!modules.has(load)) modules.set(load, load({ print: () => {}, printErr: () => {} }))
  const module = await modules.get(load)!
  const encoder = new module[name]!()
  try {
    const info = { width, height, bitsPerSample: bits, componentCount: components, isSigned: signed }
    const input = encoder.getDecodedBuffer({ ...info, isUsingColorTransform: components === 3 })
    input.set(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength))
    configure(encoder)
    encoder.encode()
    return encoder.getEncodedBuffer().slice()
  } finally {
    encoder.delete()
  }
}

export function encodeJpeg2000(samples: Samples, spec: FrameSpec, reversible = true): Promise<Uint8Array> {
  return encodeWith(createOpenJpeg, 'J2KEncoder', samples, spec, (encoder) => {
    encoder.setDecompositions(3)
    encoder.setQuality(reversible, 1)
  })
}

export function encodeHtj2k(samples: Samples, spec: FrameSpec): Promise<Uint8Array> {
  return encodeWith(createOpenJph, 'HTJ2KEncoder', samples, spec, (encoder) => {
    encoder.setDecompositions(3)
    encoder.setQuality(true, 0)
  })
}

/** `interleave`: 0 plane by plane, 1 by lines, 2 by samples. */
export function encodeJpegLs(samples: Samples, spec: FrameSpec, near = 0, interleave = 0): Promise<Uint8Array> {
  return encodeWith(createCharLs, 'JpegLSEncoder', samples, spec, (encoder) => {
    encoder.setNearLossless(near)
    encoder.setInterleaveMode(interleave)
  })
}

/** Baseline JPEG of 8 bits; `isHalved`: two pixels of a row share their color. */
export async function encodeJpegBaseline(
  samples: Uint8Array,
  { width, height, components = 1 }: FrameSpec,
  isHalved = false,
): Promise<Uint8Array> {
  const { Context, constants, NativeCodecs } = dcmjsCodecs
  if (!NativeCodecs.isInitialized()) await NativeCodecs.initializeAsync({ logCodecsInfo: false, logCodecsTrace: false })
  const context = new Context({
    width,
    height,
    bitsAllocated: 8,
    bitsStored: 8,
    samplesPerPixel: components,
    pixelRepresentation: 0,
    planarConfiguration: 0,
    photometricInterpretation: components === 3 ? 'RGB' : 'MONOCHROME2',
    decodedBuffer: samples,
  })
  const sampleFactor = constants.JpegSampleFactor[isHalved ? 'Sf422' : 'Sf444']
  return NativeCodecs.encodeJpeg(context, { lossy: true, quality: 95, sampleFactor }).getEncodedBuffer()!.slice()
}

/**
 * Extended sequential JPEG (SOF1) of 12 bits, of blocks of 8 x 8 with one value each: a DC coefficient and no more.
 * A restart interval of 0 blocks is none.
 */
export function encodeJpegExtended(blocks: readonly number[], blocksWide: number, restartInterval = 0): Uint8Array {
  const size = (count: number) => [(count * 8) >> 8, (count * 8) & 255]
  const out = [0xff, 0xd8]
  const segment = (marker: number, body: readonly number[]) => {
    out.push(0xff, marker, (body.length + 2) >> 8, (body.length + 2) & 255, ...body)
  }
  segment(0xdb, [0, ...Array(64).fill(1)])
  segment(0xc1, [12, ...size(blocks.length / blocksWide), ...size(blocksWide), 1, 1, 0x11, 0])
  // DC: 16 categories of 5 bits; AC: the end of block alone, one bit.
  segment(0xc4, [0, 0, 0, 0, 0, 16, ...Array(11).fill(0), ...Array.from({ length: 16 }, (_, category) => category)])
  segment(0xc4, [0x10, 1, ...Array(15).fill(0), 0])
  segment(0xdd, [restartInterval >> 8, restartInterval & 255])
  segment(0xda, [1, 1, 0, 0, 63, 0])
  const interval = restartInterval || blocks.length
  for (let start = 0; start < blocks.length; start += interval) {
    if (start > 0) out.push(0xff, 0xd0 + ((start / interval - 1) & 7))
    out.push(...encodeDcInterval(blocks.slice(start, start + interval)))
  }
  return Uint8Array.from([...out, 0xff, 0xd9])
}

function encodeDcInterval(blocks: readonly number[]): number[] {
  let bits = ''
  let previous = 0
  for (const value of blocks) {
    const difference = (value - 2048) * 8 - previous
    previous += difference
    const category = difference === 0 ? 0 : 32 - Math.clz32(Math.abs(difference))
    bits += category.toString(2).padStart(5, '0')
    const extra = difference < 0 ? difference + (1 << category) - 1 : difference
    if (category > 0) bits += extra.toString(2).padStart(category, '0')
    bits += '0'
  }
  bits = bits.padEnd(Math.ceil(bits.length / 8) * 8, '1')
  return bits.match(/.{8}/g)!.flatMap((byte) => (byte === '11111111' ? [0xff, 0] : [Number.parseInt(byte, 2)]))
}

/** RLE Lossless: runs and literals by byte plane, most significant byte first (PS3.5 Annex G). */
export function encodeRle(samples: Uint8Array | Uint16Array | Uint32Array, components = 1): Uint8Array {
  const bytesPerSample = samples.BYTES_PER_ELEMENT
  const segments: number[][] = []
  for (let component = 0; component < components; component++) {
    for (let byte = bytesPerSample - 1; byte >= 0; byte--) {
      const plane: number[] = []
      for (let at = component; at < samples.length; at += components) plane.push((samples[at]! >>> (8 * byte)) & 255)
      segments.push(packBits(plane))
    }
  }
  const header = new Uint32Array(16)
  header[0] = segments.length
  let offset = 64
  segments.forEach((segment, index) => {
    header[index + 1] = offset
    offset += segment.length
  })
  return Uint8Array.from([...new Uint8Array(header.buffer), ...segments.flat()])
}

function packBits(plane: readonly number[]): number[] {
  const out: number[] = []
  for (let at = 0; at < plane.length; ) {
    let run = 1
    while (run < 128 && plane[at + run] === plane[at]) run += 1
    if (run > 1) {
      out.push(257 - run, plane[at]!)
      at += run
      continue
    }
    const literal = [plane[at++]!]
    while (literal.length < 128 && at < plane.length && plane[at] !== plane[at + 1]) literal.push(plane[at++]!)
    out.push(literal.length - 1, ...literal)
  }
  if (out.length % 2 === 1) out.push(0x80)
  return out
}
