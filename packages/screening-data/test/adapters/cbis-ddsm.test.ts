import { describe, expect, test } from 'vitest'
import { type DataSet, readDataSet } from '../../src/index.ts'
import { maskPixels, writePicture } from '../write-picture.ts'
import { problemsOf, readSet, writeSet } from './write-set.ts'

const massHeader =
  'patient_id,breast_density,left or right breast,image view,abnormality id,abnormality type,mass shape,mass margins,assessment,pathology,subtlety,image file path,cropped image file path,ROI mask file path'
const calcHeader =
  'patient_id,breast density,left or right breast,image view,abnormality id,abnormality type,calc type,calc distribution,assessment,pathology,subtlety,image file path,cropped image file path,ROI mask file path'

/** A row of a table, its last cell with the line end that the published files have there. */
const row = (id: string, lesion: number, more: { density?: string; pathology?: string; birads?: string } = {}) => {
  const [, patient, side, view] = /_(P_\d+)_(LEFT|RIGHT)_(\w+)$/.exec(id)!
  const { density = '3', pathology = 'BENIGN', birads = '4' } = more
  const paths = [`${id}/1.3.6.1.9.1/1.3.6.1.9.2/000000.dcm`, `${id}_${lesion}/1.3.6.1.9.3/1.3.6.1.9.4/000000.dcm`]
  const mask = `"${id}_${lesion}/1.3.6.1.9.3/1.3.6.1.9.4/000001.dcm\n"`
  return [patient, density, side, view, lesion, 'mass', 'OVAL', 'N/A', birads, pathology, 5, ...paths, mask].join(',')
}
const table = (header: string, ...rows: string[]) => `${[header, ...rows].join('\n')}\n`
const full = (id: string, day = '07-20-2016-DDSM-74994') =>
  `CBIS-DDSM/${id}/${day}/1.000000-full mammogram images-24515/1-1.dcm`
const roi = (id: string, file: string) => `CBIS-DDSM/${id}/07-20-2016-DDSM-9/1.000000-ROI mask images-9/${file}`

const one = 'Mass-Training_P_00001_LEFT_CC'

test('paths have UIDs that the folders of the archive lack: the first folder tells, and masks and crops are no mammograms', async () => {
  const set = await readSet({
    'mass_case_description_train_set.csv': table(massHeader, row(one, 1, { pathology: 'MALIGNANT', birads: '5' })),
    [full(one)]: '',
    [roi(`${one}_1`, '1-1.dcm')]: '',
    [roi(`${one}_1`, '1-2.dcm')]: '',
  })
  expect(set.set).toBe('cbis-ddsm')
  expect(set.problems).toEqual([])
  expect(set.images).toMatchObject([
    {
      image: full(one),
      format: 'dicom',
      patientId: 'P_00001',
      imageId: one,
      laterality: 'L',
      view: 'CC',
      cancer: 1,
      cancerSource: 'pathology',
      density: 'C',
      birads: 5,
      subset: 'train',
      columns: {
        'abnormality id': '1',
        'ROI mask file path': `${one}_1/1.3.6.1.9.3/1.3.6.1.9.4/000001.dcm\n`,
      },
      line: 2,
    },
  ])
})

test('the folders of the classical layout and of the JPEG version are found as well', async () => {
  const rows = table(massHeader, row(one, 1))
  const classical = `CBIS-DDSM/${one}/1.3.6.1.9.1/1.3.6.1.9.2/1-1.dcm`
  const jpeg = 'jpeg/1.3.6.1.9.2/1-249.jpg'
  for (const image of [classical, jpeg]) {
    const set = await readSet({ 'csv/mass_case_description_train_set.csv': rows, [image]: '' })
    expect(set.images.map((each) => each.image)).toEqual([image])
  }
})

test('newlines inside quoted fields end no row, and lines are counted with them', async () => {
  const two = 'Mass-Training_P_00002_RIGHT_MLO'
  const set = await readSet({
    'mass_case_description_train_set.csv': table(massHeader, row(one, 1), row(two, 1)),
    [full(one)]: '',
    [full(two)]: '',
  })
  expect(set.images.map(({ imageId, line }) => [imageId, line])).toEqual([
    [one, 2],
    [two, 4],
  ])
})

test('a row per lesion is joined to a row per image: cancer where one is malignant, the highest assessment, all of their cells', async () => {
  const set = await readSet({
    'mass_case_description_train_set.csv': table(
      massHeader,
      row(one, 1, { birads: '0' }),
      row(one, 2, { pathology: 'MALIGNANT', birads: '4' }),
    ),
    [full(one)]: '',
  })
  expect(set.images).toHaveLength(1)
  expect(set.images[0]).toMatchObject({
    cancer: 1,
    birads: 4,
    columns: { pathology: 'BENIGN | MALIGNANT', subtlety: '5' },
  })
})

