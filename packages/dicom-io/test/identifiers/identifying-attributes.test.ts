import { expect, test } from 'vitest'
import { identifyingAttributes, readHeader } from '../../src/index.ts'
import { buildDicom, type Elements, imageElements } from '../build-dicom.ts'

async function attributes(more: Elements) {
  return identifyingAttributes(
    await readHeader(buildDicom(imageElements(2, 2, more), { pixelData: new Uint8Array(8) })),
  )
}

test('names each attribute of the basic profile once, private ones and those of sequences included, never a value', async () => {
  const found = await attributes({
    '00090010 LO': 'VENDOR',
    '00091001 LO': 'Doe^Jane',
    '00080090 PN': 'Doctor^A',
    '00081140 SQ': [{ '0040A123 PN': 'Reader' }, { '0040A123 PN': 'Reader' }],
    '00100010 PN': 'Doe^Jane',
  })
  expect(found).toEqual(['ReferringPhysicianName', 'PersonName', 'Private', 'PatientName'])
})

test('leaves out UIDs, age, sex, and what is empty', async () => {
  expect(
    await attributes({ '00080018 UI': '1.2.3', '00100010 PN': '', '00100040 CS': 'F', '00101010 AS': '045Y' }),
  ).toEqual([])
})

test('takes replaceable values for dummies where Patient Identity Removed is YES, but not what the profile removes', async () => {
  const values = { '00080020 DA': '20200101', '0008103E LO': 'Screening', '00100020 LO': 'P1', '00104000 LT': 'note' }
  expect(await attributes({ ...values, '00120062 CS': 'YES' })).toEqual(['SeriesDescription', 'PatientComments'])
  const all = ['StudyDate', 'SeriesDescription', 'PatientID', 'PatientComments']
  expect(await attributes({ ...values, '00120062 CS': 'NO' })).toEqual(all)
  expect(await attributes(values)).toEqual(all)
})

test.each([
  ['00280301 CS', 'BurnedInAnnotation'],
  ['00280302 CS', 'RecognizableVisualFeatures'],
])('%s counts where it is YES, whatever was removed from the header', async (key, keyword) => {
  expect(await attributes({ '00120062 CS': 'YES', [key]: 'YES' })).toEqual([keyword])
  expect(await attributes({ [key]: 'Yes' })).toEqual([keyword])
  expect(await attributes({ [key]: 'NO' })).toEqual([])
})
