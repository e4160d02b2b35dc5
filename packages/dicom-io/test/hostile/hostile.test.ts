/**
 * Damaged and hostile files: an error of ours or the same pixels, never anything else. `npm run nightly` tries each place and
 * 10,000 damaged files; the gate a part of them, drawn with `MAMMOKIT_TEST_SEED`.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { DicomError, findIdentifiers, readDicom, toPresentation } from '../../src/index.ts'
import { largeJpeg2000, slowJpeg2000 } from '../bomb-jpeg-2000.ts'
import { buildDicom, concat, type Elements, imageElements } from '../build-dicom.ts'
import { encodeHtj2k, encodeJpeg2000, encodeJpegLs } from '../encode-frames.ts'
import { encodeJpegLossless } from '../encode-jpeg-lossless.ts'
import { random } from '../random.ts'
import { createSampleFiles, type SampleFile } from '../sample-files.ts'
import { isNightly, pickPlaces, seed } from './amount.ts'

let files: SampleFile[]
beforeAll(async () => {
  files = await createSampleFiles()
})

/** Everything that the library does with a file; whether it ended in pixels or in our own error. */
async function readAll(bytes: Uint8Array): Promise<ArrayLike<number> | DicomError> {
  try {
    const image = await readDicom(bytes)
    findIdentifiers(image.header)
    expect(await image.resolutionLevels()).toBeLessThanOrEqual(32)
    const frame = await image.decodeFrame()
    expect(frame.data.length).toBe(frame.width * frame.height * frame.channels)
    return frame.data
  } catch (error) {
    if (!(error instanceof DicomError)) throw error
    return error
  }
}

describe('truncation', () => {
  test(`of every transfer syntax is an error, or takes no pixels away: every 16th byte, seed ${seed}`, async () => {
    for (const [index, { name, bytes }] of files.entries()) {
      const whole = await readAll(bytes)
      expect(whole, name).not.toBeInstanceOf(DicomError)
      for (const length of pickPlaces(0, bytes.length, 16, 8, index)) {
        const result = await readAll(bytes.slice(0, length))
        if (!(result instanceof DicomError)) expect([length, result], name).toEqual([length, whole])
      }
    }
  })

  test(`at every byte around the items of encapsulated pixels, seed ${seed}`, async () => {
    for (const [index, { name, bytes }] of files.entries()) {
      const whole = await readAll(bytes)
      for (let at = 0; at + 4 < bytes.length; at++) {
        const isItem = bytes[at] === 0xfe && bytes[at + 1] === 0xff && bytes[at + 3] === 0xe0
        for (const length of isItem ? pickPlaces(at - 2, at + 11, 1, 4, index + at) : []) {
          const result = await readAll(bytes.slice(0, length))
          if (!(result instanceof DicomError)) expect([length, result], name).toEqual([length, whole])
        }
      }
    }
  })
})

const damagedCount = isNightly ? 10_000 : 500

test(`${damagedCount} damaged files give an error of ours or an image of the promised size, seed ${seed}`, async () => {
  for (let count = 0; count < damagedCount; count++) {
    const { bytes } = files[count % files.length]!
    const next = random(seed + count)
    const damaged = bytes.slice()
    for (let left = 1 + next(3); left > 0; left--) {
      const at = 132 + next(bytes.length - 132)
      damaged[at] = next(3) === 0 ? next(256) : damaged[at]! ^ (1 << next(8))
    }
    await readAll(damaged)
  }
})

