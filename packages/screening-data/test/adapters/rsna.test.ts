import { join } from 'node:path'
import { expect, test } from 'vitest'
import { listImages, readTrainCsv } from '../../src/index.ts'
import { temporaryFolder, write } from '../temporary-folder.ts'

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
