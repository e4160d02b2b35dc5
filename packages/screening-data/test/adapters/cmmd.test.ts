import { expect, test } from 'vitest'
import { buildDicom, imageElements, samplesToBytes } from '../../../dicom-io/test/build-dicom.ts'
import { problemsOf, readSet } from './write-set.ts'
import { writeXlsx } from './write-xlsx.ts'

const header = ['ID1', 'LeftRight', 'Age', 'number', 'abnormality', 'classification', 'subtype']
const table = (...rows: (string | number | null)[][]) => writeXlsx({ Sheet1: [header, ...rows] })

/** An image of CMMD: the view stands in the View Code Sequence, and nowhere else. */
const dicom = (patient: string, instance: number, side: 'L' | 'R', view: 'CC' | 'MLO') =>
  buildDicom(
    imageElements(2, 2, {
      '00080018 UI': `1.2.3.${instance}`,
      '00100020 LO': patient,
      '00200062 CS': side,
      '00540220 SQ': [
        { '00080100 SH': view === 'CC' ? 'R-10242' : 'R-10226', '00080102 SH': 'SRT', '00080104 LO': 'view' },
      ],
    }),
    { pixelData: samplesToBytes(new Uint16Array(4)) },
  )
const place = (patient: string, name: string) => `CMMD/${patient}/07-18-2010-NA-NA-79377/1.000000-NA-70244/${name}.dcm`

test('the view and the side of an image stand in its header, and its label in the row of its breast', async () => {
  const set = await readSet({
    'CMMD_clinicaldata_revision.xlsx': table(
      ['D1-0001', 'R', 44, 2, 'calcification', 'Benign', null],
      ['D1-0002', 'L', 40, 2, 'mass', 'Malignant', 'Luminal A'],
    ),
    [place('D1-0001', '1-1')]: dicom('D1-0001', 1, 'R', 'CC'),
    [place('D1-0001', '1-2')]: dicom('D1-0001', 2, 'R', 'MLO'),
    [place('D1-0002', '1-1')]: dicom('D1-0002', 3, 'L', 'CC'),
  })
  expect(set.set).toBe('cmmd')
  expect(set.problems).toEqual([])
  expect(
    set.images.map(({ patientId, imageId, laterality, view, age, cancer, line }) => [
      patientId,
      imageId,
      laterality,
      view,
      age,
      cancer,
      line,
    ]),
  ).toEqual([
    ['D1-0001', '1.2.3.1', 'R', 'CC', 44, 0, 2],
    ['D1-0001', '1.2.3.2', 'R', 'MLO', 44, 0, 2],
    ['D1-0002', '1.2.3.3', 'L', 'CC', 40, 1, 3],
  ])
  expect(set.images[2]).toMatchObject({ cancerSource: 'biopsy', columns: { subtype: 'Luminal A', number: '2' } })
})

test('D1-0001 and D2-0001 are two patients', async () => {
  const { images } = await readSet({
    'CMMD_clinicaldata_revision.xlsx': table(
      ['D1-0001', 'R', 44, 2, 'mass', 'Benign', null],
      ['D2-0001', 'R', 50, 2, 'mass', 'Malignant', null],
    ),
    [place('D1-0001', '1-1')]: dicom('D1-0001', 1, 'R', 'CC'),
    [place('D2-0001', '1-1')]: dicom('D2-0001', 2, 'R', 'CC'),
  })
  expect(images.map(({ patientId, cancer }) => [patientId, cancer])).toEqual([
    ['D1-0001', 0],
    ['D2-0001', 1],
  ])
})

test('the row is of a breast: the other one of the patient has no label, and is reported', async () => {
  const set = await readSet({
    'CMMD_clinicaldata_revision.xlsx': table(['D1-0001', 'R', 44, 2, 'mass', 'Malignant', null]),
    [place('D1-0001', '1-1')]: dicom('D1-0001', 1, 'R', 'CC'),
    [place('D1-0001', '1-2')]: dicom('D1-0001', 2, 'L', 'CC'),
  })
  expect(set.images.map(({ laterality, cancer, cancerSource }) => [laterality, cancer, cancerSource])).toEqual([
    ['R', 1, 'biopsy'],
    ['L', null, ''],
  ])
  expect(problemsOf(set)).toEqual([['row-missing', place('D1-0001', '1-2'), null]])
})

test('two rows of one breast that disagree, an unknown class, a breast without images and an unreadable file are reported', async () => {
  const set = await readSet({
    'CMMD_clinicaldata_revision.xlsx': table(
      ['D1-0001', 'R', 44, 2, 'mass', 'Benign', null],
      ['D1-0001', 'R', 44, 2, 'calcification', 'Malignant', null],
      ['D1-0002', 'L', 44, 2, 'mass', 'Dubious', null],
      ['D1-0003', 'L', 44, 2, 'mass', 'Benign', null],
    ),
    [place('D1-0001', '1-1')]: dicom('D1-0001', 1, 'R', 'CC'),
    [place('D1-0002', '1-1')]: dicom('D1-0002', 2, 'L', 'CC'),
    [place('D1-0002', '1-2')]: 'no DICOM',
  })
  const path = 'CMMD_clinicaldata_revision.xlsx'
  expect(problemsOf(set)).toEqual([
    ['contradictory-label', path, 3],
    ['unknown-value', path, 4],
    ['unreadable-file', place('D1-0002', '1-2'), null],
    ['image-missing', path, 5],
  ])
  expect(set.images.map(({ cancer, columns }) => [cancer, columns.classification])).toEqual([
    [1, 'Benign | Malignant'],
    [null, 'Dubious'],
  ])
})

test('an age that is none is reported, and an image that is there twice is listed once', async () => {
  const set = await readSet({
    'CMMD_clinicaldata_revision.xlsx': table(['D1-0001', 'R', 'old', 2, 'mass', 'Benign', null]),
    [place('D1-0001', '1-1')]: dicom('D1-0001', 1, 'R', 'CC'),
    [place('D1-0001', 'copy')]: dicom('D1-0001', 1, 'R', 'CC'),
  })
  expect(set.images).toMatchObject([{ imageId: '1.2.3.1', age: null }])
  expect(set.problems.map(({ code }) => code)).toEqual(['unknown-value', 'duplicate-image'])
})