test('an error is the same from a decoder in place and from one in a thread: code, offset, path and text', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dicom-io-hostile-'))
  const path = join(folder, 'damaged.dcm')
  const codes = new Set<string>()
  try {
    for (const { name, bytes } of files) {
      for (const fromEnd of [12, 40, 80]) {
        const damaged = bytes.slice().fill(0x55, bytes.length - fromEnd, bytes.length - fromEnd + 12)
        writeFileSync(path, damaged)
        const image = await readDicom(path).catch(() => undefined)
        const inThread = await image?.decodeFrame().catch(plain)
        expect(inThread, name).toEqual(
          await image?.decodeFrame(0, { timeoutMs: Number.POSITIVE_INFINITY }).catch(plain),
        )
        if (Array.isArray(inThread)) codes.add(inThread[0])
      }
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
  expect(codes).toContain('invalid-codestream')

  function plain({ name, code, details, message }: DicomError) {
    expect([name, details.path]).toEqual(['DicomError', path])
    return [code, details.offset, message]
  }
})

describe('wrong lengths', () => {
  test.each([0, 1, 0x7fff_fffe, 0xffff_fffe, 0xffff_ffff])(
    `a length of %i anywhere is an error or harmless, seed ${seed}`,
    async (length) => {
      const names = ['implicit', 'explicit', 'big endian', 'RLE', 'JPEG Lossless', 'JPEG-LS']
      for (const [index, { name, bytes }] of files.entries()) {
        if (!names.includes(name)) continue
        for (const at of pickPlaces(132, bytes.length - 3, 2, 16, index + (length % 16))) {
          const damaged = bytes.slice()
          new DataView(damaged.buffer).setUint32(at, length, name !== 'big endian')
          await readAll(damaged)
        }
      }
    },
  )
})

describe('bombs', () => {
  const spec = { width: 64, height: 64, bits: 12 }
  const samples = new Uint16Array(64 * 64)
  const huge: Elements = imageElements(8000, 8000, { '00280101 US': [12], '00280102 US': [11] })

  test.each([
    [
      'JPEG Lossless',
      '1.2.840.10008.1.2.4.70',
      async () => encodeJpegLossless(samples, { ...spec, precision: 12, predictor: 1 }),
    ],
    ['JPEG-LS', '1.2.840.10008.1.2.4.80', () => encodeJpegLs(samples, spec)],
    ['JPEG 2000', '1.2.840.10008.1.2.4.90', () => encodeJpeg2000(samples, spec)],
    ['HTJ2K', '1.2.840.10008.1.2.4.201', () => encodeHtj2k(samples, spec)],
    ['RLE', '1.2.840.10008.1.2.5', async () => new Uint8Array(1000)],
  ] as const)(
    '%s of 64 x 64 pixels under a header of 8000 x 8000 allocates no image',
    async (_, transferSyntaxUid, encode) => {
      const pixelData = [await encode()]
      const before = process.memoryUsage().arrayBuffers
      const result = await readAll(buildDicom(huge, { transferSyntaxUid, pixelData }))
      expect(result).toBeInstanceOf(DicomError)
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 2 ** 20)
    },
  )

  test('JPEG Lossless that says 8000 x 8000 in a hundred bytes allocates no image', async () => {
    const codestream = encodeJpegLossless(samples, { ...spec, precision: 12, predictor: 1 }).slice()
    const sof = codestream.indexOf(0xc3)
    new DataView(codestream.buffer).setUint32(sof + 4, (8000 << 16) | 8000)
    const result = await readAll(
      buildDicom(huge, { transferSyntaxUid: '1.2.840.10008.1.2.4.70', pixelData: [codestream] }),
    )
    expect(result).toMatchObject({ code: 'invalid-codestream' })
  })

  test('JPEG 2000 that takes longer than timeoutMs is given up, and the next frame decodes as ever', async () => {
    const pixelData = [slowJpeg2000(8000)]
    const image = await readDicom(buildDicom(huge, { transferSyntaxUid: '1.2.840.10008.1.2.4.90', pixelData }))
    const failure = await image.decodeFrame(0, { timeoutMs: 1000 }).catch((error) => error)
    expect(failure).toMatchObject({ name: 'DicomError', code: 'limit' })
    const { bytes } = files.find(({ name }) => name === 'JPEG 2000')!
    expect(await readAll(bytes)).not.toBeInstanceOf(DicomError)
  })

  test('a frame that takes longer than 10 seconds is given up after these where the caller says nothing', async () => {
    const pixelData = [slowJpeg2000(8000, 'irreversible')]
    const image = await readDicom(buildDicom(huge, { transferSyntaxUid: '1.2.840.10008.1.2.4.91', pixelData }))
    const begun = performance.now()
    expect(await image.decodeFrame().catch((error) => error)).toMatchObject({ name: 'DicomError', code: 'limit' })
    expect(performance.now() - begun).toBeGreaterThan(9900)
  })

  test.each([
    ['reversible', Number.POSITIVE_INFINITY],
    ['reversible', 300_000],
    ['irreversible', Number.POSITIVE_INFINITY],
    ['irreversible', 300_000],
  ] as const)(
    "%s JPEG 2000 in four million code-blocks stops at the cap of a decoder's memory, timeoutMs %d",
    async (transform, timeoutMs) => {
      const pixelData = [largeJpeg2000(8000, transform)]
      const image = await readDicom(buildDicom(huge, { transferSyntaxUid: '1.2.840.10008.1.2.4.91', pixelData }))
      const before = process.memoryUsage().rss
      const ending = await image.decodeFrame(0, { timeoutMs }).then(
        () => 'decoded',
        ({ code }) => code,
      )
      expect(ending).toBe('invalid-codestream')
      expect(process.memoryUsage().rss - before).toBeLessThan(1.25 * 2 ** 30)
    },
  )

  test('a scan that is there twice, each as dear as the image', async () => {
    const codestream = encodeJpegLossless(samples, { ...spec, precision: 12, predictor: 1 })
    const scan = codestream.subarray(codestream.lastIndexOf(0xda) - 1, codestream.length - 2)
    const twice = concat([
      codestream.subarray(0, codestream.length - 2),
      scan,
      codestream.subarray(codestream.length - 2),
    ])
    const elements = imageElements(64, 64, { '00280101 US': [12], '00280102 US': [11] })
    const options = { transferSyntaxUid: '1.2.840.10008.1.2.4.70', pixelData: [twice] }
    expect(await readAll(buildDicom(elements, options))).toMatchObject({ code: 'invalid-codestream' })
  })

  test('65,536 frames with as many fragments, which no search for each frame may meet', async () => {
    const count = 65_536
    const pixelData = Array.from({ length: count }, () => new Uint8Array(2))
    const offsetTable = Array.from({ length: count }, (_, at) => at * 10)
    const elements = { ...huge, '00280008 IS': `${count}` }
    const options = { transferSyntaxUid: '1.2.840.10008.1.2.4.70', pixelData, offsetTable }
    expect(await readAll(buildDicom(elements, options))).toMatchObject({ code: 'invalid-codestream' })
  })

  test('a window of four million values', async () => {
    const elements = { ...huge, '00281050 DS': '1\\'.repeat(2 ** 21) }
    const options = { transferSyntaxUid: '1.2.840.10008.1.2', pixelData: new Uint8Array(2) }
    const bytes = buildDicom(elements, options)
    const { header } = await readDicom(bytes)
    expect(header.windowCenter).toBeUndefined()
    expect(header.warnings).toMatchObject([{ keyword: 'windowCenter', code: 'malformed' }])
    expect(await readAll(bytes)).toMatchObject({ code: 'truncated' })
  })

  test('native pixels of 8000 x 8000 in a hundred bytes are truncated', async () => {
    expect(await readAll(buildDicom(huge, { pixelData: new Uint8Array(100) }))).toMatchObject({ code: 'truncated' })
  })

  test('more than 65,536 fragments', async () => {
    const pixelData = Array.from({ length: 65_537 }, () => new Uint8Array(0))
    const options = { transferSyntaxUid: '1.2.840.10008.1.2.4.70', pixelData }
    expect(await readAll(buildDicom(huge, options))).toMatchObject({ code: 'limit' })
  })
})

test(`presentation of damaged headers is an error of ours or levels of the promised range, seed ${seed}`, async () => {
  const { bytes } = files[1]!
  for (let count = 0; count < 300; count++) {
    const next = random(seed + count)
    const damaged = bytes.slice()
    for (let left = 1 + next(3); left > 0; left--) damaged[132 + next(600)] = next(256)
    try {
      const image = await readDicom(damaged)
      const frame = await image.decodeFrame()
      expect(toPresentation(frame, image.header).data.length).toBe(frame.data.length)
    } catch (error) {
      expect(error).toBeInstanceOf(DicomError)
    }
  }
})
