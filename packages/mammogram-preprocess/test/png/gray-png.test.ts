import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { decodeGrayPng, encodeGrayPng } from '../../src/index.ts'
import { temporaryFolder, write } from '../temporary-folder.ts'

const image = { data: Uint16Array.from({ length: 96 }, (_, at) => (at * 4099 + 257) % 65_536), width: 8, height: 12 }

describe('encodeGrayPng', () => {
  it('writes what libpng, through sharp, reads as the same values', async () => {
    const wide = {
      data: Uint16Array.from({ length: 4000 }, (_, at) => (at % 7 < 3 ? 0 : at * 77)),
      width: 200,
      height: 20,
    }
    const { data, info } = await sharp(await encodeGrayPng(wide))
      .toColourspace('grey16')
      .raw({ depth: 'ushort' })
      .toBuffer({ resolveWithObject: true })
    expect(info).toMatchObject({ width: 200, height: 20, channels: 1 })
    expect(new Uint16Array(data.buffer, data.byteOffset, 4000)).toEqual(wide.data)
  })

  it('gives equal bytes for equal images, of one pixel and of one row', async () => {
    for (const [width, height] of [
      [1, 1],
      [96, 1],
      [1, 96],
    ] as const) {
      const one = { data: image.data.slice(0, width * height), width, height }
      expect(await encodeGrayPng(one)).toEqual(await encodeGrayPng({ ...one, data: one.data.slice() }))
      expect(await decodeGrayPng(await encodeGrayPng(one))).toEqual(one)
    }
  })

  it('leaves little of black', async () => {
    const black = { data: new Uint16Array(512 * 1024), width: 512, height: 1024 }
    expect((await encodeGrayPng(black)).length).toBeLessThan(10_000)
  })
})

describe('encodeGrayPng and decodeGrayPng', () => {
  it('give back the exact 16-bit values, from bytes and from a file', async () => {
    const png = await encodeGrayPng(image)
    const path = join(await temporaryFolder(), 'image.png')
    await write(path, png)
    expect(await decodeGrayPng(png)).toEqual(image)
    expect(await decodeGrayPng(path)).toEqual(image)
  })

  it('refuse a file that is cut, missing, 8 bit or in color, with the reason', async () => {
    const path = join(await temporaryFolder(), 'image.png')
    await write(path, (await encodeGrayPng(image)).subarray(0, 80))
    const unreadable = { name: 'PreprocessError', code: 'image-unreadable' }
    await expect(decodeGrayPng(path)).rejects.toMatchObject({ ...unreadable, details: { source: path } })
    await expect(decodeGrayPng(`${path}.none`)).rejects.toMatchObject(unreadable)
    const color = await sharp(new Uint8Array(12), { raw: { width: 2, height: 2, channels: 3 } })
      .png()
      .toBuffer()
    await expect(decodeGrayPng(color)).rejects.toThrow('Expected a 16-bit gray PNG in')
    await expect(decodeGrayPng(color)).rejects.toThrow('png with 3 channels of uchar')
  })
})
