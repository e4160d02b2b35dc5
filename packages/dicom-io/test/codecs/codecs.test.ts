import { describe, expect, test } from 'vitest'
import { readDicom } from '../../src/index.ts'
import { buildDicom, concat, type DicomFileOptions, type Elements, imageElements } from '../build-dicom.ts'
import {
  encodeHtj2k,
  encodeJpeg2000,
  encodeJpegBaseline,
  encodeJpegExtended,
  encodeJpegLs,
  encodeRle,
  type FrameSpec,
} from '../encode-frames.ts'
import { encodeJpegLossless } from '../encode-jpeg-lossless.ts'

const width = 45
const height = 34

function gradient(bits: number, components = 1): Uint16Array {
  const top = 2 ** bits - 1
  return Uint16Array.from({ length: width * height * components }, (_, at) => (at * 13 + ((at >> 5) % 7) * 3) & top)
}

function elementsFor({ bits, signed = false, components = 1 }: FrameSpec, more: Elements = {}): Elements {
  const allocated = bits > 8 ? 16 : 8
  return imageElements(height, width, {
    '00280002 US': [components],
    '00280004 CS': components === 3 ? 'RGB' : 'MONOCHROME2',
    '00280006 US': [0],
    '00280100 US': [allocated],
    '00280101 US': [bits],
    '00280102 US': [bits - 1],
    '00280103 US': [signed ? 1 : 0],
    ...more,
  })
}

async function decode(
  frame: Uint8Array,
  transferSyntaxUid: string,
  elements: Elements,
  options: DicomFileOptions = {},
) {
  const image = await readDicom(buildDicom(elements, { transferSyntaxUid, pixelData: [frame], ...options }))
  return image.decodeFrame()
}

const lossless = [
  ['JPEG Lossless .57', '1.2.840.10008.1.2.4.57', encodeWithPredictor(6)],
  ['JPEG Lossless .70', '1.2.840.10008.1.2.4.70', encodeWithPredictor(1)],
  ['JPEG-LS .80', '1.2.840.10008.1.2.4.80', encodeJpegLs],
  ['JPEG 2000 .90', '1.2.840.10008.1.2.4.90', encodeJpeg2000],
  ['HTJ2K .201', '1.2.840.10008.1.2.4.201', encodeHtj2k],
  ['HTJ2K .202', '1.2.840.10008.1.2.4.202', encodeHtj2k],
  ['HTJ2K .203', '1.2.840.10008.1.2.4.203', encodeHtj2k],
  [
    'RLE',
    '1.2.840.10008.1.2.5',
    async (samples: Uint8Array | Uint16Array, spec: FrameSpec) => encodeRle(samples, spec.components),
  ],
] as const

function encodeWithPredictor(predictor: number) {
  return async (samples: Uint8Array | Uint16Array, { bits, components = 1 }: FrameSpec) =>
    encodeJpegLossless(samples, { width, height, components, precision: bits, predictor })
}

describe('lossless transfer syntaxes', () => {
  const cases = lossless.flatMap((codec) => [8, 10, 12, 14, 16].map((bits) => [...codec, bits] as const))
  test.each(cases)('%s restores every sample', async (_, uid, encode, bits) => {
    const samples = bits === 8 ? Uint8Array.from(gradient(8)) : gradient(bits)
    const frame = await decode(
      await encode(samples, { width, height, bits }),
      uid,
      elementsFor({ width, height, bits }),
    )
    expect(frame.data).toEqual(samples)
    expect(frame).toMatchObject({ width, height, bits, signed: false, channels: 1 })
  })

  test.each(lossless)('%s restores every signed sample', async (_, uid, encode) => {
    const values = Int16Array.from(gradient(16), (value) => value)
    const samples = new Uint16Array(values.buffer)
    const spec = { width, height, bits: 16, signed: uid.includes('.4.90') || uid.includes('.4.20') }
    const frame = await decode(await encode(samples, spec), uid, elementsFor({ ...spec, signed: true }))
    expect(frame.data).toEqual(values)
  })

  test.each(lossless)('%s restores RGB', async (_, uid, encode) => {
    const samples = Uint8Array.from(gradient(8, 3))
    const spec = { width, height, bits: 8, components: 3 }
    const frame = await decode(await encode(samples, spec), uid, elementsFor(spec))
    expect(frame.data).toEqual(uid.endsWith('.80') ? interleaved(samples) : samples)
    expect(frame.channels).toBe(3)
  })
})

