import { expect, test } from 'vitest'
import { problemsOf, readSet } from './write-set.ts'

const header = 'Patient ID;Patient age;Laterality;View;Acquisition date;File Name;ACR;Bi-Rads'
const row = (id: number, side: string, view: string, birads: string, acr = '2') =>
  `removed;removed;${side};${view};201001;${id};${acr};${birads}`
const file = (id: number, patient: string, side: string, view: string) =>
  `AllDICOMs/${id}_${patient}_MG_${side}_${view}_ANON.dcm`
const [ann, eve] = ['00aa11bb22cc33dd', 'ff00ee11dd22cc33']

test('cells are separated by semicolons, and the patient that the table removed stands in the name of the file', async () => {
  const set = await readSet({
    'INbreast.csv': `${[header, row(101, 'R', 'CC', '2'), row(102, 'L', 'MLO', '5', '    '), ';;;;;;;'].join('\n')}\n`,
    [file(101, ann, 'R', 'CC')]: '',
    [file(102, eve, 'L', 'ML')]: '',
  })
  expect(set.set).toBe('inbreast')
  expect(set.problems).toEqual([])
  expect(
    set.images.map(({ patientId, imageId, laterality, view, cancer, density }) => [
      patientId,
      imageId,
      laterality,
      view,
      cancer,
      density,
    ]),
  ).toEqual([
    [ann, '101', 'R', 'CC', 0, 'B'],
    [eve, '102', 'L', 'MLO', 1, null],
  ])
  expect(set.images[0]!.columns['Patient ID']).toBe('removed')
})

test('BI-RADS 4a, 4b and 4c are 4, kept as they are among the columns; cancer is BI-RADS 4 or more, and says so', async () => {
  const categories = ['1', '3', '4a', '4b', '4c', '6']
  const set = await readSet({
    'INbreast.csv': [header, ...categories.map((birads, at) => row(101 + at, 'L', 'CC', birads))].join('\r\n'),
    ...Object.fromEntries(categories.map((_, at) => [file(101 + at, `${at}${ann.slice(1)}`, 'L', 'CC'), ''])),
  })
  expect(set.images.map(({ birads, cancer }) => [birads, cancer])).toEqual([
    [1, 0],
    [3, 0],
    [4, 1],
    [4, 1],
    [4, 1],
    [6, 1],
  ])
  expect(set.images[2]).toMatchObject({ columns: { 'Bi-Rads': '4a' }, cancerSource: 'BI-RADS >= 4' })
})

test('a box is drawn about the contour of each finding', async () => {
  const contour = (name: string, points: string[]) =>
    `<dict><key>Name</key><string>${name}</string><key>Point_mm</key><array><string>(9, 9, 9)</string></array>` +
    `<key>Point_px</key><array>${points.map((point) => `<string>${point}</string>`).join('')}</array></dict>`
  const set = await readSet({
    'INbreast.csv': `${header}\n${row(101, 'L', 'CC', '5')}\n`,
    [file(101, ann, 'L', 'CC')]: '',
    'AllXML/101.xml': contour('Mass', ['(10.5, 20.0)', '(30.5, 60.25)']) + contour('Empty', []),
  })
  expect(set.images[0]!.lesions).toEqual([{ x: 10.5, y: 20, width: 20, height: 40.25, label: 'Mass' }])
  expect(problemsOf(set)).toEqual([['unknown-value', 'AllXML/101.xml', null]])
})

test('BI-RADS 7, a row without an image, a second row and an image without a row are reported with their lines', async () => {
  const set = await readSet({
    'INbreast.csv': `${[header, row(101, 'L', 'CC', '7'), row(103, 'L', 'CC', '1'), row(101, 'L', 'CC', '1')].join('\n')}\n`,
    [file(101, ann, 'L', 'CC')]: '',
    [file(102, ann, 'L', 'CC')]: '',
  })
  expect(problemsOf(set)).toEqual([
    ['unknown-value', 'INbreast.csv', 2],
    ['image-missing', 'INbreast.csv', 3],
    ['duplicate-image', 'INbreast.csv', 4],
    ['row-missing', file(102, ann, 'L', 'CC'), null],
  ])
  expect(set.images).toMatchObject([{ cancer: null, birads: null }])
})

test('a side that is another one in the name of the file is reported', async () => {
  const set = await readSet({
    'INbreast.csv': `${header}\n${row(101, 'L', 'CC', '1')}\n`,
    [file(101, ann, 'R', 'CC')]: '',
  })
  expect(problemsOf(set)).toEqual([['contradictory-label', 'INbreast.csv', 2]])
})
