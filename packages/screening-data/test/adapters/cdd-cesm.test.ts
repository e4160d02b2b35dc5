import { expect, test } from 'vitest'
import { problemsOf, readSet } from './write-set.ts'
import { writeXlsx } from './write-xlsx.ts'

const header = [
  'Image_name',
  'Patient_ID',
  'Side',
  'Type',
  'Age',
  'Breast density (ACR)',
  'BIRADS',
  'Findings',
  'View ',
  'Tags',
  'Machine',
  'Pathology Classification/ Follow up',
]
const path = 'Radiology-manual-annotations.xlsx'
type Cell = string | number | null
const table = (...rows: Cell[][]) => writeXlsx({ report: [['not this one']], all: [header, ...rows] })
const row = (
  name: string,
  more: { type?: string; birads?: Cell; pathology?: string; patient?: Cell; findings?: string } = {},
) => {
  const { type = 'DM', birads = 4, pathology = 'Malignant', patient = 1, findings = 'Mass' } = more
  return [name, patient, 'L', type, 52, 'C', birads, findings, 'MLO ', null, 1, pathology]
}
const low = (name: string) => `Low energy images of CDD-CESM/${name}.jpg`

test('rows are those of the sheet "all", with low-energy images by name', async () => {
  const set = await readSet({ [path]: table(row('P1_L_DM_MLO')), [low('P1_L_DM_MLO')]: '' })
  expect(set.set).toBe('cdd-cesm')
  expect(set.problems).toEqual([])
  expect(set.images).toMatchObject([
    {
      image: low('P1_L_DM_MLO'),
      patientId: '1',
      imageId: 'P1_L_DM_MLO',
      laterality: 'L',
      view: 'MLO',
      age: 52,
      cancer: 1,
      cancerSource: 'pathology or follow-up',
      density: 'C',
      birads: 4,
      machineId: '1',
      line: 2,
    },
  ])
})

test('subtracted images are no mammograms: type CESM, name _CM_, left out with the reason', async () => {
  const set = await readSet({
    [path]: table(row('P1_L_DM_MLO'), row('P1_L_CM_MLO', { type: 'CESM' }), row('P2_L_CM_CC')),
    [low('P1_L_DM_MLO')]: '',
    'Subtracted images of CDD-CESM/P1_L_CM_MLO.jpg': '',
  })
  expect(set.images.map(({ imageId }) => imageId)).toEqual(['P1_L_DM_MLO'])
  expect(problemsOf(set)).toEqual([
    ['not-a-mammogram', path, 3],
    ['unknown-value', path, 4],
    ['not-a-mammogram', path, 4],
  ])
})

test('several findings stand in one cell with dollar signs: BI-RADS 3$2 is 3, and stays as it is among the columns', async () => {
  const { images } = await readSet({
    [path]: table(
      row('P1_L_DM_MLO', { birads: '3$2', findings: 'Mass enhancement$Calcification', pathology: 'Benign' }),
    ),
    [low('P1_L_DM_MLO')]: '',
  })
  expect(images[0]).toMatchObject({ birads: 3, cancer: 0, columns: { BIRADS: '3$2' } })
})

test('spaces at the end of names, in the sheet or in the folder, part nothing', async () => {
  const set = await readSet({
    [path]: table(row('P1_L_DM_MLO '), row('P2_L_DM_MLO', { pathology: 'Benign ', patient: 2 })),
    [low('P1_L_DM_MLO')]: '',
    [low('P2_L_DM_MLO ')]: '',
  })
  expect(set.problems).toEqual([])
  expect(set.images.map(({ imageId, view, cancer }) => [imageId, view, cancer])).toEqual([
    ['P1_L_DM_MLO', 'MLO', 1],
    ['P2_L_DM_MLO', 'MLO', 0],
  ])
})

test('Normal is no cancer; several rows of an image are one, malignant where one is', async () => {
  const { images } = await readSet({
    [path]: table(
      row('P1_L_DM_MLO', { pathology: 'Normal', birads: 1 }),
      row('P2_L_DM_MLO', { pathology: 'Benign', birads: 2, patient: 2 }),
      row('P2_L_DM_MLO', { pathology: 'Malignant', birads: 5, patient: 2 }),
    ),
    [low('P1_L_DM_MLO')]: '',
    [low('P2_L_DM_MLO')]: '',
  })
  expect(images.map(({ cancer, birads }) => [cancer, birads])).toEqual([
    [0, 1],
    [1, 5],
  ])
})

