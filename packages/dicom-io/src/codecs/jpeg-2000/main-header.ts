/** The main header of a codestream as far as our own decoder goes (ITU-T T.800 Annex A). */
import { invalidJpeg2000 } from './codestream-size.ts'

/** Left and upper edges are inside, right and lower ones are not. */
export interface Area {
  readonly x0: number
  readonly y0: number
  readonly x1: number
  readonly y1: number
}

export interface Exponents {
  readonly width: number
  readonly height: number
}

/** How every tile-component is coded. Sizes are powers of two, given by their exponents. */
export interface CodingStyle {
  /** 0 LRCP, 1 RLCP, 2 RPCL, 3 PCRL, 4 CPRL. */
  readonly progression: number
  readonly layers: number
  readonly componentTransform: boolean
  /** Whether the wavelet is the reversible 5/3 and not the irreversible 9/7. */
  readonly reversible: boolean
  readonly decompositions: number
  readonly block: Exponents
  /** For each resolution, the smallest first. */
  readonly precincts: readonly Exponents[]
  /** Whether an EPH marker follows each packet header. */
  readonly endsPacketHeaders: boolean
}

export interface Quantization {
  /** Bit planes that a coefficient can have (equation E-2). */
  readonly planes: number
  /** Quantization step of a subband whose nominal range is that of the samples; 1 without quantization (equation E-3). */
  readonly step: number
}

export interface MainHeader {
  readonly image: Area
  /** The first tile, which the image may begin inside of. */
  readonly tile: Area
  readonly components: number
  readonly style: CodingStyle
  /** For each subband, the smallest first. */
  readonly quantization: readonly Quantization[]
  /** Offset of the first tile-part. */
  readonly end: number
}

const marker = {
  siz: 0xff51,
  cod: 0xff52,
  tlm: 0xff55,
  plm: 0xff57,
  qcd: 0xff5c,
  crg: 0xff63,
  com: 0xff64,
  sot: 0xff90,
}
/** Do not change what is decoded. */
const informative: readonly number[] = [marker.tlm, marker.plm, marker.crg, marker.com]

/** The kernels keep a sign, a half and the magnitude in 32 bits. */
const maxPlanes = 30

/**
 * Reads the header of a codestream that begins at byte 0.
 *
 * @returns undefined where it uses what only OpenJPEG decodes here: other styles of code-blocks, components that differ, regions of
 *   interest, packed headers, changes of progression.
 */
export function readMainHeader(view: DataView): MainHeader | undefined {
  const segments = new Map<number, DataView>()
  let at = 2
  for (; ; at += 2 + view.getUint16(at + 2)) {
    if (at + 4 > view.byteLength) throw invalidJpeg2000('a tile-part', at)
    const found = view.getUint16(at)
    if (found === marker.sot) break
    if (informative.includes(found)) continue
    const length = view.getUint16(at + 2)
    if (length < 3 || segments.has(found) || at + 2 + length > view.byteLength) return undefined
    segments.set(found, new DataView(view.buffer, view.byteOffset + at + 4, length - 2))
  }
  const [size, coding, quantization] = [marker.siz, marker.cod, marker.qcd].map((name) => segments.get(name))
  if (segments.size !== 3 || size === undefined || coding === undefined || quantization === undefined) return undefined
  const style = readCodingStyle(coding)
  if (style === undefined || size.byteLength < 39) return undefined
  const steps = readQuantization(quantization, style, (size.getUint8(36) & 0x7f) + 1)
  if (steps === undefined) return undefined
  const { image, tile, components } = readSize(size)
  if (style.componentTransform && components < 3) return undefined
  return { image, tile, components, style, quantization: steps, end: at }
}

/** SIZ (A.5.1). */
function readSize(segment: DataView) {
  const [x1, y1, x0, y0, width, height, tileX, tileY] = Array.from({ length: 8 }, (_, at) =>
    segment.getUint32(2 + 4 * at),
  )
  const tile = { x0: tileX, y0: tileY, x1: tileX + width, y1: tileY + height }
  const isInside = tile.x0 <= x0 && x0 < tile.x1 && tile.y0 <= y0 && y0 < tile.y1
  if (x1 <= x0 || y1 <= y0 || !isInside) throw invalidJpeg2000('a first tile with pixels', 6)
  return { image: { x0, y0, x1, y1 }, tile, components: segment.getUint16(34) }
}

/** COD (A.6.1). */
function readCodingStyle(segment: DataView): CodingStyle | undefined {
  const [flags, progression, , , transform, decompositions, ...rest] = new Uint8Array(
    segment.buffer,
    segment.byteOffset,
    segment.byteLength,
  )
  const [blockWidth, blockHeight, blockStyle, wavelet, ...sizes] = rest
  const resolutions = decompositions + 1
  const precincts = Array.from({ length: resolutions }, (_, at) => {
    const size = (flags & 1) === 1 ? sizes[at] : 0xff
    return { width: size & 15, height: size >> 4 }
  })
  const isOurs =
    blockStyle === 0 &&
    wavelet <= 1 &&
    progression <= 4 &&
    transform <= 1 &&
    blockWidth + blockHeight <= 8 &&
    sizes.length === (flags & 1) * resolutions &&
    precincts.slice(1).every(({ width, height }) => width > 0 && height > 0)
  if (!isOurs) return undefined
  return {
    progression,
    layers: segment.getUint16(2),
    componentTransform: transform === 1,
    reversible: wavelet === 1,
    decompositions,
    block: { width: blockWidth + 2, height: blockHeight + 2 },
    precincts,
    endsPacketHeaders: (flags & 4) !== 0,
  }
}

/** QCD (A.6.4). The reversible wavelet goes without quantization, the irreversible one with a step for each subband or for the smallest. */
function readQuantization(
  segment: DataView,
  { reversible, decompositions }: CodingStyle,
  precision: number,
): readonly Quantization[] | undefined {
  const style = segment.getUint8(0) & 31
  const guardBits = segment.getUint8(0) >> 5
  const subbands = 3 * decompositions + 1
  const isDerived = style === 1
  if (reversible ? style !== 0 : style !== 1 && style !== 2) return undefined
  if (segment.byteLength < 1 + (isDerived ? 1 : subbands) * (reversible ? 1 : 2)) return undefined
  const read = (index: number): Quantization => {
    if (reversible) return { planes: guardBits + (segment.getUint8(1 + index) >> 3) - 1, step: 1 }
    const value = segment.getUint16(1 + (isDerived ? 0 : 2 * index))
    // Equation E-5: one exponent less for each level.
    const exponent = (value >> 11) - (isDerived && index > 0 ? Math.floor((index - 1) / 3) : 0)
    return { planes: guardBits + exponent - 1, step: (1 + (value & 0x7ff) / 2048) * 2 ** (precision - exponent) }
  }
  const quantization = Array.from({ length: subbands }, (_, index) => read(index))
  return quantization.every(({ planes }) => planes >= 0 && planes <= maxPlanes) ? quantization : undefined
}
