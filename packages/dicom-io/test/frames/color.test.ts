import { describe, expect, test } from 'vitest'
import { readDicom } from '../../src/index.ts'
import { buildDicom, type DicomFileOptions, type Elements, imageElements } from '../build-dicom.ts'
import { encodeJpeg2000, encodeRle } from '../encode-frames.ts'

const eightBits: Elements = { '00280100 US': [8], '00280101 US': [8], '00280102 US': [7] }

async function decode(rows: number, columns: number, more: Elements, options: DicomFileOptions) {
  const image = await readDicom(buildDicom(imageElements(rows, columns, { ...eightBits, ...more }), options))
  return image.decodeFrame()
}

const color = (interpretation: string, planes = 0): Elements => ({
  '00280002 US': [3],
  '00280004 CS': interpretation,
  '00280006 US': [planes],
})

describe('RGB', () => {
  test('pixel by pixel and plane by plane', async () => {
    const pixels = Uint8Array.of(1, 2, 3, 4, 5, 6)
    const planes = Uint8Array.of(1, 4, 2, 5, 3, 6)
    const frame = await decode(1, 2, color('RGB'), { pixelData: pixels })
    expect(frame).toMatchObject({ data: pixels, channels: 3, width: 2, height: 1 })
    expect((await decode(1, 2, color('RGB', 1), { pixelData: planes })).data).toEqual(pixels)
  })

  test('of 16 bits keeps its bits', async () => {
    const pixels = Uint16Array.of(0, 1000, 65_535)
    const more = { ...color('RGB'), '00280100 US': [16], '00280101 US': [16], '00280102 US': [15] }
    const frame = await decode(1, 1, more, { pixelData: new Uint8Array(pixels.buffer) })
    expect(frame).toMatchObject({ data: pixels, bits: 16, channels: 3 })
  })
})

describe('YBR', () => {
  // PS3.3 C.7.6.3.1.2: red 255 0 0 is 76 85 255, green 150 44 21, blue 29 255 107.
  const ybr = [76, 85, 255, 150, 44, 21, 29, 255, 107, 128, 128, 128]
  const rgb = [254, 0, 0, 0, 255, 1, 0, 0, 254, 128, 128, 128]

  test('full range, native and RLE, becomes RGB', async () => {
    const pixelData = Uint8Array.from(ybr)
    expect([...(await decode(2, 2, color('YBR_FULL'), { pixelData })).data]).toEqual(rgb)
    const options = { transferSyntaxUid: '1.2.840.10008.1.2.5', pixelData: [encodeRle(pixelData, 3)] }
    expect([...(await decode(2, 2, color('YBR_FULL'), options)).data]).toEqual(rgb)
  })

  test('full range 4:2:2 shares the color of two pixels', async () => {
    const pixelData = Uint8Array.of(76, 150, 128, 128)
    const frame = await decode(1, 2, color('YBR_FULL_422'), { pixelData })
    expect([...frame.data]).toEqual([76, 76, 76, 150, 150, 150])
  })

  test('partial range and 16 bits are refused, with what was expected', async () => {
    const pixelData = new Uint8Array(12)
    await expect(decode(2, 2, color('YBR_PARTIAL_420'), { pixelData })).rejects.toThrow('YBR_PARTIAL_420')
    const more = { ...color('YBR_FULL'), '00280100 US': [16], '00280101 US': [16], '00280102 US': [15] }
    await expect(decode(1, 1, more, { pixelData: new Uint8Array(6) })).rejects.toMatchObject({ code: 'unsupported' })
  })
})

test.each([
  ['RGB', { '00280004 CS': 'RGB' }, 'invalid-header', 'Expected 3 for samplesPerPixel with "RGB" but received 1'],
  ['gray', color('MONOCHROME2'), 'invalid-header', 'Expected 1 for samplesPerPixel with "MONOCHROME2" but received 3'],
  ['the colors of JPEG 2000 in native pixels', color('YBR_RCT'), 'unsupported', 'received "YBR_RCT"'],
] as [string, Elements, string, string][])(
  '%s in another number of samples, or where it cannot be, is refused',
  async (_, more, code, message) => {
    const pixelData = new Uint8Array(more['00280002 US'] === undefined ? 4 : 12)
    const failure = await decode(2, 2, more, { pixelData }).catch((error) => error)
    expect(failure).toMatchObject({ code, message: expect.stringContaining(message) })
  },
)

describe('palette', () => {
  const table = (colorNumber: number, values: readonly number[], bits: number) => ({
    [`0028110${colorNumber} US`]: [values.length, 2, bits],
    [`0028120${colorNumber} OW`]: values,
  })
  const palette = { '00280004 CS': 'PALETTE COLOR' }

  test('maps stored values through its three tables, from the first mapped value on', async () => {
    const tables = { ...table(1, [10, 20], 8), ...table(2, [30, 40], 8), ...table(3, [50, 60], 8) }
    const frame = await decode(2, 2, { ...palette, ...tables }, { pixelData: Uint8Array.of(0, 2, 3, 9) })
    expect([...frame.data]).toEqual([10, 30, 50, 10, 30, 50, 20, 40, 60, 20, 40, 60])
    expect(frame.channels).toBe(3)
  })

  test('takes the upper 8 bits of 16-bit entries', async () => {
    const tables = { ...table(1, [0, 0xff00], 16), ...table(2, [0, 0x80ff], 16), ...table(3, [0, 1], 16) }
    const frame = await decode(1, 2, { ...palette, ...tables }, { pixelData: Uint8Array.of(2, 3) })
    expect([...frame.data]).toEqual([0, 0, 0, 255, 128, 0])
  })

  test('without a table is an invalid header', async () => {
    const options = { pixelData: new Uint8Array(4) }
    await expect(decode(2, 2, palette, options)).rejects.toMatchObject({ code: 'invalid-header' })
  })

  test('in segments is refused as such', async () => {
    const options = { pixelData: new Uint8Array(4) }
    const segmented = decode(2, 2, { ...palette, '00281221 OW': [0, 1, 7] }, options)
    await expect(segmented).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('segmented'),
    })
  })

  test('has no colors between its own: entries that exceed their bits, and reduced resolutions, are refused', async () => {
    const tables = { ...table(1, [0, 256], 8), ...table(2, [0, 1], 8), ...table(3, [0, 1], 8) }
    const options = { pixelData: new Uint8Array(4) }
    await expect(decode(2, 2, { ...palette, ...tables }, options)).rejects.toMatchObject({ code: 'invalid-header' })
    const frame = await encodeJpeg2000(new Uint8Array(64), { width: 8, height: 8, bits: 8 })
    const smaller = { transferSyntaxUid: '1.2.840.10008.1.2.4.90', pixelData: [frame] }
    const elements = imageElements(8, 8, {
      ...eightBits,
      ...palette,
      ...table(1, [0], 8),
      ...table(2, [0], 8),
      ...table(3, [0], 8),
    })
    const image = await readDicom(buildDicom(elements, smaller))
    expect(await image.decodeFrame()).toMatchObject({ channels: 3 })
    await expect(image.decodeFrame(0, { resolutionLevel: 1 })).rejects.toMatchObject({ code: 'unsupported' })
  })
})
