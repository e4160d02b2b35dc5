import { expect, test } from 'vitest'
import { problemsOf, readSet } from './write-set.ts'

const metadataHeader =
  'empi_anon,acc_anon,anon_dicom_path,FinalImageType,ImageLateralityFinal,ViewPosition,spot_mag,ROI_coords,ManufacturerModelName,study_date_anon'
const clinicalHeader = 'empi_anon,acc_anon,side,asses,tissueden,path_severity,numfind,age_at_study,study_date_anon'
const meta = (name: string, side = 'L', more: { exam?: string; type?: string; roi?: string; view?: string } = {}) => {
  const { exam = '900', type = '2D', roi = '[]', view = 'MLO' } = more
  const path = `/mnt/NAS2/mammo/anon_dicom/cohort_1/10000879/${exam}/${name}.dcm`
  return `10000879,${exam},${path},${type},${side},${view},0,"${roi}",Selenia,2013-01-02`
}
const finding = (side: string, asses: string, severity = '', exam = '900.0', density = '3.0') =>
  `10000879,${exam},${side},${asses},${density},${severity},1,61.5,2013-01-03`
const table = (...lines: string[]) => `${lines.join('\n')}\n`
const image = (name: string, exam = '900') => `images/cohort_1/10000879/${exam}/${name}.dcm`
const tables = (metadata: readonly string[], clinical: readonly string[]) => ({
  'tables/EMBED_OpenData_metadata.csv': table(metadataHeader, ...metadata),
  'tables/EMBED_OpenData_clinical.csv': table(clinicalHeader, ...clinical),
})
const metadataPath = 'tables/EMBED_OpenData_metadata.csv'
const clinicalPath = 'tables/EMBED_OpenData_clinical.csv'

test('findings are joined by exam and side: a cancer on the left says nothing of the right breast', async () => {
  const set = await readSet({
    ...tables([meta('1.2.1', 'L'), meta('1.2.2', 'R')], [finding('L', 'S', '0.0'), finding('R', 'N')]),
    [image('1.2.1')]: '',
    [image('1.2.2')]: '',
  })
  expect(set.set).toBe('embed')
  expect(set.problems).toEqual([])
  expect(
    set.images.map(({ laterality, cancer, cancerSource, birads }) => [laterality, cancer, cancerSource, birads]),
  ).toEqual([
    ['L', 1, 'pathology', 4],
    ['R', 0, 'BI-RADS 1 or 2', 1],
  ])
  expect(set.images[0]).toMatchObject({
    image: image('1.2.1'),
    patientId: '10000879',
    imageId: '1.2.1',
    studyId: '900',
    view: 'MLO',
    age: 61.5,
    density: 'C',
    machineId: 'Selenia',
    columns: { path_severity: '0.0', study_date_anon: '2013-01-02', clinical_study_date_anon: '2013-01-03' },
  })
})

test('side B, and none, is both breasts; another exam of the patient is another', async () => {
  const { images } = await readSet({
    ...tables(
      [
        meta('1.2.1', 'L'),
        meta('1.2.2', 'R'),
        meta('1.2.3', 'L', { exam: '901' }),
        meta('1.2.4', 'R', { exam: '901' }),
      ],
      [finding('B', 'B'), finding('', 'N', '', '901'), finding('R', 'M', '1', '901')],
    ),
    [image('1.2.1')]: '',
    [image('1.2.2')]: '',
    [image('1.2.3', '901')]: '',
    [image('1.2.4', '901')]: '',
  })
  expect(images.map(({ imageId, cancer, birads }) => [imageId, cancer, birads])).toEqual([
    ['1.2.1', 0, 2],
    ['1.2.2', 0, 2],
    ['1.2.3', 0, 1],
    ['1.2.4', 1, 5],
  ])
})

test('severity 0 and 1 are cancer and 2 to 6 are none; the gravest of a breast counts', async () => {
  const severities = ['0', '1', '2', '3', '4', '5', '6']
  const exams = severities.map((severity, at) => ({ severity, exam: String(910 + at), name: `1.3.${at}` }))
  const { images } = await readSet({
    ...tables(
      [...exams.map(({ exam, name }) => meta(name, 'L', { exam })), meta('1.4', 'L')],
      [
        ...exams.map(({ severity, exam }) => finding('L', 'S', severity, exam)),
        finding('L', 'S', '4.0'),
        finding('L', 'M', '1.0'),
      ],
    ),
    ...Object.fromEntries(exams.map(({ exam, name }) => [image(name, exam), ''])),
    [image('1.4')]: '',
  })
  expect(images.map(({ cancer }) => cancer)).toEqual([1, 1, 0, 0, 0, 0, 0, 1])
})