/** The JPEG-LS encoder takes planes when it writes planes. */
function interleaved(planes: Uint8Array): Uint8Array {
  const size = planes.length / 3
  return planes.map((_, at) => planes[(at % 3) * size + Math.floor(at / 3)]!)
}

describe('lossy transfer syntaxes', () => {
  test('JPEG-LS near-lossless stays within its difference of 2', async () => {
    const samples = gradient(12)
    const spec = { width, height, bits: 12 }
    const frame = await decode(await encodeJpegLs(samples, spec, 2), '1.2.840.10008.1.2.4.81', elementsFor(spec))
    expect(Math.max(...samples.map((sample, at) => Math.abs(sample - frame.data[at]!)))).toBeLessThanOrEqual(2)
  })

  test('JPEG-LS of samples by line and by pixel comes out pixel by pixel', async () => {
    const samples = Uint8Array.from(gradient(8, 3))
    const spec = { width, height, bits: 8, components: 3 }
    for (const interleave of [1, 2]) {
      const frame = await decode(
        await encodeJpegLs(samples, spec, 0, interleave),
        '1.2.840.10008.1.2.4.80',
        elementsFor(spec),
      )
      expect(frame.data).toEqual(samples)
    }
  })

  test('JPEG baseline stays within 6 gray levels at quality 95', async () => {
    const samples = Uint8Array.from({ length: width * height }, (_, at) => 40 + (at % width) * 3)
    const spec = { width, height, bits: 8 }
    const frame = await decode(await encodeJpegBaseline(samples, spec), '1.2.840.10008.1.2.4.50', elementsFor(spec))
    expect(Math.max(...samples.map((sample, at) => Math.abs(sample - frame.data[at]!)))).toBeLessThanOrEqual(6)
  })

  test('JPEG extended restores blocks of one 12-bit value exactly', async () => {
    const blocks = [0, 4095, 2048, 17, 3000, 1]
    const elements = elementsFor({ width, height, bits: 12 }, { '00280010 US': [16], '00280011 US': [24] })
    const frame = await decode(encodeJpegExtended(blocks, 3), '1.2.840.10008.1.2.4.51', elements)
    const expected = Uint16Array.from(
      { length: 16 * 24 },
      (_, at) => blocks[((at >> 3) % 3) + 3 * Math.floor(at / (24 * 8))]!,
    )
    expect(frame.data).toEqual(expected)
  })

  test('JPEG without a color marker is RGB where the header says RGB', async () => {
    const samples = new Uint8Array(width * height * 3).map((_, at) => [200, 100, 50][at % 3]!)
    const spec = { width, height, bits: 8, components: 3 }
    const codestream = await encodeJpegBaseline(samples, spec)
    const frame = await decode(codestream, '1.2.840.10008.1.2.4.50', elementsFor(spec))
    expect(frame.channels).toBe(3)
    expect(Math.abs(frame.data[0]! - 200)).toBeLessThanOrEqual(3)
    expect(Math.abs(frame.data[2]! - 50)).toBeLessThanOrEqual(3)
  })
})

describe('reduced resolution', () => {
  test.each([
    ['JPEG 2000', '1.2.840.10008.1.2.4.90', encodeJpeg2000],
    ['HTJ2K', '1.2.840.10008.1.2.4.201', encodeHtj2k],
  ])('%s halves the sides at each level, and refuses more levels than there are', async (_, uid, encode) => {
    const spec = { width, height, bits: 12 }
    const samples = Uint16Array.from(
      { length: width * height },
      (_, at) => (at % width) * 60 + Math.floor(at / width) * 20,
    )
    const file = buildDicom(elementsFor(spec), { transferSyntaxUid: uid, pixelData: [await encode(samples, spec)] })
    const image = await readDicom(file)
    for (const resolutionLevel of [0, 1, 2, 3]) {
      const frame = await image.decodeFrame(0, { resolutionLevel })
      const scale = 2 ** resolutionLevel
      expect(frame).toMatchObject({
        width: Math.ceil(width / scale),
        height: Math.ceil(height / scale),
        resolutionLevel,
      })
      const [row, column] = [3 >> resolutionLevel, 16 / scale]
      expect(frame.data[row * frame.width + column]!).toBeCloseTo(samples[row * scale * width + 16]!, -2)
    }
    expect(await image.resolutionLevels()).toBe(3)
    await expect(image.decodeFrame(0, { resolutionLevel: 4 })).rejects.toMatchObject({ code: 'invalid-argument' })
    await expect(image.decodeFrame(0, { resolutionLevel: 0.5 })).rejects.toMatchObject({ code: 'invalid-argument' })
  })
})