test('the outlines of findings become boxes', async () => {
  const outline = (name: string, shape: object | string) => {
    const json = typeof shape === 'string' ? shape : JSON.stringify(shape)
    return `${name},${`"${json.replaceAll('"', '""')}"`}`
  }
  const set = await readSet({
    [path]: table(row('P1_L_DM_MLO')),
    [low('P1_L_DM_MLO')]: '',
    'Radiology_hand_drawn_segmentations_v2.csv': [
      '#filename,region_shape_attributes',
      outline('P1_L_DM_MLO .jpg', { name: 'polygon', all_points_x: [5, 9, 7], all_points_y: [1, 2, 8] }),
      outline('P1_L_DM_MLO.jpg', { name: 'ellipse', cx: 50, cy: 60, rx: 10, ry: 5 }),
      outline('P1_L_DM_MLO.jpg', { name: 'circle', cx: 50, cy: 60, r: 3 }),
      outline('P1_L_DM_MLO.jpg', { name: 'point', cx: 4, cy: 5 }),
      outline('P1_L_DM_MLO.jpg', '{}'),
      outline('P1_L_DM_MLO.jpg', 'torn'),
    ].join('\n'),
  })
  expect(set.images[0]!.lesions).toEqual([
    { x: 5, y: 1, width: 4, height: 7 },
    { x: 40, y: 55, width: 20, height: 10 },
    { x: 47, y: 57, width: 6, height: 6 },
    { x: 4, y: 5, width: 0, height: 0 },
  ])
  expect(problemsOf(set)).toEqual([['unknown-value', 'Radiology_hand_drawn_segmentations_v2.csv', 7]])
})

test('BI-RADS 7, a row without an image, an image without a row and a class that is none are reported', async () => {
  const set = await readSet({
    [path]: table(row('P1_L_DM_MLO', { birads: 'BIRADS 7', pathology: 'Unsure' }), row('P2_L_DM_MLO', { patient: 2 })),
    [low('P1_L_DM_MLO')]: '',
    [low('P3_L_DM_MLO')]: '',
  })
  expect(set.images).toMatchObject([{ cancer: null, birads: null }])
  expect(problemsOf(set)).toEqual([
    ['unknown-value', path, 2],
    ['unknown-value', path, 2],
    ['image-missing', path, 3],
    ['row-missing', low('P3_L_DM_MLO'), null],
  ])
})

test('a sheet that is not there, or a file that is no Excel file, is an error that says what was found', async () => {
  const images = { [low('P1_L_DM_MLO')]: '' }
  await expect(readSet({ [path]: writeXlsx({ one: [header] }), ...images })).rejects.toThrow(
    /Expected a sheet all for .* but received only one\./,
  )
  await expect(readSet({ [path]: 'no zip', ...images })).rejects.toThrow(/Expected an Excel file \(\.xlsx\) for /)
})

test('a patient or a side that is another one in the name is reported; names may end as files do', async () => {
  const set = await readSet({
    [path]: table(row('P1_L_DM_MLO.jpg'), row('P2_L_DM_MLO', { patient: 3 }), row('P4_R_DM_MLO', { patient: 'P4' })),
    [low('P1_L_DM_MLO')]: '',
    [low('P2_L_DM_MLO')]: '',
    [low('P4_R_DM_MLO')]: '',
  })
  expect(problemsOf(set)).toEqual([
    ['contradictory-label', path, 3],
    ['contradictory-label', path, 4],
  ])
  expect(set.images.map(({ imageId }) => imageId)).toEqual(['P1_L_DM_MLO', 'P2_L_DM_MLO', 'P4_R_DM_MLO'])
})

test('rows of one image that disagree about the breast are reported with their lines', async () => {
  const [first, second] = [row('P1_L_DM_MLO'), row('P1_L_DM_MLO')]
  const set = await readSet({ [path]: table(first, second.with(5, 'A')), [low('P1_L_DM_MLO')]: '' })
  expect(problemsOf(set)).toEqual([['contradictory-label', path, 3]])
  expect(set.images[0]!.density).toBe('C')
})