test('without pathology a recall is unknown, BI-RADS 1 and 2 are no cancer, 6 is one', async () => {
  const letters = ['A', 'N', 'B', 'P', 'S', 'M', 'K']
  const { images } = await readSet({
    ...tables(
      letters.map((_, at) => meta(`1.3.${at}`, 'L', { exam: String(910 + at) })),
      letters.map((letter, at) => finding('L', letter, '', String(910 + at))),
    ),
    ...Object.fromEntries(letters.map((_, at) => [image(`1.3.${at}`, String(910 + at)), ''])),
  })
  expect(images.map(({ cancer, birads }) => [birads, cancer])).toEqual([
    [0, null],
    [1, 0],
    [2, 0],
    [3, null],
    [4, null],
    [5, null],
    [6, 1],
  ])
})

test('ROI_coords are ymin, xmin, ymax, xmax', async () => {
  const { images } = await readSet({
    ...tables(
      [
        meta('1.2.1', 'L', { roi: '[[100, 20, 150, 90], [1, 2, 3, 4]]' }),
        meta('1.2.2', 'L', { roi: '((5, 6, 7, 9),)' }),
      ],
      [finding('L', 'A')],
    ),
    [image('1.2.1')]: '',
    [image('1.2.2')]: '',
  })
  expect(images.map(({ lesions }) => lesions)).toEqual([
    [
      { x: 20, y: 100, width: 70, height: 50 },
      { x: 2, y: 1, width: 2, height: 2 },
    ],
    [{ x: 6, y: 5, width: 3, height: 2 }],
  ])
})

test('synthetic and 3-D images are left out with the reason, and what is missing or unknown is reported', async () => {
  const set = await readSet({
    ...tables(
      [
        meta('1.2.1', 'L', { type: 'cview' }),
        meta('1.2.2', 'L'),
        meta('1.2.3', 'R'),
        meta('1.2.4', 'L', { exam: '901', roi: '[1, 2]' }),
      ],
      [finding('L', 'Z', '9'), finding('L', 'N', '', '901')],
    ),
    [image('1.2.1')]: '',
    [image('1.2.3')]: '',
    [image('1.2.4', '901')]: '',
    [image('1.2.5')]: '',
    [image('1.2.2', '777')]: '',
  })
  expect(problemsOf(set)).toEqual([
    ['not-a-mammogram', metadataPath, 2],
    ['unknown-value', clinicalPath, 2],
    ['unknown-value', clinicalPath, 2],
    ['row-missing', metadataPath, 4],
    ['unknown-value', metadataPath, 5],
    ['row-missing', image('1.2.5'), null],
  ])
  expect(set.images.map(({ imageId, cancer }) => [imageId, cancer])).toEqual([
    ['1.2.2', null],
    ['1.2.3', null],
    ['1.2.4', 0],
  ])
})

test('the reduced tables are read where they are there', async () => {
  const whole = tables([meta('1.2.1')], [finding('L', 'N')])
  const set = await readSet({
    ...whole,
    'tables/EMBED_OpenData_metadata_reduced.csv': table(metadataHeader, meta('1.2.9')),
    [image('1.2.9')]: '',
  })
  expect(set.images.map(({ imageId, table: path }) => [imageId, path])).toEqual([
    ['1.2.9', 'tables/EMBED_OpenData_metadata_reduced.csv'],
  ])
})

test('an exam without files, and a side that is none, are reported with their lines', async () => {
  const set = await readSet({
    ...tables([meta('1.2.1')], [finding('L', 'N'), finding('X', 'N'), finding('L', 'N', '', '999')]),
    [image('1.2.1')]: '',
  })
  expect(problemsOf(set)).toEqual([
    ['unknown-value', clinicalPath, 3],
    ['image-missing', clinicalPath, 4],
  ])
})

test('of the whole metadata the columns that say something of an image are kept, of the reduced ones all', async () => {
  const wide = (line: string, more: string) => `${line},${more}`
  const metadata = table(wide(metadataHeader, 'BreastImplantPresent,CollimatorShape'), wide(meta('1.2.1'), 'YES,ROUND'))
  const clinical = table(clinicalHeader, finding('L', 'N'))
  const read = (name: string) =>
    readSet({
      [`tables/EMBED_OpenData_${name}.csv`]: metadata,
      'tables/EMBED_OpenData_clinical.csv': clinical,
      [image('1.2.1')]: '',
    })
  const [whole] = (await read('metadata')).images
  expect(whole).toMatchObject({ implant: true, columns: { BreastImplantPresent: 'YES', spot_mag: '0' } })
  expect(whole!.columns).not.toHaveProperty('CollimatorShape')
  expect((await read('metadata_reduced')).images[0]!.columns).toMatchObject({ CollimatorShape: 'ROUND' })
})
