import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
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
