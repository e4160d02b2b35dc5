/** Transfer syntaxes against frames that other encoders wrote and other decoders read, and those that are refused by name. */
import { deflateRawSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { readDicom, transferSyntaxes } from '../../src/index.ts'
import { buildDicom, type Elements, imageElements, samplesToBytes } from '../build-dicom.ts'
import { readRecordedFrames, recordedFile } from '../recorded-frames.ts'

describe('frames that other encoders wrote', () => {
  test.each(readRecordedFrames())('$name is within $tolerance of what its decoder gives', async (frame) => {
    const image = await readDicom(recordedFile(frame))
    if (frame.samples === undefined) {
      await expect(image.decodeFrame()).rejects.toMatchObject({ code: 'unsupported' })
      return
    }
    const { data, width, height, channels } = await image.decodeFrame()
    expect([width, height, channels]).toEqual([frame.columns, frame.rows, frame.samplesPerPixel])
    const largest = data.reduce((most, value, at) => Math.max(most, Math.abs(value - frame.samples![at]!)), 0)
    expect(largest).toBeLessThanOrEqual(frame.tolerance)
    expect(data.length).toBe(frame.samples.length)
  })
})

const encapsulated = '1.2.840.10008.1.2.1.98'
const deflated = '1.2.840.10008.1.2.8.1'
const frames = [0, 1].map((frame) => Uint16Array.from({ length: 15 }, (_, at) => (at * 999 + frame * 77) & 0xffff))
const elements: Elements = { ...imageElements(3, 5), '00280008 IS': '2' }

describe.each([
  ['encapsulated uncompressed', encapsulated, (bytes: Uint8Array) => bytes],
  ['deflated', deflated, (bytes: Uint8Array) => new Uint8Array(deflateRawSync(bytes))],
] as const)('%s frames', (_, transferSyntaxUid, wrap) => {
  const fragments = frames.map((samples) => wrap(samplesToBytes(samples)))
  const read = async (pixelData: readonly Uint8Array[], more: Elements = {}, index = 0) =>
    (await readDicom(buildDicom({ ...elements, ...more }, { transferSyntaxUid, pixelData }))).decodeFrame(index)

  test('are exact, each in its fragment', async () => {
    for (const [index, samples] of frames.entries()) expect((await read(fragments, {}, index)).data).toEqual(samples)
  })

  test('may be of single bits, colors by planes, and begin with the marker of another codec', async () => {
    const bits = { '00280008 IS': '1', '00280100 US': [1], '00280101 US': [1], '00280102 US': [0] }
    const packed = wrap(Uint8Array.of(0b0101_0101, 0b0110_1010))
    expect([...(await read([packed], bits)).data]).toEqual([1, 0, 1, 0, 1, 0, 1, 0, 0, 1, 0, 1, 0, 1, 1])
    const bytes = { '00280100 US': [8], '00280101 US': [8], '00280102 US': [7] }
    const color = { ...bits, ...bytes, '00280002 US': [3], '00280004 CS': 'RGB', '00280006 US': [1] }
    const planes = Uint8Array.from({ length: 46 }, (_, at) => (at < 45 ? at : 0))
    expect([...(await read([wrap(planes)], color)).data.subarray(0, 6)]).toEqual([0, 15, 30, 1, 16, 31])
    const like = Uint8Array.from({ length: 30 }, (_, at) => [0xff, 0xd8, 0xff][at % 3]!)
    const halves = [like.subarray(0, 6), like.subarray(6)]
    if (transferSyntaxUid === encapsulated) expect((await read(halves, { '00280008 IS': '1' })).data[0]).toBe(0xd8ff)
  })

  test('that are too short or too long for the header are refused, and no more is inflated than that', async () => {
    const short = [wrap(new Uint8Array(28)), fragments[1]!]
    await expect(read(short)).rejects.toMatchObject({ code: 'truncated' })
    const long = [wrap(new Uint8Array(64)), fragments[1]!]
    await expect(read(long)).rejects.toMatchObject({ code: 'mismatch' })
    if (transferSyntaxUid !== deflated) return
    const bomb = [wrap(new Uint8Array(256 * 2 ** 20)), fragments[1]!]
    const before = process.memoryUsage().arrayBuffers
    await expect(read(bomb)).rejects.toMatchObject({ code: 'mismatch' })
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 22)
    await expect(read([fragments[0]!.slice(0, 9), fragments[1]!])).rejects.toMatchObject({ code: 'invalid-codestream' })
  })
})

