import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { findIdentifiers, readHeader } from '../../src/index.ts'
import { buildDicom, concat, type Elements, imageElements } from '../build-dicom.ts'

async function find(more: Elements) {
  const header = await readHeader(buildDicom(imageElements(2, 2, more), { pixelData: new Uint8Array(8) }))
  return findIdentifiers(header).filter(({ tag }) => tag !== '00080018')
}

test('lists what is present and not empty, and leaves out what the profile keeps', async () => {
  const found = await find({
    '00100010 PN': 'Doe^Jane',
    '00100020 LO': '',
    '00100030 DA': '        ',
    '00080060 CS': 'MG',
  })
  expect(found).toEqual([{ tag: '00100010', keyword: 'PatientName', action: 'Z', path: [] }])
})

test('looks into sequences and names the way there', async () => {
  const found = await find({ '00081140 SQ': [{ '00081155 UI': '1.2' }, { '0040A123 PN': 'Reader' }] })
  expect(found.map(({ keyword, path }) => [keyword, path])).toEqual([
    ['ReferencedImageSequence', []],
    ['ReferencedSOPInstanceUID', ['00081140']],
    ['PersonName', ['00081140']],
  ])
})

test('names private attributes, curves and overlays', async () => {
  const found = await find({
    '00090010 LO': 'VENDOR',
    '00091001 LO': 'x',
    '50020005 US': [1],
    '60043000 OW': [1],
    '60044000 LT': 'note',
  })
  expect(found.map(({ tag, keyword }) => [tag, keyword])).toEqual([
    ['00090010', 'Private'],
    ['00091001', 'Private'],
    ['50020005', 'CurveData'],
    ['60043000', 'OverlayData'],
    ['60044000', 'OverlayComments'],
  ])
})

test('finds UIDs, which cannot be judged, with an action of their own', async () => {
  const header = await readHeader(buildDicom(imageElements(2, 2), { pixelData: new Uint8Array(8) }))
  expect(findIdentifiers(header)).toEqual([{ tag: '00080018', keyword: 'SOPInstanceUID', action: 'U', path: [] }])
})

describe('behind the pixels', () => {
  const trailingElements = {
    '7FE10010 LO': 'VENDOR',
    '7FE11001 LO': 'Doe^Jane',
    'FFFAFFFA SQ': [{ '04000120 OB': new Uint8Array([1, 2]) }],
    'FFFCFFFC OB': new Uint8Array([0, 0, 7, 7]),
  }
  const fragments = [new Uint8Array(5000).fill(1), new Uint8Array(2)]
  const frames = imageElements(2, 2, { '00280008 IS': '2' })

  async function tagsBehind(bytes: Uint8Array) {
    return (await readHeader(bytes)).elements.tags.filter((tag) => tag > '7FE00010')
  }

  test.each([
    ['native, implicit', '1.2.840.10008.1.2', new Uint8Array(8)],
    ['native, big endian', '1.2.840.10008.1.2.2', new Uint8Array(8)],
    ['deflated', '1.2.840.10008.1.2.1.99', new Uint8Array(8)],
    ['encapsulated', '1.2.840.10008.1.2.5', fragments],
  ])('%s', async (_, transferSyntaxUid, pixelData) => {
    const header = await readHeader(buildDicom(imageElements(2, 2), { transferSyntaxUid, pixelData, trailingElements }))
    expect(findIdentifiers(header).map(({ tag, keyword }) => `${tag} ${keyword}`)).toEqual([
      '00080018 SOPInstanceUID',
      '7FE10010 Private',
      '7FE11001 Private',
      'FFFAFFFA DigitalSignaturesSequence',
      'FFFCFFFC DataSetTrailingPadding',
    ])
    expect(header.elements.items('FFFAFFFA')[0]!.get('04000120')!.bytes).toEqual(Uint8Array.of(1, 2))
  })

  test('of frames with an offset table, in a file of which no frame is read', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'dicom-io-behind-')), 'frames.dcm')
    const options = {
      transferSyntaxUid: '1.2.840.10008.1.2.5',
      pixelData: fragments,
      offsetTable: [0, 5008],
      trailingElements,
    }
    writeFileSync(path, buildDicom(frames, options))
    expect((await readHeader(path)).elements.text('7FE11001')).toBe('Doe^Jane')
    rmSync(dirname(path), { recursive: true })
  })

  test('as far as they go: a file that ends, or has other bytes there, is read as ever', async () => {
    const whole = Object.keys(trailingElements).map((key) => key.slice(0, 8))
    const file = buildDicom(imageElements(2, 2), { pixelData: new Uint8Array(8), trailingElements })
    expect(await tagsBehind(file)).toEqual(whole)
    expect(await tagsBehind(concat([file, new Uint8Array(999)]))).toEqual(whole)
    expect(await tagsBehind(concat([file, new Uint8Array(3)]))).toEqual(whole)
    expect(await tagsBehind(file.subarray(0, file.length - 3))).toEqual(whole)
    expect(await tagsBehind(file.subarray(0, file.length - 10))).toEqual(whole.slice(0, 3))
    const long = { ...trailingElements, '7FE11002 OB': new Uint8Array(100_000) }
    const longer = buildDicom(imageElements(2, 2), { pixelData: new Uint8Array(8), trailingElements: long })
    expect(await tagsBehind(longer)).toContain('FFFCFFFC')
    const cut = {
      transferSyntaxUid: '1.2.840.10008.1.2.5',
      pixelData: fragments,
      offsetTable: [0, 77],
      trailingElements,
    }
    // The table leads astray; its items lead there.
    expect(await tagsBehind(buildDicom(frames, cut))).toEqual(whole)
  })
})

test('finds what group 0002 holds', async () => {
  const uid = [0x02, 0, 0x03, 0, 0x55, 0x49, 4, 0, 0x31, 0x2e, 0x32, 0]
  const file = buildDicom(imageElements(2, 2), { pixelData: new Uint8Array(8) })
  const header = await readHeader(concat([file.subarray(0, 132), Uint8Array.from(uid), file.subarray(132)]))
  expect(findIdentifiers(header)[0]).toEqual({
    tag: '00020003',
    keyword: 'MediaStorageSOPInstanceUID',
    action: 'U',
    path: [],
  })
  expect(header.elements.text('00020010')).toBe('1.2.840.10008.1.2.1')
})

test('finds a name that an empty element of the same tag follows', async () => {
  const name = buildDicom({ '00100010 PN': 'Doe^Jane' }, { preamble: false, meta: false })
  const file = buildDicom(imageElements(2, 2, { '00100010 PN': '' }), { pixelData: new Uint8Array(8) })
  const meta = buildDicom({})
  const header = await readHeader(concat([meta, name, file.subarray(meta.length)]))
  expect(findIdentifiers(header).map(({ keyword }) => keyword)).toContain('PatientName')
})