test.each(lossless.filter(([, uid]) => !/4\.(90|20.)$/.test(uid)))(
  '%s has one resolution and refuses another',
  async (_, uid, encode) => {
    const spec = { width, height, bits: 12 }
    const file = buildDicom(elementsFor(spec), {
      transferSyntaxUid: uid,
      pixelData: [await encode(gradient(12), spec)],
    })
    const smaller = (await readDicom(file)).decodeFrame(0, { resolutionLevel: 1 })
    await expect(smaller).rejects.toMatchObject({ code: 'invalid-argument' })
  },
)

describe('a region', () => {
  const spec = { width, height, bits: 12 }
  const region = { x: 7, y: 5, width: 21, height: 18 }

  test.each(lossless)('%s: the pixels of the whole frame that lie in it', async (_, uid, encode) => {
    const file = buildDicom(elementsFor(spec), {
      transferSyntaxUid: uid,
      pixelData: [await encode(gradient(12), spec)],
    })
    const image = await readDicom(file)
    const whole = await image.decodeFrame()
    const part = await image.decodeFrame(0, { region })
    expect(part).toMatchObject({ width: 21, height: 18, bits: 12, resolutionLevel: 0 })
    expect(part.data).toEqual(
      Uint16Array.from({ length: 21 * 18 }, (_, at) => whole.data[(5 + Math.floor(at / 21)) * width + 7 + (at % 21)]!),
    )
  })

  test('at a reduced resolution is every pixel that it touches', async () => {
    const pixelData = [await encodeJpeg2000(gradient(12), spec)]
    const image = await readDicom(
      buildDicom(elementsFor(spec), { transferSyntaxUid: '1.2.840.10008.1.2.4.90', pixelData }),
    )
    const whole = await image.decodeFrame(0, { resolutionLevel: 2 })
    const part = await image.decodeFrame(0, { resolutionLevel: 2, region })
    expect(part).toMatchObject({ width: 6, height: 5, resolutionLevel: 2 })
    expect(part.data[0]).toBe(whole.data[1 * whole.width + 1])
  })

  test.each([
    { ...region, x: -1 },
    { ...region, width: 0 },
    { ...region, width: 39 },
    { ...region, height: 30 },
    { ...region, y: 0.5 },
  ])('that is not of whole pixels within the frame is refused: %o', async (wrong) => {
    const image = await readDicom(buildDicom(elementsFor(spec), { pixelData: new Uint8Array(width * height * 2) }))
    await expect(image.decodeFrame(0, { region: wrong })).rejects.toMatchObject({ code: 'invalid-argument' })
  })
})

describe('Bits Stored below the precision of the codestream', () => {
  const spec = { width, height, bits: 16 }
  const uid = '1.2.840.10008.1.2.4.90'
  const header = elementsFor(spec, { '00280101 US': [12], '00280102 US': [11] })
  const samples = Uint16Array.from({ length: width * height }, (_, at) => (at % 9 < 4 ? 5000 : 0))

  test('keeps larger values, which some mammograms have, at full resolution', async () => {
    expect((await decode(await encodeJpeg2000(samples, spec), uid, header)).data).toEqual(samples)
  })

  test('cuts them off at a reduced resolution, where they are overshoot', async () => {
    const file = buildDicom(header, { transferSyntaxUid: uid, pixelData: [await encodeJpeg2000(samples, spec)] })
    const { data } = await (await readDicom(file)).decodeFrame(0, { resolutionLevel: 1 })
    expect(Math.max(...data)).toBe(4095)
  })
})

