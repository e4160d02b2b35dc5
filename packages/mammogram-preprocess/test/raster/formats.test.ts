import { createHash } from 'node:crypto'
import { copyFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { type PreprocessOptions, preprocessHash, preprocessImage, previewImage } from '../../src/index.ts'
import { temporaryFolder, write } from '../temporary-folder.ts'

const folder = fileURLToPath(new URL('../fixtures/raster/', import.meta.url))
const expected = JSON.parse(await readFile(join(folder, 'expected.json'), 'utf8')) as Record<
  string,
  { width: number; height: number; sha256: string }
>
const whole = { method: 'full-frame', margin: 0 } as const
const asked = { raster: { polarity: 'MONOCHROME2', bits: 16 } } as const

const made = (name: string, options: PreprocessOptions = {}) =>
  preprocessImage(name.startsWith('/') ? name : join(folder, name), { ...whole, height: 64, width: 48, ...options })

/** The gray levels of a file at its own size. */
async function levels(name: string, options: PreprocessOptions) {
  const { width, height } = expected[name]!
  const { image, warnings } = await made(name, { ...options, width, height })
  const bytes = Buffer.from(image.data.buffer, image.data.byteOffset, image.data.byteLength)
  return { sha256: createHash('sha256').update(bytes).digest('hex'), warnings }
}

/** What a kind of file is warned of beside what was asked for. */
const oddities: Record<string, string[]> = {
  'gray-16-gamma-1.png': ['raster:gamma'],
  'gray-8-gamma-1.png': ['raster:gamma'],
  'gray-8-alpha.png': ['raster:alpha'],
  'gray-8-orientation-6.jpg': ['raster:orientation-6'],
  'two-pages.tif': ['source:frame-0-of-2'],
}

test.each(Object.keys(expected))('%s has the values of its recorder, exactly', async (name) => {
  const bits = /-12/.test(name) ? 12 : 16
  const raster = { polarity: 'MONOCHROME2', bits } as const
  const { sha256, warnings } = await levels(name, { raster, ...(name.startsWith('two') && { frame: 0 }) })
  expect(sha256).toBe(expected[name]!.sha256)
  expect(warnings).toEqual(oddities[name] ?? [])
})

test('depth and polarity that are not asked for are inferred, with a warning', async () => {
  const inferred = async (name: string) => {
    const { sha256, warnings } = await levels(name, {})
    expect(sha256, name).toBe(expected[name]!.sha256)
    return warnings
  }
  expect(await inferred('gray-8.png')).toEqual(['raster:polarity-inferred'])
  expect(await inferred('gray-12.pgm')).toEqual(['raster:polarity-inferred'])
  expect(await inferred('gray-16.png')).toEqual(['raster:bits-16-inferred', 'raster:polarity-inferred'])
  expect(await inferred('gray-12-min-is-white.tif')).toEqual(['raster:bits-12-inferred', 'raster:polarity-inferred'])
})

test('a reversed picture is turned round with a warning, or is refused where its polarity is asked for', async () => {
  const { data } = (await made('gray-8.pgm', asked)).image
  const path = join(await temporaryFolder(), 'reversed.png')
  const bytes = await readFile(join(folder, 'gray-8.pgm'))
  await write(path, Buffer.from(bytes.map((value, at) => (at < 13 ? value : 255 - value))))
  const turned = await made(path)
  expect(turned.warnings).toEqual(['raster:polarity-inverted'])
  expect(turned.image.data).toEqual(data)
  expect((await made(path, { raster: { polarity: 'MONOCHROME1' } })).image.data).toEqual(data)
  await expect(made(path, asked)).rejects.toMatchObject({ code: 'not-admitted', details: { check: 'polarity' } })
})

test('the format is known by the first bytes, not by the name', async () => {
  const path = join(await temporaryFolder(), 'image.dcm')
  await copyFile(join(folder, 'gray-16.png'), path)
  expect((await made(path, asked)).image).toEqual((await made('gray-16.png', asked)).image)
})

test('colors are refused, or converted by the weights of BT.601 with a warning', async () => {
  await expect(made('rgb-8-colors.png', asked)).rejects.toMatchObject({
    code: 'not-admitted',
    message: 'Expected a gray picture but received colors. Set raster.color to luminance to convert.',
    details: { check: 'color' },
  })
  const raster = { ...asked.raster, color: 'luminance' } as const
  const { image, warnings } = await made('rgb-8-colors.png', { raster, admission: { polarity: 'warn' } })
  const gray = (await made('gray-8.png', asked)).image
  const converted = (value: number) => 257 * Math.round(0.299 * value + 0.587 * (255 - value) + 0.114 * value)
  expect(warnings).toContain('raster:color')
  expect(image.data).toEqual(gray.data.map((level) => converted(level / 257)))
})

test.each([
  ['float.tif', /^Expected gray or RGB samples of 8 or 16 bits in .* received tiff with 1 channels of float/],
  ['cmyk.jpg', /received jpeg with 4 channels of uchar \(cmyk\)/],
])('%s is an error that says what it is', async (name, message) => {
  await expect(made(name)).rejects.toMatchObject({ code: 'image-unreadable', message: expect.stringMatching(message) })
})

test('several pages are refused where none is chosen', async () => {
  await expect(made('two-pages.tif')).rejects.toMatchObject({ details: { check: 'frames', warnings: ['frames:2'] } })
  const first = await made('two-pages.tif', { ...asked, frame: 0 })
  const { image, warnings } = await made('two-pages.tif', {
    ...asked,
    frame: 'maximum',
    admission: { polarity: 'warn' },
  })
  expect(warnings).toContain('source:maximum-of-2-frames')
  expect(image.data).toEqual(first.image.data.map((level) => Math.max(level, 65_535 - level)))
})

test('values that have more bits than were asked for are an error', async () => {
  await expect(made('gray-16.png', { raster: { bits: 12 } })).rejects.toMatchObject({
    message: expect.stringMatching(/^Expected values of 12 bits but received \d+\. Set raster\.bits/),
  })
})

const cutShort = ['gray-8.jpg', 'gray-16.png', 'gray-16.tif', 'gray-16-tiled.tif', 'gray-16.pgm']

test.each(cutShort)('%s cut short is an error', async (name) => {
  const bytes = await readFile(join(folder, name))
  const path = join(await temporaryFolder(), name)
  await write(path, bytes.subarray(0, Math.floor(0.7 * bytes.length)))
  await expect(made(path)).rejects.toMatchObject({ code: 'image-unreadable' })
})

test('what a file says of its depth, polarity and colors is part of the hash', () => {
  const hashes = [{}, asked, { raster: { polarity: 'MONOCHROME1' } }, { raster: { color: 'luminance' } }] as const
  expect(new Set(hashes.map((options) => preprocessHash(options))).size).toBe(4)
})

test('a preview shows any of them', async () => {
  expect((await previewImage(join(folder, 'gray-16.png'), { height: 32 })).frame).toEqual({ width: 48, height: 64 })
  expect((await previewImage(join(folder, 'rgb-8-colors.png'), { height: 32 })).image.height).toBe(32)
})
