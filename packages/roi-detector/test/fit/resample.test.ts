import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { type GrayImage, type Kernel, resample } from '../../src/index.ts'

interface Case {
  width: number
  height: number
  kernel: Kernel
  targetWidth: number
  targetHeight: number
  data: string
  expected: string
}
const fixture = new URL('../fixtures/resample.json', import.meta.url)
const { cases } = JSON.parse(await readFile(fixture, 'utf8')) as { cases: Case[] }
const decode = (text: string) => new Uint16Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer)

test.each(cases)('$width x $height to $targetWidth x $targetHeight, $kernel: the values of numpy in float64', (one) => {
  const image = { data: decode(one.data), width: one.width, height: one.height }
  const resized = resample(image, one.targetWidth, one.targetHeight, one.kernel)
  const expected = decode(one.expected)
  // Linear weights make halves, which numpy rounds to even.
  if (one.kernel === 'linear')
    expect(Math.max(...expected.map((v, i) => Math.abs(v - resized[i])))).toBeLessThanOrEqual(1)
  else expect(resized).toEqual(expected)
})

test('pixels that are black on all sides of a picture change nothing: no sum of them is left out', () => {
  const image = { data: new Uint16Array(60 * 50), width: 60, height: 50 }
  for (let y = 20; y < 30; y++) image.data.fill(40_000, y * 60 + 25, y * 60 + 35)
  const resized = resample(image, 30, 25, 'linear')
  const sum = (data: Uint16Array) => data.reduce((total, value) => total + value, 0)
  expect(Math.abs(4 * sum(resized) - sum(image.data)) / sum(image.data)).toBeLessThan(1e-4)
  expect(resample({ ...image, data: new Uint16Array(3000) }, 30, 25, 'lanczos3')).toEqual(new Uint16Array(750))
})

const real = `${process.env.MAMMOKIT_TEST_DATA}/cdd_cesm/png512`

test.skipIf(!existsSync(real))(
  'MAMMOKIT_TEST_DATA/cdd_cesm: on 12 real mammograms sharp, with weights of 12 bits and rows rounded between, is less than a gray level of 255 away on average',
  async () => {
    for (const name of (await readdir(real)).slice(0, 12)) {
      const { data, info } = await sharp(`${real}/${name}`)
        .toColourspace('b-w')
        .raw()
        .toBuffer({ resolveWithObject: true })
      const image = { data: Uint16Array.from(data, (v) => v * 257), width: info.width, height: info.height }
      const [width, height] = [Math.round(info.width / 2.7), Math.round(info.height / 2.7)]
      const ours = resample(image, width, height, 'lanczos3')
      const theirs = await withSharp(image, width, height)
      let sum = 0
      for (let at = 0; at < ours.length; at++) sum += Math.abs(ours[at] - theirs[at])
      expect(sum / ours.length, name).toBeLessThan(0.1 * 257)
    }
  },
)

async function withSharp(image: GrayImage, width: number, height: number): Promise<Uint16Array> {
  const bytes = await sharp(image.data, { raw: { width: image.width, height: image.height, channels: 1 } })
    .toColourspace('grey16')
    .resize(width, height, { fit: 'fill', kernel: 'lanczos3' })
    .raw({ depth: 'ushort' })
    .toBuffer()
  return new Uint16Array(bytes.buffer, bytes.byteOffset, width * height)
}
