import { expect, test } from 'vitest'
import { findIdentifiers, readHeader } from '../src/index.ts'
import { buildDicom, type Elements, imageElements } from './build-dicom.ts'

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
