/** The tiles of a codestream and their bytes (ITU-T T.800 A.4.2, B.3). */
import { invalidJpeg2000 } from './codestream-size.ts'
import type { Area, MainHeader } from './main-header.ts'
import { lastEndOfCodestream } from './tile-part-lengths.ts'

const marker = { plt: 0xff58, com: 0xff64, sot: 0xff90, sod: 0xff93 }
/** A tile-part of an unknown length ends with the codestream. */
const unknownLength = 0

/**
 * @returns for each tile its bytes, of all its tile-parts; undefined where a tile-part is coded in another way than the main header says
 * @throws {DicomError} `invalid-codestream` where a tile is not there, or not whole.
 */
export function readTileParts(bytes: Uint8Array, header: MainHeader): Uint8Array[] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const parts: Uint8Array[][] = Array.from({ length: countTiles(header) }, () => [])
  let at = header.end
  while (at + 12 <= bytes.length && view.getUint16(at) === marker.sot) {
    const tile = parts[view.getUint16(at + 4)]
    const length = view.getUint32(at + 6)
    const end = length === unknownLength ? lastEndOfCodestream(bytes) : at + length
    if (tile === undefined || end > bytes.length) throw invalidJpeg2000('a tile-part of the image, whole', at)
    const start = findData(view, at + 12, end)
    if (start === undefined) return undefined
    tile.push(bytes.subarray(start, end))
    at = end
  }
  if (parts.some((tile) => tile.length === 0)) throw invalidJpeg2000('all tiles', at)
  return parts.map(joinParts)
}

function joinParts(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]!
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}

/** What is behind SOD; undefined where a segment before it changes the coding. */
function findData(view: DataView, from: number, end: number): number | undefined {
  for (let at = from; at + 2 <= end; at += 2 + view.getUint16(at + 2)) {
    const found = view.getUint16(at)
    if (found === marker.sod) return at + 2
    if (found !== marker.plt && found !== marker.com) return undefined
    if (at + 4 > end) break
  }
  throw invalidJpeg2000('the data of a tile-part', from)
}

function countTiles(header: MainHeader): number {
  const { across, down } = tileGrid(header)
  if (across * down > 65_535) throw invalidJpeg2000('at most 65,535 tiles', 6)
  return across * down
}

function tileGrid({ image, tile }: MainHeader) {
  const [width, height] = [tile.x1 - tile.x0, tile.y1 - tile.y0]
  return {
    width,
    height,
    across: Math.ceil((image.x1 - tile.x0) / width),
    down: Math.ceil((image.y1 - tile.y0) / height),
  }
}

/** What a tile covers of the image, on the reference grid (equations B-7 to B-10). */
export function areaOfTile(header: MainHeader, index: number): Area {
  const { image, tile } = header
  const { width, height, across } = tileGrid(header)
  const x = tile.x0 + (index % across) * width
  const y = tile.y0 + Math.floor(index / across) * height
  return {
    x0: Math.max(x, image.x0),
    y0: Math.max(y, image.y0),
    x1: Math.min(x + width, image.x1),
    y1: Math.min(y + height, image.y1),
  }
}
