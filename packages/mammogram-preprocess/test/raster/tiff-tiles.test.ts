import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { openWithSharp } from '../../src/raster/decode-with-sharp.ts'
import { isTiledTiff } from '../../src/raster/tiff-tiles.ts'
import { temporaryFolder, write } from '../temporary-folder.ts'

const folder = fileURLToPath(new URL('../fixtures/raster/', import.meta.url))
const fixture = (name: string) => readFile(join(folder, name))
const pixels = async (file: string | Uint8Array, page = 0) =>
  (await (await openWithSharp(file, 'tiff')).decode(page)).data

test.each([
  ['gray-16.tif', 0, false],
  ['gray-16-tiled.tif', 0, true],
  ['gray-16-big-endian.tif', 0, false],
  ['gray-16-bigtiff.tif', 0, false],
  ['two-pages.tif', 1, false],
  ['two-pages.tif', 2, false],
])('%s, page %i: in tiles %s, by path and by bytes', async (name, page, isTiled) => {
  expect(await isTiledTiff(join(folder, name), page)).toBe(isTiled)
  expect(await isTiledTiff(await fixture(name), page)).toBe(isTiled)
})

type Tiff = { compression: 'lzw' | 'deflate'; bigtiff: boolean; tile: boolean }
const kinds: Tiff[] = [false, true].flatMap((bigtiff) =>
  [false, true].flatMap(
    (tile) =>
      [
        { compression: 'lzw', bigtiff, tile },
        { compression: 'deflate', bigtiff, tile },
      ] as const,
  ),
)

test.each(kinds)(
  'a damaged file is an error, a whole one is exact: $compression, BigTIFF $bigtiff, tiles $tile',
  async (kind) => {
    const values = Uint16Array.from({ length: 300 * 200 }, (_, at) => (at * at) % 4093)
    const picture = sharp(values, { raw: { width: 300, height: 200, channels: 1, depth: 'ushort' } })
    const bytes = await picture
      .toColourspace('grey16')
      .tiff({ ...kind, predictor: 'horizontal', tileWidth: 64, tileHeight: 64 })
      .toBuffer()
    expect(await isTiledTiff(bytes, 0)).toBe(kind.tile)
    expect(await pixels(bytes)).toEqual(values)
    bytes.fill(0xff, bytes.length >> 1, (bytes.length >> 1) + 40)
    await expect(pixels(bytes)).rejects.toMatchObject({ code: 'image-unreadable' })
  },
)

/** Offset of a tag's entry in the first directory of a little-endian file. */
function entryOf(bytes: Buffer, tag: number): number {
  const start = bytes.readUInt32LE(4) + 2
  for (let at = start; ; at += 12) if (bytes.readUInt16LE(at) === tag) return at
}

test('each page is asked for its own tiles', async () => {
  const strips = await fixture('gray-16.tif')
  const tiles = await fixture('gray-16-tiled.tif')
  const tiledAt = strips.length
  strips.writeUInt32LE(tiledAt + tiles.readUInt32LE(4), 10 + 12 * strips.readUInt16LE(8))
  // Offsets in the second file move by the length of the first.
  const offsets = tiles.readUInt32LE(entryOf(tiles, 324) + 8)
  for (const tag of [270, 282, 283, 305, 324, 325]) {
    const at = entryOf(tiles, tag) + 8
    tiles.writeUInt32LE(tiles.readUInt32LE(at) + tiledAt, at)
  }
  for (let at = offsets; at < offsets + 16; at += 4) tiles.writeUInt32LE(tiles.readUInt32LE(at) + tiledAt, at)
  const joined = Buffer.concat([strips, tiles])

  expect(await isTiledTiff(joined, 0)).toBe(false)
  expect(await isTiledTiff(joined, 1)).toBe(true)
  expect(await pixels(joined, 1)).toEqual(await pixels(await fixture('gray-16-tiled.tif')))
  await expect(pixels(joined.subarray(0, -1000), 1)).rejects.toMatchObject({ code: 'image-unreadable' })
})

test.each(['gray-16.tif', 'gray-16-tiled.tif'])(
  '%s with tags out of order, as some programs write, is exact',
  async (name) => {
    const bytes = await fixture(name)
    const path = join(await temporaryFolder(), name)
    // XResolution and ResolutionUnit change places.
    const [a, b] = [entryOf(bytes, 282), entryOf(bytes, 296)]
    const swapped = Buffer.from(bytes)
    bytes.copy(swapped, a, b, b + 12)
    bytes.copy(swapped, b, a, a + 12)
    await write(path, swapped)
    expect(await pixels(path)).toEqual(await pixels(join(folder, name)))
  },
)
