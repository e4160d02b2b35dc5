/** Our own decoder: JPEG 2000 with the reversible 5/3 wavelet, which lossless files have (ITU-T T.800). */
import type { Jpeg2000Size } from './codestream-size.ts'
import type { Kernels } from './kernels.ts'
import { type MainHeader, readMainHeader } from './main-header.ts'
import { readPackets } from './read-packets.ts'
import { ResolutionRows } from './resolution-rows.ts'
import { SampleRows } from './sample-rows.ts'
import { type Rows, SubbandRows } from './subband-rows.ts'
import { countParts, divideTile, type Resolution, reduceArea } from './tile-division.ts'
import { areaOfTile, readTileParts } from './tile-parts.ts'

/** Precincts and code-blocks of a tile: a frame of 64 Mi samples has a third of it in code-blocks of 32 x 32. */
const maxParts = 2 ** 18

/** A codestream that {@link decodeReversible} decodes. */
export interface ReversibleCodestream {
  readonly header: MainHeader
  readonly tiles: readonly Uint8Array[]
}

export interface ReversibleImage {
  /** Pixel by pixel; two's complement where they are signed. */
  readonly samples: Uint8Array | Uint16Array
  readonly width: number
  readonly height: number
}

/**
 * @param bytes - a codestream from its first marker
 * @returns undefined where the codestream is for OpenJPEG
 * @throws {DicomError} `invalid-codestream`
 */
export function readReversible(bytes: Uint8Array): ReversibleCodestream | undefined {
  const header = readMainHeader(new DataView(bytes.buffer, bytes.byteOffset, bytes.length))
  if (header === undefined || header.components * countParts(header) > maxParts) return undefined
  const tiles = readTileParts(bytes, header)
  return tiles && { header, tiles }
}

/** @throws {DicomError} `invalid-codestream` */
export function decodeReversible(
  kernels: Kernels,
  { header, tiles }: ReversibleCodestream,
  { precision, signed }: Jpeg2000Size,
  resolutionLevel: number,
): ReversibleImage {
  const { image, components, style } = header
  const area = reduceArea(image, resolutionLevel, 0)
  const [width, height] = [area.x1 - area.x0, area.y1 - area.y0]
  const samples = new (precision > 8 ? Uint16Array : Uint8Array)(width * height * components)
  const format = { precision, signed, componentTransform: style.componentTransform }
  for (const [index, bytes] of tiles.entries()) {
    kernels.release()
    const tile = areaOfTile(header, index)
    const divisions = Array.from({ length: components }, () => divideTile(tile, header))
    readPackets(bytes, divisions, style)
    const rows = divisions.map((resolutions) =>
      rowsOf(kernels, resolutions.slice(0, resolutions.length - resolutionLevel)),
    )
    const sampleRows = new SampleRows(kernels, rows, format)
    const { x0, y0, y1 } = rows[0]!.area
    for (let y = y0; y < y1; y++) {
      const start = ((y - area.y0) * width + x0 - area.x0) * components
      for (const [component, row] of sampleRows.next().entries()) spread(row, samples, start + component, components)
    }
  }
  return { samples, width, height }
}

/** The rows of the last of these resolutions, the smallest first. */
function rowsOf(kernels: Kernels, resolutions: readonly Resolution[]): Rows {
  const [smallest, ...larger] = resolutions
  return larger.reduce<Rows>(
    (low, { area, subbands }) =>
      new ResolutionRows(
        kernels,
        area,
        low,
        subbands.map((subband) => new SubbandRows(kernels, subband)),
      ),
    new SubbandRows(kernels, smallest!.subbands[0]!),
  )
}

/** Writes a component's row, each sample so many places after the one before. */
function spread(row: Int32Array, samples: Uint8Array | Uint16Array, start: number, step: number): void {
  if (step === 1) samples.set(row, start)
  else for (let x = 0; x < row.length; x++) samples[start + x * step] = row[x]!
}