test('BENIGN_WITHOUT_CALLBACK is no cancer, and another word is unknown and reported with its line', async () => {
  const two = 'Mass-Training_P_00002_LEFT_CC'
  const set = await readSet({
    'mass_case_description_train_set.csv': table(
      massHeader,
      row(one, 1, { pathology: 'BENIGN_WITHOUT_CALLBACK' }),
      row(two, 1, { pathology: 'UNPROVEN' }),
    ),
    [full(one)]: '',
    [full(two)]: '',
  })
  expect(set.images.map(({ cancer, cancerSource }) => [cancer, cancerSource])).toEqual([
    [0, 'pathology'],
    [null, ''],
  ])
  expect(problemsOf(set)).toEqual([['unknown-value', 'mass_case_description_train_set.csv', 4]])
})

test('calcifications have the same table but for "breast density" with a space, and both subsets are read', async () => {
  const calc = 'Calc-Test_P_00038_LEFT_MLO'
  const set = await readSet({
    'calc_case_description_test_set.csv': table(calcHeader, row(calc, 1, { density: '2' })),
    'mass_case_description_train_set.csv': table(massHeader, row(one, 1)),
    [full(calc)]: '',
    [full(one)]: '',
  })
  expect(set.images.map(({ imageId, density, subset }) => [imageId, density, subset])).toEqual([
    [calc, 'B', 'test'],
    [one, 'C', 'train'],
  ])
})

test('a row without an image and an image without a row are reported, and density 0 is none', async () => {
  const [two, three] = ['Mass-Training_P_00002_LEFT_CC', 'Mass-Training_P_00003_LEFT_CC']
  const set = await readSet({
    'mass_case_description_train_set.csv': table(massHeader, row(one, 1, { density: '0' }), row(two, 1)),
    [full(one)]: '',
    [full(three)]: '',
  })
  expect(set.images.map(({ imageId, density }) => [imageId, density])).toEqual([[one, null]])
  expect(problemsOf(set)).toEqual([
    ['unknown-value', 'mass_case_description_train_set.csv', 2],
    ['image-missing', 'mass_case_description_train_set.csv', 4],
    ['row-missing', full(three), null],
  ])
})

test('views of one breast with different labels are reported with the line', async () => {
  const other = 'Mass-Training_P_00001_LEFT_MLO'
  const set = await readSet({
    'mass_case_description_train_set.csv': table(massHeader, row(one, 1), row(other, 1, { pathology: 'MALIGNANT' })),
    [full(one)]: '',
    [full(other)]: '',
  })
  expect(problemsOf(set)).toEqual([['contradictory-label', 'mass_case_description_train_set.csv', 4]])
  expect(set.images.map(({ cancer }) => cancer)).toEqual([0, 1])
})

test('rows of one image that disagree about the breast, and a folder that is of another one, are reported with their lines', async () => {
  const rows = [row(one, 1), row(one, 2, { density: '1' }), row(one, 3).replace('LEFT', 'RIGHT')]
  const other = 'Mass-Training_P_00002_RIGHT_MLO'
  const set = await readSet({
    'mass_case_description_train_set.csv': table(massHeader, ...rows, row(other, 1).replace('MLO', 'CC')),
    [full(one)]: '',
    [full(other)]: '',
  })
  const path = 'mass_case_description_train_set.csv'
  expect(problemsOf(set)).toEqual([
    ['contradictory-label', path, 4],
    ['contradictory-label', path, 6],
    ['contradictory-label', path, 8],
  ])
  expect(set.images.map(({ density, laterality, view }) => [density, laterality, view])).toEqual([
    ['C', 'L', 'CC'],
    ['C', 'R', 'CC'],
  ])
})

