import { join } from 'node:path'
import { expect, test } from 'vitest'
import { listImages, readScreeningRows, readTrainCsv } from '../../src/index.ts'
import { temporaryFolder, write } from '../temporary-folder.ts'
import { problemsOf, readSet, writeSet } from './write-set.ts'

test('columns are parted by commas, whatever else stands in them more regularly', async () => {
  const dataDir = await temporaryFolder()
  const lines = ['1,2,a; b; c', '1,3,"a, b; c; d"', '4,5,a; b; c', '4,6,"a, b; c; d"']
  await write(join(dataDir, 'train.csv'), ['patient_id,image_id,note', ...lines, ''].join('\n'))
  const ids = (await listImages(dataDir)).map(({ patientId, imageId }) => [patientId, imageId])
  expect(ids).toEqual([
    ['1', '2'],
    ['1', '3'],
    ['4', '5'],
    ['4', '6'],
  ])
})

test('a bad or repeated id, or a column that is absent, is an error with its line', async () => {
  const errorOf = async (text: string) => {
    const dataDir = await temporaryFolder()
    await write(join(dataDir, 'train.csv'), text)
    return listImages(dataDir).catch((error: unknown) => error)
  }
  expect(await errorOf('patient_id\n1\n')).toMatchObject({ code: 'missing-column', details: { column: 'image_id' } })
  expect(await errorOf('patient_id,image_id\n1,2\n../3,4\n')).toMatchObject({ code: 'bad-value', details: { line: 3 } })
  expect(await errorOf('\uFEFFpatient_id,image_id\r\n1,2\r\n1,2\r\n')).toMatchObject({
    code: 'duplicate-value',
    message: expect.stringContaining('2 on line 2 and again on line 3'),
  })
})

test('a folder with neither train.csv nor DICOM files is an error that says what was looked for', async () => {
  const dataDir = await temporaryFolder()
  await expect(listImages(dataDir)).rejects.toMatchObject({ code: 'no-images', details: { dataDir } })
})

test('judges each line as readTrainCsv does: a stray quote, an extra cell, a space before an id, a bad side', async () => {
  const header = 'patient_id,image_id,laterality,view,cancer'
  const good = (id: number) => `1,${id},L,CC,0`
  const judge = async (line: string) => {
    const dataDir = await temporaryFolder()
    const path = join(dataDir, 'train.csv')
    await write(path, [header, good(1), line, good(3), ''].join('\n'))
    const outcome = <Row extends { imageId: string }>(reading: Promise<Row[]>) =>
      reading.then(
        (rows) => rows.map(({ imageId }) => imageId),
        ({ code, details }) => ({ code, line: details.line }),
      )
    const [listed, read] = [await outcome(listImages(dataDir)), await outcome(readTrainCsv(path))]
    expect(listed).toEqual(read)
    return listed
  }
  expect(await judge(good(2))).toEqual(['1', '2', '3'])
  expect(await judge('1, 2,L,CC,0')).toEqual(['1', '2', '3'])
  expect(await judge('1,2,L,"CC,0')).toEqual({ code: 'malformed-csv', line: 3 })
  expect(await judge('1,2,L,C"C,0')).toEqual({ code: 'malformed-csv', line: 3 })
  expect(await judge('1,2,L,CC,0,1')).toEqual({ code: 'malformed-csv', line: 3 })
  expect(await judge('1,2,left,CC,0')).toEqual({ code: 'bad-value', line: 3 })
  expect(await judge('1,6.7E+08,L,CC,0')).toEqual({ code: 'bad-value', line: 3 })
  expect(await judge('1,1,L,CC,0')).toEqual({ code: 'duplicate-value', line: 3 })
})

test('a picture stands for a DICOM file that is not there', async () => {
  const dataDir = await temporaryFolder()
  await write(join(dataDir, 'train.csv'), 'patient_id,image_id\n1,2\n1,3\n1,4\n')
  for (const name of ['2.png', '2.dcm', '3.png', '3.jpg']) await write(join(dataDir, 'train_images/1', name), 'x')
  expect((await listImages(dataDir)).map(({ source }) => source)).toEqual([
    'train_images/1/2.dcm',
    'train_images/1/3.png',
    'train_images/1/4.dcm',
  ])
})

