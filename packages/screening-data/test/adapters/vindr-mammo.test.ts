import { expect, test } from 'vitest'
import { problemsOf, readSet } from './write-set.ts'

const header = 'study_id,series_id,image_id,laterality,view_position,height,width,breast_birads,breast_density,split'
const findingHeader =
  'study_id,series_id,image_id,laterality,view_position,height,width,breast_birads,breast_density,finding_categories,finding_birads,xmin,ymin,xmax,ymax,split'
const row = (study: string, image: string, birads = 'BI-RADS 2', density = 'DENSITY C', split = 'training') =>
  `${study},s1,${image},L,CC,3518,2800,${birads},${density},${split}`
const table = (...lines: string[]) => `${lines.join('\n')}\n`

test('BI-RADS and density have their names in the cells, and cancer is the rule that is named', async () => {
  const set = await readSet({
    'breast-level_annotations.csv': table(
      header,
      row('e1', 'a'),
      row('e2', 'b', 'BI-RADS 4', 'DENSITY A', 'test'),
      row('e3', 'c', 'BI-RADS 3'),
    ),
    'images/e1/a.dicom': '',
    'images/e2/b.dicom': '',
    'images/e3/c.dicom': '',
  })
  expect(set.set).toBe('vindr-mammo')
  expect(set.problems).toEqual([])
  expect(set.images.map(({ cancer, birads, density, subset }) => [cancer, birads, density, subset])).toEqual([
    [0, 2, 'C', 'train'],
    [1, 4, 'A', 'test'],
    [0, 3, 'C', 'train'],
  ])
  expect(set.images[0]).toMatchObject({
    image: 'images/e1/a.dicom',
    format: 'dicom',
    patientId: 'e1',
    studyId: 'e1',
    cancerSource: 'BI-RADS >= 4',
    columns: { breast_birads: 'BI-RADS 2', height: '3518' },
  })
})

test('the categories of a finding are a Python list as text, and a finding without a box is none', async () => {
  const finding = (categories: string, box: string) =>
    `e1,s1,a,L,CC,3518,2800,BI-RADS 4,DENSITY C,"${categories}",BI-RADS 4,${box},training`
  const { images } = await readSet({
    'breast-level_annotations.csv': table(header, row('e1', 'a', 'BI-RADS 4')),
    'finding_annotations.csv': table(
      findingHeader,
      finding("['Mass', 'Skin Retraction']", '100.5,200.0,150.5,260.0'),
      finding("['Suspicious Calcification']", '1,2,3,4'),
      finding("['No Finding']", ',,,'),
    ),
    'images/e1/a.dicom': '',
  })
  expect(images[0]!.lesions).toEqual([
    { x: 100.5, y: 200, width: 50, height: 60, label: 'Mass, Skin Retraction' },
    { x: 1, y: 2, width: 2, height: 2, label: 'Suspicious Calcification' },
  ])
})

test('age and machine come from metadata.csv where it is there', async () => {
  const { images } = await readSet({
    'breast-level_annotations.csv': table(header, row('e1', 'a'), row('e2', 'b')),
    'metadata.csv': table("SOP Instance UID,Patient's Age,Manufacturer's Model Name", 'a,053Y,Planmed Nuance', 'b,,'),
    'images/e1/a.dicom': '',
    'images/e2/b.dicom': '',
  })
  expect(images.map(({ age, machineId }) => [age, machineId])).toEqual([
    [53, 'Planmed Nuance'],
    [null, null],
  ])
})

test('BI-RADS 7, a row without an image, a second row and an image without a row are reported with their lines', async () => {
  const set = await readSet({
    'breast-level_annotations.csv': table(header, row('e1', 'a', 'BI-RADS 7'), row('e1', 'x'), row('e1', 'a')),
    'finding_annotations.csv': table(
      findingHeader,
      `${row('e1', 'a').replace(',training', '')},['Mass'],BI-RADS 4,9,9,1,1,training`,
    ),
    'images/e1/a.dicom': '',
    'images/e1/b.dicom': '',
  })
  expect(problemsOf(set)).toEqual([
    ['unknown-value', 'finding_annotations.csv', 2],
    ['unknown-value', 'breast-level_annotations.csv', 2],
    ['image-missing', 'breast-level_annotations.csv', 3],
    ['duplicate-image', 'breast-level_annotations.csv', 4],
    ['row-missing', 'images/e1/b.dicom', null],
  ])
})

test('a finding of an image that has no row, and categories that are no list, are reported with their lines', async () => {
  const finding = (image: string, categories: string) =>
    `e1,s1,${image},L,CC,3518,2800,BI-RADS 4,DENSITY C,${categories},BI-RADS 4,1,2,3,4,training`
  const set = await readSet({
    'breast-level_annotations.csv': table(header, row('e1', 'a')),
    'finding_annotations.csv': table(findingHeader, finding('x', "['Mass']"), finding('a', 'Mass')),
    'images/e1/a.dicom': '',
  })
  expect(problemsOf(set)).toEqual([
    ['image-missing', 'finding_annotations.csv', 2],
    ['unknown-value', 'finding_annotations.csv', 3],
  ])
  expect(set.images[0]!.lesions).toEqual([{ x: 1, y: 2, width: 2, height: 2 }])
})
