import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { DicomError, readDicom, readHeader, toPresentation } from '../src/index.ts'
import { buildDicom, imageElements, samplesToBytes } from './build-dicom.ts'

const folder = mkdtempSync(join(tmpdir(), 'dicom-io-'))
afterAll(() => rmSync(folder, { recursive: true }))

const samples = [0, 1, 4095, 65535, 32768, 12]
const pixelData = samplesToBytes(samples)

describe('readDicom', () => {
  test.each([
    ['implicit little endian', '1.2.840.10008.1.2'],
    ['explicit little endian', '1.2.840.10008.1.2.1'],
    ['explicit big endian', '1.2.840.10008.1.2.2'],
    ['deflated', '1.2.840.10008.1.2.1.99'],
  ])('reads %s pixels exactly', async (_, transferSyntaxUid) => {
    const little = transferSyntaxUid !== '1.2.840.10008.1.2.2'
    const options = { transferSyntaxUid, pixelData: samplesToBytes(samples, little) }
    const image = await readDicom(buildDicom(imageElements(2, 3), options))
    const frame = await image.decodeFrame()
    expect([...frame.data]).toEqual(samples)
    expect(frame).toMatchObject({ width: 3, height: 2, bits: 16, signed: false, channels: 1, resolutionLevel: 0 })
  })

  test('reads the same from a path, from bytes and from a Buffer inside a larger one', async () => {
    const bytes = buildDicom(imageElements(2, 3), { pixelData })
    const path = join(folder, 'a.dcm')
    writeFileSync(path, bytes)
    const pool = Buffer.concat([Buffer.alloc(7), Buffer.from(bytes), Buffer.alloc(9)])
    for (const source of [path, bytes, pool.subarray(7, 7 + bytes.length)]) {
      expect([...(await (await readDicom(source)).decodeFrame()).data]).toEqual(samples)
    }
  })

  test('masks bits above High Bit, shifts those below Bits Stored out, and extends the sign', async () => {
    const elements = { '00280101 US': [10], '00280102 US': [13], '00280103 US': [1] }
    const image = await readDicom(
      buildDicom(imageElements(1, 4, elements), { pixelData: samplesToBytes([0x2000, 0x1ff0, 0xffff, 0xc013]) }),
    )
    const frame = await image.decodeFrame()
    expect([...frame.data]).toEqual([-512, 511, -1, 1])
    expect(frame).toMatchObject({ bits: 10, signed: true })
  })

  test('masks an odd number of unsigned samples, wherever High Bit is', async () => {
    const pixelData = samplesToBytes([0xffff, 0xf001, 0xaffc])
    for (const [highBit, expected] of [
      [11, [0xfff, 1, 0xffc]],
      [13, [0xfff, 0xc00, 0xbff]],
    ] as const) {
      const elements = imageElements(1, 3, { '00280101 US': [12], '00280102 US': [highBit] })
      const image = await readDicom(buildDicom(elements, { pixelData }))
      expect([...(await image.decodeFrame()).data]).toEqual(expected)
    }
  })

  test('names the path of a file that is not there and of one that is no DICOM file', async () => {
    const path = join(folder, 'text.dcm')
    writeFileSync(path, 'hello, this is not a DICOM file at all')
    await expect(readDicom(path)).rejects.toMatchObject({ code: 'not-dicom', details: { path } })
    await expect(readDicom(`${path}.no`)).rejects.toMatchObject({ code: 'io', details: { path: `${path}.no` } })
  })

  test('refuses an empty file, and one that ends before its data set', async () => {
    const path = join(folder, 'empty.dcm')
    writeFileSync(path, '')
    await expect(readDicom(path)).rejects.toMatchObject({ code: 'truncated', details: { path, offset: 0 } })
    const preamble = buildDicom(imageElements(2, 3), { pixelData }).subarray(0, 132)
    await expect(readDicom(preamble)).rejects.toMatchObject({ code: 'truncated', details: { offset: 132 } })
    expect(Object.keys((await readDicom(preamble).catch((error) => error)).details)).not.toContain('path')
  })

  test('says how many bytes are missing from truncated pixels', async () => {
    const bytes = buildDicom(imageElements(2, 3), { pixelData })
    const image = await readDicom(bytes.subarray(0, bytes.length - 2))
    await expect(image.decodeFrame()).rejects.toThrow('Expected 12 bytes for frame 0 but received 10.')
    await expect(image.decodeFrame()).rejects.toBeInstanceOf(DicomError)
  })

  test('refuses a frame and a resolution that the image does not have, and a time too short to load a decoder', async () => {
    const image = await readDicom(buildDicom(imageElements(2, 3), { pixelData }))
    await expect(image.decodeFrame(1)).rejects.toMatchObject({ code: 'invalid-argument' })
    await expect(image.decodeFrame(0, { resolutionLevel: 1 })).rejects.toMatchObject({ code: 'invalid-argument' })
    for (const timeoutMs of [999, Number.NaN, '5000' as unknown as number]) {
      await expect(image.decodeFrame(0, { timeoutMs })).rejects.toMatchObject({ code: 'invalid-argument' })
    }
  })
})

describe('readHeader', () => {
  test('types the attributes and leaves out what is empty', async () => {
    const header = await readHeader(
      buildDicom(
        imageElements(2, 3, {
          '00100020 LO': 'P 42',
          '00200062 CS': 'L',
          '00185101 CS': '',
          '00281050 DS': '100\\200.5',
          '00281051 DS': '50\\60',
          '00281055 LO': 'NORMAL\\HARDER',
          '00281056 CS': 'SIGMOID',
          '00280120 US': [65535],
        }),
        { pixelData },
      ),
    )
    expect(header).toMatchObject({
      patientId: 'P 42',
      imageLaterality: 'L',
      windowCenter: [100, 200.5],
      windowWidth: [50, 60],
      windowCenterWidthExplanation: ['NORMAL', 'HARDER'],
      voiLutFunction: 'SIGMOID',
      pixelPaddingValue: 65535,
      numberOfFrames: 1,
      transferSyntaxUid: '1.2.840.10008.1.2.1',
    })
    expect(header.viewPosition).toBeUndefined()
  })

  test('takes no value from inside a sequence for the image', async () => {
    const nested = { '00400555 SQ': [{ '00281050 DS': '7', '00280008 IS': '9' }] }
    const header = await readHeader(buildDicom(imageElements(2, 3, nested), { pixelData }))
    expect(header.windowCenter).toBeUndefined()
    expect(header.numberOfFrames).toBe(1)
    expect(header.elements.items('00400555')[0]!.decimals('00281050')).toEqual([7])
  })
})

describe('toPresentation', () => {
  test('maps a linear window by PS3.3 C.11.2.1.2.1 and inverts MONOCHROME1 last', async () => {
    const window = { '00281050 DS': '2048', '00281051 DS': '4096' }
    const image = await readDicom(
      buildDicom(imageElements(1, 4, window), { pixelData: samplesToBytes([0, 2048, 4095, 65535]) }),
    )
    const frame = await image.decodeFrame()
    expect([...toPresentation(frame, image.header).data]).toEqual([0, 32776, 65535, 65535])
    const inverse = { ...image.header, photometricInterpretation: 'MONOCHROME1' }
    expect([...toPresentation(frame, inverse, { bits: 8 }).data]).toEqual([255, 127, 0, 0])
  })
})