describe('header against codestream', () => {
  const spec = { width, height, bits: 12 }
  test.each(lossless.slice(0, 5))('%s of another size, depth or color is a mismatch', async (_, uid, encode) => {
    const frame = await encode(gradient(12), spec)
    for (const wrong of [
      { '00280010 US': [height + 1] },
      { '00280011 US': [width - 1] },
      { '00280002 US': [3], '00280004 CS': 'RGB' },
      { '00280100 US': [8], '00280101 US': [8], '00280102 US': [7] },
    ] as Elements[]) {
      await expect(decode(frame, uid, elementsFor(spec, wrong))).rejects.toMatchObject({ code: 'mismatch' })
    }
  })

  test.each([
    ['JPEG 2000', '1.2.840.10008.1.2.4.90', encodeJpeg2000],
    ['HTJ2K', '1.2.840.10008.1.2.4.201', encodeHtj2k],
  ])('%s of signed samples under an unsigned header is a mismatch where one is below 0', async (_, uid, encode) => {
    const signed = { ...spec, bits: 16, signed: true }
    const header = elementsFor({ ...spec, bits: 16 })
    const samples = Int16Array.from(gradient(12))
    expect([...(await decode(await encode(samples, signed), uid, header)).data]).toEqual([...samples])
    samples[7] = -1
    await expect(decode(await encode(samples, signed), uid, header)).rejects.toMatchObject({ code: 'mismatch' })
  })

  test('RLE with another number of segments is a mismatch', async () => {
    const elements = elementsFor({ ...spec, bits: 8 })
    await expect(decode(encodeRle(gradient(12)), '1.2.840.10008.1.2.5', elements)).rejects.toMatchObject({
      code: 'mismatch',
    })
  })

  test.each([
    ['Rows', { '00280010 US': [height - 1] }],
    ['Columns', { '00280011 US': [width - 1] }],
  ])('RLE that holds more than %s says is a mismatch', async (_, wrong) => {
    const frame = encodeRle(gradient(12))
    await expect(decode(frame, '1.2.840.10008.1.2.5', elementsFor(spec, wrong as Elements))).rejects.toMatchObject({
      code: 'mismatch',
    })
  })

  test('a codestream of another kind is named', async () => {
    const frame = await encodeJpeg2000(gradient(12), spec)
    await expect(decode(frame, '1.2.840.10008.1.2.4.70', elementsFor(spec))).rejects.toMatchObject({
      code: 'invalid-codestream',
    })
    const baseline = await encodeJpegBaseline(Uint8Array.from(gradient(8)), { ...spec, bits: 8 })
    await expect(decode(baseline, '1.2.840.10008.1.2.4.80', elementsFor({ ...spec, bits: 8 }))).rejects.toMatchObject({
      code: 'unsupported',
    })
  })
})

describe('entropy-coded data that end early, before the marker that should follow them', () => {
  const spec = { width: 64, height: 64, bits: 12 }
  const samples = Uint16Array.from({ length: 64 * 64 }, (_, at) => (at * 37 + (at >> 6) * 11) & 4095)
  const header = (bits: number) => elementsFor({ ...spec, bits }, { '00280010 US': [64], '00280011 US': [64] })

  test.each([
    ['JPEG baseline', '4.50', 8, () => encodeJpegBaseline(Uint8Array.from(samples), { ...spec, bits: 8 })],
    ['JPEG extended', '4.51', 12, async () => encodeJpegExtended([...samples.subarray(0, 64)], 8)],
    ['JPEG-LS', '4.80', 12, () => encodeJpegLs(samples, spec)],
    ['HTJ2K', '4.201', 12, () => encodeHtj2k(samples, spec)],
  ] as const)('%s', async (_, uid, bits, encode) => {
    const whole = await encode()
    for (const lost of [2, 20, 60]) {
      const cut = concat([whole.subarray(0, whole.length - 2 - lost), whole.subarray(whole.length - 2)])
      const decoded = decode(cut, `1.2.840.10008.1.2.${uid}`, header(bits))
      await expect(decoded).rejects.toMatchObject({ code: 'invalid-codestream' })
    }
  })
})
