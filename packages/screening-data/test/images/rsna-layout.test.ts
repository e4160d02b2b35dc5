import { join } from 'node:path'
import { expect, test } from 'vitest'
import { listImages } from '../../src/index.ts'
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
