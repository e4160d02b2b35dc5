/** Our own decoder of JPEG 2000 (ITU-T T.800): both wavelets, at any resolution, whole or only what a part of the image needs. */
import type { Jpeg2000Size } from './codestream-size.ts'
import type { Kernels } from './kernels.ts'
import { type Area, type MainHeader, readMainHeader } from './main-header.ts'
import { resolutionsToRead } from './packet-order.ts'
import { readPackets } from './read-packets.ts'
import { intersect, isEmpty, subbandArea } from './region.ts'
import { ResolutionRows } from './resolution-rows.ts'
import { SampleRows } from './sample-rows.ts'
import { type Rows, SubbandRows } from './subband-rows.ts'
import { countParts, divideTile, type Resolution, reduceArea } from './tile-division.ts'
import { areaOfTile, readTileParts } from './tile-parts.ts'
import { irreversibleWavelet, reversibleWavelet, type Wavelet } from './wavelets.ts'

/** Precincts and code-blocks of a tile: a frame of 64 Mi samples has a third of it in code-blocks of 32 x 32. */
const maxParts = 2 ** 18

/** A codestream that {@link decodeCodestream} decodes. */
export interface Codestream {
  readonly header: MainHeader
  readonly tiles: readonly Uint8Array[]
}

export interface CodestreamImage {
  /** Pixel by pixel; two's complement where they are signed. */
  readonly samples: Uint8Array | Uint16Array
  readonly width: number
  readonly height: number
}

export interface CodestreamOptions {
  /** How many times the sides are halved. */
  readonly resolutionLevel: number
  /** Part of the image that is wanted, in pixels of that resolution from its upper left corner, within it. @default all of it */
  readonly region?: Area | undefined
}

/**
 * @param bytes - a codestream from its first marker
 * @returns undefined where the codestream is for OpenJPEG
 * @throws {DicomError} `invalid-codestream`
 */
export function readCodestream(bytes: Uint8Array): Codestream | undefined {
  const header = readMainHeader(new DataView(bytes.buffer, bytes.byteOffset, bytes.length))
  if (header === undefined || header.components * countParts(header) > maxParts) return undefined
  const tiles = readTileParts(bytes, header)
  return tiles && { header, tiles }
}

/** @throws {DicomError} `invalid-codestream` */
export function decodeCodestream(
  kernels: Kernels,
  { header, tiles }: Codestream,
  { precision, signed }: Jpeg2000Size,
  { resolutionLevel, region }: CodestreamOptions,
): CodestreamImage {
  const { image, components, style } = header
  const wanted = wantedArea(reduceArea(image, resolutionLevel, 0), region)
  const [width, height] = [wanted.x1 - wanted.x0, wanted.y1 - wanted.y0]
  const samples = new (precision > 8 ? Uint16Array : Uint8Array)(width * height * components)
  const format = { precision, signed, componentTransform: style.componentTransform, reversible: style.reversible }
  const resolutions = style.decompositions + 1 - resolutionLevel
  const wavelet = style.reversible ? reversibleWavelet(kernels) : irreversibleWavelet(kernels)
  for (const [index, bytes] of tiles.entries()) {
    const tile = areaOfTile(header, index)
    const part = intersect(reduceArea(tile, resolutionLevel, 0), wanted)
    if (region !== undefined && isEmpty(part)) continue
    kernels.release()
    const count = resolutionsToRead(style, resolutions)
    const divisions = Array.from({ length: components }, () => divideTile(tile, header, count))
    readPackets(bytes, divisions, style)
    const rows = divisions.map((all) => rowsOf(kernels, wavelet, all.slice(0, resolutions), part))
    const sampleRows = new SampleRows(kernels, rows, format)
    const { x0, y0 } = rows[0]!.area
    for (let y = y0; y < part.y1; y++) {
      const next = sampleRows.next()
      if (y < part.y0) continue
      const start = ((y - wanted.y0) * width + part.x0 - wanted.x0) * components
      for (const [component, row] of next.entries()) {
        spread(row.subarray(part.x0 - x0, part.x1 - x0), samples, start + component, components)
      }
    }
  }
  return { samples, width, height }
}

/** In coordinates of the resolution, whose image need not begin at 0. */
function wantedArea(whole: Area, region: Area | undefined): Area {
  if (region === undefined) return whole
  const { x0, y0 } = whole
  return { x0: x0 + region.x0, y0: y0 + region.y0, x1: x0 + region.x1, y1: y0 + region.y1 }
}

/** The rows of the last of these resolutions, the smallest first; right in the part `needed` of them. */
function rowsOf(kernels: Kernels, wavelet: Wavelet, resolutions: readonly Resolution[], needed: Area): Rows {
  const { area, subbands } = resolutions.at(-1)!
  const { reversible } = wavelet
  if (resolutions.length === 1) return new SubbandRows(kernels, subbands[0]!, needed, reversible)
  const neededOf = (orientation: number) => subbandArea(needed, orientation, wavelet.reach)
  const low = rowsOf(kernels, wavelet, resolutions.slice(0, -1), neededOf(0))
  const bands = subbands.map((subband) => new SubbandRows(kernels, subband, neededOf(subband.orientation), reversible))
  return new ResolutionRows(kernels, wavelet, area, low, bands)
}

/** Writes a component's row, each sample so many places after the one before. */
function spread(row: Int32Array, samples: Uint8Array | Uint16Array, start: number, step: number): void {
  if (step === 1) samples.set(row, start)
  else for (let x = 0; x < row.length; x++) samples[start + x * step] = row[x]!
}