describe('JPEG XL that does not fit its header, or is no single still image', () => {
  const lossless = readRecordedFrames().filter(({ transferSyntaxUid }) => transferSyntaxUid.endsWith('.110'))

  test.each(lossless)('$name under a header of another size or depth is a mismatch', async (frame) => {
    for (const different of [
      { rows: frame.rows + 1 },
      { columns: 4000, rows: 4000 },
      { bits: 8 },
      {
        samplesPerPixel: 4 - frame.samplesPerPixel,
        photometricInterpretation: frame.samplesPerPixel === 3 ? 'MONOCHROME2' : 'RGB',
      },
    ]) {
      if (different.bits === frame.bits) continue
      const image = await readDicom(recordedFile({ ...frame, ...different }))
      await expect(image.decodeFrame(), JSON.stringify(different)).rejects.toMatchObject({ code: 'mismatch' })
    }
  })

  test.each(lossless)('$name that ends early is invalid, wherever that is', async (frame) => {
    const whole = await (await readDicom(recordedFile(frame))).decodeFrame()
    const step = Math.ceil(frame.frame.length / 20)
    for (let length = 2; length < frame.frame.length; length += step) {
      const image = await readDicom(recordedFile({ ...frame, frame: frame.frame.subarray(0, length) }))
      const result = await image.decodeFrame().catch((error) => error)
      // Boxes after the image may be lost.
      if (result.data !== undefined) expect(result).toEqual(whole)
      else expect(result).toMatchObject({ name: 'DicomError', code: 'invalid-codestream' })
    }
  })
})

describe('progressive JPEG that has lost something', () => {
  const progressive = readRecordedFrames().filter(({ transferSyntaxUid }) => /\.5[35]$/.test(transferSyntaxUid))

  test.each(progressive)('$name that ends early is invalid, wherever that is', async (frame) => {
    for (let length = 2; length < frame.frame.length - 1; length += 7) {
      const image = await readDicom(recordedFile({ ...frame, frame: frame.frame.subarray(0, length) }))
      await expect(image.decodeFrame(0, { timeoutMs: Number.POSITIVE_INFINITY })).rejects.toMatchObject({
        code: 'invalid-codestream',
      })
    }
  })

  test.each(progressive)('$name without one of its scans, or with one twice, is invalid', async (frame) => {
    const { frame: bytes } = frame
    const starts = [...bytes.keys()].filter((at) => bytes[at] === 0xff && bytes[at + 1] === 0xda)
    expect(starts.length).toBeGreaterThan(1)
    for (const [index, start] of starts.entries()) {
      const end = starts[index + 1] ?? bytes.length - 2
      const scan = [...bytes.subarray(start, end)]
      const without = Uint8Array.from([...bytes.subarray(0, start), ...bytes.subarray(end)])
      const twice = Uint8Array.from([...bytes.subarray(0, end), ...scan, ...bytes.subarray(end)])
      for (const damaged of [without, twice]) {
        const image = await readDicom(recordedFile({ ...frame, frame: damaged }))
        await expect(image.decodeFrame()).rejects.toMatchObject({ code: 'invalid-codestream' })
      }
    }
  })
})

test.each([
  ['1.2.840.10008.1.2.4.94', 'JPIP Referenced'],
  ['1.2.840.10008.1.2.4.100', 'MPEG2 Main Profile / Main Level'],
  ['1.2.840.10008.1.2.4.106.1', 'Fragmentable MPEG-4 AVC/H.264 Stereo High Profile / Level 4.2'],
  ['1.2.840.10008.1.2.4.108', 'HEVC/H.265 Main 10 Profile / Level 5.1'],
  ['1.2.840.10008.1.2.7.2', 'SMPTE ST 2110-20 Uncompressed Interlaced Active Video'],
  ['1.2.840.10008.1.2.4.65', 'JPEG Lossless, Hierarchical (Process 28)'],
])('%s is refused as %s', async (transferSyntaxUid, name) => {
  const failure = await readDicom(buildDicom(imageElements(2, 2), { transferSyntaxUid })).catch((error) => error)
  expect(failure).toMatchObject({ code: 'unsupported', details: { transferSyntaxUid, name } })
  expect(failure.message).toContain(`(${name})`)
})

test('a transfer syntax that the standard does not have is refused by its UID', async () => {
  for (const transferSyntaxUid of ['1.2.3.4', 'constructor', 'toString']) {
    const file = buildDicom(imageElements(2, 2), { transferSyntaxUid })
    await expect(readDicom(file)).rejects.toMatchObject({ code: 'unsupported', details: { transferSyntaxUid } })
    expect(transferSyntaxes.has(transferSyntaxUid)).toBe(false)
  }
})
