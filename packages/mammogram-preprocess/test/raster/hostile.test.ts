/**
 * Damaged and hostile picture files: no crash, no hang, no cap exceeded. `FUZZ_RUNS=10000` damages that many, as `npm run nightly`
 * does; `MAMMOKIT_TEST_SEED` draws other damages.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { crc32, deflateSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { random } from '../../../dicom-io/test/random.ts'
import { preprocessImage } from '../../src/index.ts'
import { temporaryFolder, write } from '../temporary-folder.ts'

const folder = fileURLToPath(new URL('../fixtures/raster/', import.meta.url))
const runs = Number(process.env.FUZZ_RUNS ?? (process.env.MAMMOKIT_NIGHTLY === '1' ? 10_000 : 100))
const seed = Number(process.env.MAMMOKIT_TEST_SEED)
const options = { height: 32, width: 24, method: 'full-frame' } as const

/** Flips bits, overwrites, cuts, repeats or inserts: one to four times. */
function damage(bytes: Uint8Array, draw: (below: number) => number): Uint8Array {
  let damaged = Uint8Array.from(bytes)
  for (let times = 1 + draw(4); times > 0; times--) {
    const at = draw(3) === 0 ? draw(damaged.length) : draw(Math.min(damaged.length, 200))
    const kind = draw(6)
    if (kind < 2) damaged[at] = damaged[at]! ^ (1 << draw(8))
    else if (kind === 2) damaged[at] = [0, 1, 127, 128, 255][draw(5)]!
    else if (kind === 3) damaged.fill(draw(2) * 255, at, at + 1 + draw(8))
    else if (kind === 4) damaged = damaged.slice(0, Math.max(16, at))
    else
      damaged = Uint8Array.of(
        ...damaged.subarray(0, at),
        ...damaged.subarray(at, at + draw(64)),
        ...damaged.subarray(at),
      )
  }
  return damaged
}

test(`${runs} damaged PNG, JPEG, TIFF and PGM files are pictures or errors of this package within 10 s each, seed ${seed}`, {
  timeout: 60_000 + 200 * runs,
}, async () => {
  const names = (await readdir(folder)).filter((name) => !name.endsWith('.json'))
  const files = await Promise.all(names.map((name) => readFile(join(folder, name))))
  const path = join(await temporaryFolder(), 'damaged')
  const draw = random(seed)
  let slowest = 0
  let refused = 0
  for (let run = 0; run < runs; run++) {
    await write(path, damage(files[run % files.length]!, draw))
    const started = performance.now()
    await preprocessImage(path, options).catch((error: { name: string; code: string }) => {
      refused++
      expect([`${error.name} ${error.code}`, run]).toEqual([
        expect.stringMatching(/^(PreprocessError (image-unreadable|not-admitted)|DicomError [\w-]+)$/),
        run,
      ])
    })
    slowest = Math.max(slowest, performance.now() - started)
  }
  expect(slowest).toBeLessThan(10_000)
  expect(refused).toBeGreaterThan(runs / 10)
  expect(process.memoryUsage().rss).toBeLessThan(2 ** 30)
})

function png(width: number, height: number, data: Uint8Array): Buffer {
  const chunk = (type: string, content: Uint8Array) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), content])
    const ends = Buffer.alloc(8)
    ends.writeUInt32BE(content.length, 0)
    ends.writeUInt32BE(crc32(body), 4)
    return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)])
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([16, 0, 0, 0, 0], 8)
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
  return Buffer.concat([signature, chunk('IHDR', head), chunk('IDAT', data), chunk('IEND', new Uint8Array(0))])
}

/** A TIFF of one strip with these sides and nothing in it. */
function tiff(width: number, height: number): Buffer {
  const entries = [
    [256, 4, width],
    [257, 4, height],
    [258, 3, 16],
    [259, 3, 1],
    [262, 3, 1],
    [273, 4, 8],
    [277, 3, 1],
    [278, 4, height],
    [279, 4, 2 ** 31],
  ]
  const bytes = Buffer.alloc(8 + 2 + 12 * entries.length + 4)
  bytes.write('II*\0', 'latin1')
  bytes.writeUInt32LE(8, 4)
  bytes.writeUInt16LE(entries.length, 8)
  entries.forEach(([tag, type, value], at) => {
    bytes.writeUInt16LE(tag!, 10 + 12 * at)
    bytes.writeUInt16LE(type!, 12 + 12 * at)
    bytes.writeUInt32LE(1, 14 + 12 * at)
    bytes.writeUInt32LE(value!, 18 + 12 * at)
  })
  return bytes
}

/** The header of a JPEG with these sides: SOI, SOF0 of one component. */
const jpeg = (width: number, height: number) =>
  Buffer.from([
    ...[0xff, 0xd8, 0xff, 0xc0, 0, 11, 8, height >> 8, height & 255, width >> 8, width & 255, 1, 1, 0x11, 0],
    ...[0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 0xff, 0xd9],
  ])

test.each([
  ['a PNG of 2 gigapixels', () => png(50_000, 40_000, deflateSync(new Uint8Array(1000)))],
  ['a PNG whose deflated rows go on for 64 MB', () => png(9000, 9000, deflateSync(new Uint8Array(2 ** 26)))],
  ['a TIFF of 2 gigapixels', () => tiff(50_000, 40_000)],
  ['a JPEG of 4 gigapixels', () => jpeg(65_535, 65_535)],
  ['a PGM of 10 gigapixels', () => Buffer.from('P5 99999 99999 65535\n')],
  ['a plain PGM that promises 60 megapixels', () => Buffer.from('P2 8000 8000 255\n1 2 3')],
])('%s is refused before its memory is taken', async (_, make) => {
  const path = join(await temporaryFolder(), 'bomb')
  await write(path, make())
  const before = process.memoryUsage().rss
  const started = performance.now()
  await expect(preprocessImage(path, options)).rejects.toMatchObject({ code: 'image-unreadable' })
  expect(performance.now() - started).toBeLessThan(5000)
  expect(process.memoryUsage().rss - before).toBeLessThan(2 ** 27)
})

test('a PNG of the largest size that is admitted is read within its memory', async () => {
  const path = join(await temporaryFolder(), 'large.png')
  await write(path, png(8192, 8192, deflateSync(new Uint8Array(8192 * (2 * 8192 + 1)))))
  await expect(preprocessImage(path, options)).rejects.toMatchObject({ details: { check: 'constant' } })
})
