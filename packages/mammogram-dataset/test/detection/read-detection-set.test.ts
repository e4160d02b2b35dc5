import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { readDetectionSet } from '../../src/index.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mammokit-detection-'))
  for (const kind of ['images', 'labels']) await mkdir(join(folder, kind, 'train'), { recursive: true })
  const raw = { width: 8, height: 4, channels: 1 } as const
  const wide = sharp(new Uint16Array(32).fill(1000), { raw }).toColourspace('grey16')
  await wide.png().toFile(join(folder, 'images/train/a-wide.png'))
  await sharp(new Uint8Array(32).fill(2), { raw }).png().toFile(join(folder, 'images/train/b-byte.png'))
  await writeFile(join(folder, 'labels/train/a-wide.txt'), '0 0.5 0.5 0.25 0.5\n0 0.5 0.5 0.5 1\n')
})

afterAll(() => rm(folder, { recursive: true }))

test('gives gray values of 16 bits and the largest box in pixels; none without a label', async () => {
  const [wide, byte] = await readDetectionSet(folder, 'train')
  expect(wide).toMatchObject({ name: 'a-wide', image: { width: 8, height: 4 } })
  expect(wide.box).toEqual({ x: 2, y: 0, width: 4, height: 4 })
  expect([wide.image.data[0], byte.image.data[0]]).toEqual([1000, 2 * 257])
  expect(byte).not.toHaveProperty('box')
})

test('gives the box of what an image was made into', async () => {
  const half = () => ({ data: new Uint16Array(8), width: 4, height: 2 })
  expect((await readDetectionSet(folder, 'train', half))[0].box).toEqual({ x: 1, y: 0, width: 2, height: 2 })
})

test('a folder without images, and a label that is none, are refused by name', async () => {
  await expect(readDetectionSet(folder, 'val')).rejects.toMatchObject({ code: 'input-not-found' })
  await writeFile(join(folder, 'labels/train/b-byte.txt'), '0 0.5 0.5 2 1\n')
  const reading = readDetectionSet(folder, 'train')
  await expect(reading).rejects.toMatchObject({ code: 'invalid-label', details: { line: '0 0.5 0.5 2 1' } })
  await expect(reading).rejects.toThrow("b-byte.txt but received '0 0.5 0.5 2 1'")
})

/** A copy of the set, to be changed. */
async function copy(): Promise<string> {
  const changed = await mkdtemp(join(tmpdir(), 'mammokit-detection-'))
  onTestFinished(() => rm(changed, { recursive: true }))
  await cp(folder, changed, { recursive: true })
  await rm(join(changed, 'labels/train/b-byte.txt'), { force: true })
  return changed
}

test.each([
  ['gray of 8 bits', 1, 'uchar'],
  ['gray and alpha of 8 bits', 2, 'uchar'],
  ['RGB of 8 bits', 3, 'uchar'],
  ['RGB and alpha of 8 bits', 4, 'uchar'],
  ['gray and alpha of 16 bits', 2, 'ushort'],
  ['RGB of 16 bits', 3, 'ushort'],
  ['RGB and alpha of 16 bits', 4, 'ushort'],
] as const)('%s has the gray values of its pixels', async (_, channels, depth) => {
  const changed = await copy()
  const white = depth === 'ushort' ? 65_535 : 255
  const Samples = depth === 'ushort' ? Uint16Array : Uint8Array
  const grays = Array.from({ length: 32 }, (_, pixel) => 5 * pixel)
  const pixels = Samples.from(
    grays.flatMap((gray) =>
      Array.from({ length: channels }, (_, at) => (channels % 2 === 0 && at === channels - 1 ? white : gray)),
    ),
  )
  const space = depth === 'uchar' ? (channels < 3 ? 'b-w' : 'srgb') : channels < 3 ? 'grey16' : 'rgb16'
  await sharp(pixels, { raw: { width: 8, height: 4, channels } })
    .toColourspace(space)
    .png()
    .toFile(join(changed, 'images/train/a-wide.png'))
  const [{ image }] = await readDetectionSet(changed, 'train')
  expect([...image.data]).toEqual(grays.map((gray) => (depth === 'ushort' ? gray : 257 * gray)))
})

test('a damaged image is named', async () => {
  const changed = await copy()
  await writeFile(join(changed, 'images/train/b-byte.png'), 'no picture')
  await expect(readDetectionSet(changed, 'train')).rejects.toMatchObject({
    code: 'image-unreadable',
    details: { path: join(changed, 'images/train/b-byte.png') },
  })
})

test('a label that is there and cannot be read is an error, not an image without a box', async () => {
  const changed = await copy()
  const label = join(changed, 'labels/train/b-byte.txt')
  await mkdir(label)
  await expect(readDetectionSet(changed, 'train')).rejects.toMatchObject({
    name: 'FileError',
    code: 'cannot-read',
    details: { path: label, systemCode: 'EISDIR' },
  })
  await rm(join(changed, 'images'), { recursive: true })
  await writeFile(join(changed, 'images'), '')
  await expect(readDetectionSet(changed, 'train')).rejects.toMatchObject({ code: 'cannot-read' })
})

test('a set without a label file, and one to train without a box, are refused', async () => {
  const changed = await copy()
  const labels = join(changed, 'labels/train')
  await writeFile(join(labels, 'a-wide.txt'), '\n')
  await expect(readDetectionSet(changed, 'train')).rejects.toMatchObject({
    code: 'input-not-found',
    message: `Expected a box in at least one label file of ${labels} but received only empty ones. Write a line 'class x y width height' for each breast.`,
  })
  for (const kind of ['images', 'labels'])
    await cp(join(changed, kind, 'train'), join(changed, kind, 'val'), { recursive: true })
  expect(await readDetectionSet(changed, 'val')).toHaveLength((await readdir(join(changed, 'images/val'))).length)
  await rm(join(labels, 'a-wide.txt'))
  await expect(readDetectionSet(changed, 'train')).rejects.toMatchObject({
    code: 'input-not-found',
    message: `Expected label files in ${labels} but received none for 2 images. Name each as its image, a-wide.txt; an empty one says that there is no breast.`,
    details: { folder: labels },
  })
})