const header =
  'site_id,patient_id,image_id,laterality,view,age,cancer,biopsy,invasive,BIRADS,implant,density,machine_id,difficult_negative_case'
const testHeader = 'site_id,patient_id,image_id,laterality,view,age,implant,machine_id,prediction_id'

test('test.csv has no cancer: its images are listed without a label where they are there, and keep its columns', async () => {
  const set = await readSet({
    'train.csv': `${header}\n2,1,10,L,CC,61.0,1,1,1,,0,C,29,False\n`,
    'test.csv': `${testHeader}\n2,8,80,R,MLO,81,0,21,8_R\n2,8,81,R,CC,81,0,21,8_R\n`,
    'train_images/1/10.dcm': '',
    'test_images/8/80.dcm': '',
  })
  expect(set).toMatchObject({
    set: 'rsna',
    images: [
      { imageId: '10', cancer: 1, cancerSource: 'pathology', density: 'C', machineId: '29', age: 61, subset: 'train' },
      {
        image: 'test_images/8/80.dcm',
        cancer: null,
        cancerSource: '',
        subset: 'test',
        columns: { prediction_id: '8_R' },
      },
    ],
  })
  expect(problemsOf(set)).toEqual([['image-missing', 'test.csv', 3]])
})

test('a row whose image is not there is listed, marked and reported; an unknown density is reported with its line', async () => {
  const set = await readSet({
    'train.csv': `${header}\n2,1,10,L,CC,61.0,0,0,0,,0,E,29,False\n2,1,11,L,CC,61.0,0,0,0,,0,,29,False\n`,
    'train_images/1/10.dcm': '',
  })
  expect(set.images.map(({ density, isMissing }) => [density, isMissing])).toEqual([
    [null, undefined],
    [null, true],
  ])
  expect(problemsOf(set)).toEqual([
    ['unknown-value', 'train.csv', 2],
    ['image-missing', 'train.csv', 3],
  ])
})

test('splits.csv has the columns of train.csv as they were, those with an unknown density too', async () => {
  const dataDir = await writeSet({ 'train.csv': `${header}\n2,1,10,L,CC,61.0,0,0,0,,0,E,29,False\n` })
  const { rows } = await readScreeningRows(dataDir)
  const [names, cells] = [Object.keys(rows[0]!.columns), Object.values(rows[0]!.columns)]
  expect(names.slice(0, 6)).toEqual(header.split(',').slice(0, 6))
  expect(names).toEqual(expect.arrayContaining(header.replace('density', 'own_density').split(',')))
  expect(cells.slice(0, 6)).toEqual(['2', '1', '10', 'L', 'CC', '61.0'])
})

test('BI-RADS 7 and an age of 610 mean nothing: they are reported with their lines', async () => {
  const set = await readSet({
    'train.csv': `${header}\n2,1,10,L,CC,610,0,0,0,,0,C,29,False\n2,1,11,L,CC,61,0,0,0,7,0,C,29,False\n`,
    'train_images/1/10.dcm': '',
    'train_images/1/11.dcm': '',
  })
  expect(problemsOf(set)).toEqual([
    ['unknown-value', 'train.csv', 2],
    ['unknown-value', 'train.csv', 3],
  ])
  expect(set.images.map(({ age, birads }) => [age, birads])).toEqual([
    [null, null],
    [61, null],
  ])
})

test('the columns of the rows are those of train.csv and no others, so that its splits.csv keeps its bytes', async () => {
  const dataDir = await temporaryFolder()
  const lines = ['site_id,patient_id,image_id,laterality,view,cancer,note', '1,10,100,L,CC,0,a', '1,11,101,R,MLO,1,b']
  await write(join(dataDir, 'raw/train.csv'), [...lines, ''].join('\n'))
  const { rows } = await readScreeningRows(dataDir)
  expect(rows.map(({ columns }) => Object.values(columns).join(','))).toEqual(lines.slice(1))
  expect(Object.keys(rows[0]!.columns).join(',')).toBe(lines[0])
})
