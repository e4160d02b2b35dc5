/** Mammograms with one fault each: the stored values and gray levels that pydicom gives for them, or for their sound twin. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { headerOfFrame, readDicom, readHeader, toPresentation } from '../src/index.ts'
import { buildDicom, type Elements, imageElements, samplesToBytes } from './build-dicom.ts'

const folder = `${process.env.MAMMOKIT_TEST_DATA}/faults/dicom/`

interface Expected {
  readonly expected: string
  readonly storedSha256?: string
  readonly storedBytes?: number
  readonly greySha256?: string
  readonly greyBytes?: number
}

/** SHA-256 of little-endian values, and how many bytes they have. */
function digest(parts: readonly { readonly data: ArrayBufferView }[]): [string, number] {
  const hash = createHash('sha256')
  for (const { data } of parts) hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  return [hash.digest('hex'), parts.reduce((sum, { data }) => sum + data.byteLength, 0)]
}

describe('a file with a fault', () => {
  if (!existsSync(folder)) return test.skip(`skipped: ${folder} is not on this machine`)
  const cases = Object.entries<Expected>(JSON.parse(readFileSync(`${folder}expected.json`, 'utf8')))
  for (const [name, { expected, storedSha256, storedBytes, greySha256, greyBytes }] of cases) {
    if (storedSha256 === undefined) continue
    test(`${name}: ${expected}`, async () => {
      const { header, decodeFrame } = await readDicom(`${folder}${name}.dcm`)
      const frames = await Promise.all(Array.from({ length: header.numberOfFrames }, (_, index) => decodeFrame(index)))
      expect(digest(frames)).toEqual([storedSha256, storedBytes])
      const gray = toPresentation(frames[0]!, header)
      if (greySha256 !== undefined) expect(digest([gray])).toEqual([greySha256, greyBytes])
    })
  }

  test('of tomosynthesis names its frames and the side that its groups name', async () => {
    for (const name of ['08_dbt_per_frame_voi', '08b_dbt_shared_voi', '08c_dbt_first_slice_empty']) {
      const header = await readHeader(`${folder}${name}.dcm`)
      expect(header).toMatchObject({ numberOfFrames: 3, imageLaterality: 'R', warnings: [] })
      expect(headerOfFrame(header, 2)).toMatchObject({ numberOfFrames: 3, imageLaterality: 'R' })
    }
  })
})

describe('functional groups', () => {
  const voi = (center: string, width: string) => ({ '00289132 SQ': [{ '00281050 DS': center, '00281051 DS': width }] })
  const side = (laterality: string) => ({ '00209071 SQ': [{ '00209072 CS': laterality }] })
  const samples = samplesToBytes([0, 100, 200, 300, 0, 100, 200, 300])
  const file = (more: Elements) =>
    buildDicom(imageElements(2, 2, { '00280008 IS': '2', ...more }), { pixelData: samples })

  test('give the same picture of a frame, of its own or shared, in place of the top level', async () => {
    const own = file({ '52009230 SQ': [{ ...voi('150', '100'), ...side('R') }, voi('250', '100')] })
    const shared = file({ '52009229 SQ': [{ ...voi('150', '100'), ...side('R') }] })
    const both = file({ '52009229 SQ': [voi('9', '9')], '52009230 SQ': [{ ...voi('150', '100'), ...side('R') }, {}] })
    const top = file({ '00281050 DS': '150', '00281051 DS': '100', '00200062 CS': 'R' })
    const pictures = await Promise.all(
      [own, shared, both, top].map(async (bytes) => {
        const { header, decodeFrame } = await readDicom(bytes)
        expect(header).toMatchObject({ windowCenter: [150], windowWidth: [100], imageLaterality: 'R' })
        return [...toPresentation(await decodeFrame(), header).data]
      }),
    )
    expect(new Set(pictures.map(String)).size).toBe(1)
    const { header } = await readDicom(own)
    expect(headerOfFrame(header, 1)).toMatchObject({ windowCenter: [250] })
    expect(headerOfFrame(header, 1).imageLaterality).toBeUndefined()
    const mixed = await readDicom(both)
    expect(headerOfFrame(mixed.header, 1)).toMatchObject({ windowCenter: [9] })
  })

  test('are preferred to the top level, and a warning says where that differs', async () => {
    const header = await readHeader(
      file({ '00281050 DS': '1', '00281051 DS': '100', '52009229 SQ': [voi('150', '100')], '00200062 CS': 'L' }),
    )
    expect(header).toMatchObject({ windowCenter: [150], windowWidth: [100], imageLaterality: 'L' })
    expect(header.warnings).toMatchObject([{ keyword: 'windowCenter', code: 'conflict', text: '1' }])
  })

  test('with a window that cannot be applied leave that frame without one, and its header says so', async () => {
    const header = await readHeader(file({ '52009230 SQ': [voi('150', '100'), voi('150', '0')] }))
    expect(header.warnings).toEqual([])
    const second = headerOfFrame(header, 1)
    expect(second.windowCenter).toBeUndefined()
    expect(second.warnings).toMatchObject([{ keyword: 'windowWidth', code: 'out-of-range', text: '0' }])
    expect(headerOfFrame(second, 0)).toEqual(header)
  })

  test('hold spacing, tables and what the pixels mean', async () => {
    const group = {
      '00289110 SQ': [{ '00280030 DS': '0.1\\0.1' }],
      '00289443 SQ': [{ '00181164 DS': '0.07\\0.07', '00281040 CS': 'LOG', '00281041 SS': [-1] }],
      '00289132 SQ': [{ '00283010 SQ': [{ '00283002 US': [2, 0, 8], '00283006 OW': [0, 255] }] }],
      '00209450 SQ': [{ '00200020 CS': 'P\\L' }],
    }
    expect(await readHeader(file({ '52009229 SQ': [group] }))).toMatchObject({
      pixelSpacing: [0.1, 0.1],
      imagerPixelSpacing: [0.07, 0.07],
      pixelIntensityRelationship: 'LOG',
      pixelIntensityRelationshipSign: -1,
      patientOrientation: ['P', 'L'],
      voiLuts: [{ bits: 8, entries: Uint16Array.of(0, 255) }],
      warnings: [],
    })
  })
})

test('Bits Stored 14 with High Bit 11 keeps 14 bits', async () => {
  const elements = imageElements(1, 2, { '00280101 US': [14], '00280102 US': [11] })
  const { decodeFrame } = await readDicom(buildDicom(elements, { pixelData: samplesToBytes([16_383, 4096]) }))
  expect([...(await decodeFrame()).data]).toEqual([16_383, 4096])
})

test('Number of Frames that cannot be read is counted in native pixels', async () => {
  const elements = imageElements(1, 2, { '00280008 IS': 'three' })
  const { header, decodeFrame } = await readDicom(
    buildDicom(elements, { pixelData: samplesToBytes([1, 2, 3, 4, 5, 6]) }),
  )
  expect(header.numberOfFrames).toBe(3)
  expect([...(await decodeFrame(2)).data]).toEqual([5, 6])
})
