import { expect, test } from 'vitest'
import { problemsOf, readSet } from './write-set.ts'

const info = [
  'INFORMATION:',
  '1st column: MIAS database reference number.',
  '',
  'mdb001 G CIRC B 535 425 197',
  'mdb002 G NORM',
  'mdb005 F CIRC B 477 133 30',
  'mdb005 F CIRC M 500 168 26 ',
  'mdb216 D CALC M *NOTE 3*',
  'mdb059 F CIRC B',
  '',
].join('\r\n')
const films = { 'mdb001.pgm': '', 'mdb002.pgm': '', 'mdb005.pgm': '', 'mdb216.pgm': '', 'mdb059.pgm': '' }

test('y counts from the bottom of the film', async () => {
  const { set, images } = await readSet({ 'Info.txt': info, ...films })
  expect(set).toBe('mini-mias')
  expect(images[0]).toMatchObject({
    image: 'mdb001.pgm',
    format: 'pgm',
    lesions: [{ x: 535 - 197, y: 1024 - 425 - 197, width: 394, height: 394, label: 'benign-CIRC' }],
    columns: { tissue: 'G', class: 'CIRC', severity: 'B', x: '535', y: '425', radius: '197' },
    line: 4,
  })
  // Of one film with both, each by its own severity.
  expect(images[2]!.lesions.map(({ label }) => label)).toEqual(['benign-CIRC', 'CIRC'])
})

test('odd numbers are left breasts and even ones right, two of one patient, all MLO', async () => {
  const { images } = await readSet({ 'Info.txt': info, ...films })
  expect(images.map(({ patientId, laterality, view }) => [patientId, laterality, view])).toEqual([
    ['mias001', 'L', 'MLO'],
    ['mias001', 'R', 'MLO'],
    ['mias003', 'L', 'MLO'],
    ['mias108', 'R', 'MLO'],
    ['mias030', 'L', 'MLO'],
  ])
})

test('several lines of an image are one image: malignant where one line is, a box for each circle', async () => {
  const { images } = await readSet({ 'Info.txt': info, ...films })
  expect(images[2]).toMatchObject({
    imageId: 'mdb005',
    cancer: 1,
    cancerSource: 'severity',
    columns: { x: '477 | 500' },
  })
  expect(images[2]!.lesions).toHaveLength(2)
})

test('a normal film has no cancer, and a note or nothing instead of a circle is no fault', async () => {
  const set = await readSet({ 'Info.txt': info, ...films })
  expect(set.images.map(({ imageId, cancer }) => [imageId, cancer])).toEqual([
    ['mdb001', 0],
    ['mdb002', 0],
    ['mdb005', 1],
    ['mdb216', 1],
    ['mdb059', 0],
  ])
  expect(set.images[3]!.lesions).toEqual([])
  expect(set.problems).toEqual([])
})

test('a film without a line, a line without a film and an unknown severity are reported', async () => {
  const set = await readSet({
    'Info.txt': 'mdb001 G CIRC B 535 425 197\nmdb002 G CIRC X 1 2 3\nmdb003 D NORM\n',
    'mdb001.pgm': '',
    'mdb002.pgm': '',
    'mdb004.pgm': '',
  })
  expect(problemsOf(set)).toEqual([
    ['unknown-value', 'Info.txt', 2],
    ['image-missing', 'Info.txt', 3],
    ['row-missing', 'mdb004.pgm', null],
  ])
  expect(set.images.map(({ cancer }) => cancer)).toEqual([0, null])
})

test('a line that ends before its class is reported, and files that macOS leaves beside images are none', async () => {
  const set = await readSet({
    'Info.txt': 'mdb001 G NORM\nmdb002 G\n',
    'mdb001.pgm': '',
    '._mdb001.pgm': '',
    '._mdb009.pgm': '',
  })
  expect(problemsOf(set)).toEqual([['unknown-value', 'Info.txt', 2]])
  expect(set.images.map(({ image }) => image)).toEqual(['mdb001.pgm'])
})

test('an unknown tissue or class, and lines of one film that disagree, are reported', async () => {
  const set = await readSet({
    'Info.txt': 'mdb001 G CIRC B 535 425 197\nmdb001 D CIRC B 1 2 3\nmdb002 X BLOB B\nmdb003 G CALC M\nmdb003 G NORM\n',
    'mdb001.pgm': '',
    'mdb002.pgm': '',
    'mdb003.pgm': '',
  })
  expect(set.problems.map(({ code, line, message }) => [code, line, message])).toEqual([
    ['contradictory-label', 2, 'tissue "D", but "G" on line 1'],
    ['unknown-value', 3, 'tissue "X"'],
    ['unknown-value', 3, 'class "BLOB"'],
    ['contradictory-label', 5, 'abnormality "none", but "some" on line 4'],
  ])
})