describe('masks', () => {
  const two = 'Mass-Training_P_00002_RIGHT_MLO'
  const film = writePicture([20, 30], 16, { '0,0': 5 })
  const mask = (x: number) => writePicture([20, 30], 8, maskPixels(x, 5, 6, 7))
  const crop = writePicture([6, 7], 16, { '0,0': 900, '1,0': 901, '2,0': 902 })
  const box = (x: number, label = 'benign-mass') => ({ x, y: 5, width: 6, height: 7, label })
  const lesions = ({ images }: DataSet) => images.map((image) => image.lesions)
  const faults = ({ problems }: DataSet) =>
    problems.map(({ code, line, message }) => [code, line, message.replace(/.*: /, '')])

  const masked = async (files: Readonly<Record<string, string | Uint8Array>>, ...rows: string[]) => {
    const tables = { 'mass_case_description_train_set.csv': table(massHeader, ...rows) }
    const root = await writeSet({ ...tables, ...files })
    return readDataSet(root, { masks: true })
  }

  test('each lesion is the box about the nonzero pixels of its mask, whichever of both files that is, and says where it is benign', async () => {
    const set = await masked(
      {
        [full(one)]: film,
        [roi(`${one}_1`, '1-1.dcm')]: crop,
        [roi(`${one}_1`, '1-2.dcm')]: mask(1),
        [roi(`${one}_2`, '1-1.dcm')]: mask(9),
        [roi(`${one}_2`, '1-2.dcm')]: crop,
      },
      row(one, 1),
      row(one, 2, { pathology: 'MALIGNANT' }),
    )
    expect(set.problems).toEqual([])
    expect(lesions(set)).toEqual([[box(1), box(9, 'mass')]])
    expect(set.images[0]!.warnings).toEqual([])
  })

  test('mask and crop in folders of their own, the names of the tables, and folders of series alone are read as well', async () => {
    const classical = `CBIS-DDSM/${one}_1/1.3.6.1.9.3`
    for (const files of [
      { [`${classical}/1.3.6.1.9.7/000000.dcm`]: crop, [`${classical}/1.3.6.1.9.4/000001.dcm`]: mask(1) },
      { 'dicom/1.3.6.1.9.4/000000.dcm': mask(1), 'dicom/1.3.6.1.9.4/000001.dcm': crop },
    ]) {
      const set = await masked({ [full(one)]: film, ...files }, row(one, 1))
      expect(set.problems).toEqual([])
      expect(lesions(set)).toEqual([[box(1)]])
    }
  })

  test('a mask of another size, an empty one, a broken one and one that is not there lose only their box, each with its name', async () => {
    const set = await masked(
      {
        [full(one)]: film,
        [roi(`${one}_1`, '1-1.dcm')]: writePicture([30, 20], 8, maskPixels(1, 1, 2, 2)),
        [roi(`${one}_2`, '1-1.dcm')]: mask(1),
        [roi(`${one}_3`, '1-1.dcm')]: writePicture([20, 30]),
        [full(two)]: film,
        [roi(`${two}_1`, '1-1.dcm')]: 'no DICOM',
        [roi(`${two}_2`, '1-1.dcm')]: crop,
      },
      row(one, 1),
      row(one, 2),
      row(one, 3),
      row(two, 1),
      row(two, 2),
    )
    expect(lesions(set)).toEqual([[box(1)], []])
    expect(set.images.map(({ warnings }) => warnings)).toEqual([
      ['mask:size', 'mask:empty'],
      ['mask:unreadable', 'mask:missing'],
    ])
    expect(faults(set)).toEqual([
      ['lesion-unknown', 2, 'the mask has 30x20 pixels, the image 20x30'],
      ['lesion-unknown', 6, 'the mask has no pixel above 0'],
      ['lesion-unknown', 8, expect.any(String)],
      ['lesion-unknown', 10, 'no file is a mask'],
    ])
  })

  test('they are read only where asked for, and none is missing where nobody fetched any', async () => {
    const files = { [full(one)]: film, [roi(`${one}_1`, '1-1.dcm')]: mask(1) }
    const tables = { 'mass_case_description_train_set.csv': table(massHeader, row(one, 1)) }
    expect(lesions(await readSet({ ...tables, ...files }))).toEqual([[]])
    const without = await masked({ [full(one)]: film }, row(one, 1))
    expect([without.images[0]!.lesions, without.problems]).toEqual([[], []])
  })

  test('reading them tells how far it is, and stops when told to', async () => {
    const root = await writeSet({
      'mass_case_description_train_set.csv': table(massHeader, row(one, 1), row(two, 1)),
      [full(one)]: film,
      [full(two)]: film,
      [roi(`${one}_1`, '1-1.dcm')]: mask(1),
    })
    const told: unknown[] = []
    await readDataSet(root, { masks: true, onProgress: (progress) => told.push(progress) })
    expect(told).toEqual([1, 2].map((done) => ({ stage: 'masks', done, total: 2 })))
    const reason = new Error('stopped')
    const stopped = readDataSet(root, { masks: true, signal: AbortSignal.abort(reason) })
    await expect(stopped).rejects.toBe(reason)
  })
})

test('rows of another length are left out and told of, where somebody listens', async () => {
  const root = await writeSet({
    'mass_case_description_train_set.csv': table(massHeader, 'P_00001,3,LEFT', row(one, 1)),
    [full(one)]: '',
  })
  const lines: unknown[] = []
  const { images } = await readDataSet(root, { onFault: ({ details }) => lines.push(details.line) })
  expect([images.length, lines]).toEqual([1, [2]])
  await expect(readDataSet(root)).rejects.toMatchObject({ code: 'malformed-csv' })
})
