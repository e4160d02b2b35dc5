import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { openWithSharp } from '../../src/raster/decode-with-sharp.ts'
import { openInPage } from '../../src/raster/open-raster.browser.ts'

const [width, height] = [37, 29]

/** Values of all sizes, the same at every call. */
function picture(channels: 1 | 2 | 3 | 4, isWide = false) {
  const length = width * height * channels
  const data = isWide
    ? Uint16Array.from({ length }, (_, at) => (at * 7919) % 65_536)
    : Uint8Array.from({ length }, (_, at) => 128 + 100 * Math.sin(at / 90) + (at % 7))
  const image = sharp(data, { raw: { width, height, channels } })
  if (!isWide) return image
  return image.toColourspace(channels < 3 ? 'grey16' : 'rgb16')
}

const gray = () => picture(1).toColourspace('b-w')
const files: Readonly<Record<string, () => sharp.Sharp>> = {
  'gray PNG of 16 bits': () => picture(1, true).png(),
  'color PNG of 16 bits': () => picture(3, true).png(),
  'gray PNG of 8 bits': () => gray().png(),
  'interlaced PNG': () => picture(1, true).png({ progressive: true }),
  'color PNG with alpha': () => picture(4).png(),
  'PNG with a palette': () => picture(3).png({ palette: true }),
  'PNG with a palette of 4 bits': () => picture(3).png({ palette: true, colours: 16 }),
  'gray JPEG': () => gray().jpeg({ quality: 90 }),
  'progressive gray JPEG': () => gray().jpeg({ progressive: true }),
  'JPEG of 4:2:0': () => picture(3).jpeg({ chromaSubsampling: '4:2:0' }),
  'JPEG of 4:4:4': () => picture(3).jpeg({ chromaSubsampling: '4:4:4' }),
}

async function decoded(open: typeof openInPage, bytes: Uint8Array, format: 'png' | 'jpeg') {
  const { pages, orientation, decode } = await open(bytes, format)
  const { data, ...rest } = await decode(0)
  return { pages, orientation, ...rest, data: [...data] }
}

describe('a picture in a page', () => {
  it.each(Object.entries(files))('%s has the values of sharp', async (_, make) => {
    const { data, info } = await make().toBuffer({ resolveWithObject: true })
    const format = info.format as 'png' | 'jpeg'
    const bytes = new Uint8Array(data)
    expect(await decoded(openInPage, bytes, format)).toEqual(await decoded(openWithSharp as never, bytes, format))
  })

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('is turned as EXIF orientation %i says', async (orientation) => {
    for (const format of ['jpeg', 'png'] as const) {
      const bytes = new Uint8Array(await gray().withMetadata({ orientation }).toFormat(format).toBuffer())
      const inPage = await decoded(openInPage, bytes, format)
      expect(inPage).toEqual(await decoded(openWithSharp as never, bytes, format))
      expect(inPage.orientation).toBe(orientation)
    }
  })

  it('of an odd number of bytes, more than a call takes as arguments, has the values of sharp', async () => {
    const [width, height] = [520, 420]
    const noise = Uint8Array.from({ length: width * height }, (_, at) => (at * at * 7919) >> 8)
    const image = sharp(noise, { raw: { width, height, channels: 1 } }).toColourspace('b-w')
    const files = await Promise.all([97, 98, 99, 100].map((quality) => image.clone().jpeg({ quality }).toBuffer()))
    const odd = files.find(({ length }) => length % 2 === 1 && length > 150_000)!
    const bytes = new Uint8Array(odd)
    expect(await decoded(openInPage, bytes, 'jpeg')).toEqual(await decoded(openWithSharp as never, bytes, 'jpeg'))
  })

  it('that is damaged, too large or of a kind that a page does not read is image-unreadable', async () => {
    const png = new Uint8Array(await gray().png().toBuffer())
    const jpeg = new Uint8Array(await gray().jpeg().toBuffer())
    const large = png.slice()
    new DataView(large.buffer).setUint32(16, 100_000)
    const bent = png.slice()
    bent[60]! ^= 0xff
    const cmyk = new Uint8Array(await picture(4).toColourspace('cmyk').jpeg().toBuffer())
    for (const [bytes, format] of [
      [png.subarray(0, 20), 'png'],
      [png.subarray(0, png.length - 40), 'png'],
      [large, 'png'],
      [bent, 'png'],
      [jpeg.subarray(0, 12), 'jpeg'],
      [jpeg.subarray(0, jpeg.length - 60), 'jpeg'],
      [cmyk, 'jpeg'],
      [png, 'tiff'],
    ] as const) {
      const failed = openInPage(bytes, format).then(({ decode }) => decode(0))
      await expect(failed, `${format} of ${bytes.length} bytes`).rejects.toMatchObject({ code: 'image-unreadable' })
    }
  })
})
