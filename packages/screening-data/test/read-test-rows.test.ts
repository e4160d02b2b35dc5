import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { dataPaths, readTestRows } from '../src/index.ts'
import { writeMadeImages } from './made-images.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** Two breasts of two patients with two images each; the last image failed. */
async function testFolder(lines: readonly string[] = rows, header = `${ids},prediction_id`): Promise<string> {
  const data = await temporaryFolder()
  const csv = join(dataPaths(data).raw, 'test.csv')
  await mkdir(dirname(csv), { recursive: true })
  await writeFile(csv, `${header}\n${lines.join('\n')}\n`)
  await writeMadeImages(data)
  return data
}
const ids = 'patient_id,image_id,laterality,view'
const rows = ['1,10,L,CC,1_L', '1,11,L,MLO,1_L', '2,12,L,CC,2_L', '2,13,L,MLO,2_L']

test('joins test.csv with the images and keeps every prediction id', async () => {
  const data = await testFolder()
  const found = await readTestRows(data, { maxLeftOut: 0.5 })
  expect(found.rows.map(({ imageId, predictionId }) => [imageId, predictionId])).toEqual([
    ['10', '1_L'],
    ['11', '1_L'],
    ['12', '2_L'],
  ])
  expect(found.rows[0]).toMatchObject({ file: join(data, 'processed/images/1/10.png'), sha256: 'ef'.repeat(32) })
  expect(found.leftOut).toMatchObject([{ row: { imageId: '13' }, reason: 'failed', detail: 'cut file' }])
  expect(found.predictionIds).toEqual(['1_L', '2_L'])
})

test('names a breast as the competition does where there is no such column, and finds the table beside its images', async () => {
  const data = await testFolder(
    rows.map((row) => row.slice(0, row.lastIndexOf(','))),
    ids,
  )
  await rename(join(data, 'raw', 'test.csv'), join(data, 'test.csv'))
  expect((await readTestRows(data, { maxLeftOut: 0.5 })).predictionIds).toEqual(['1_L', '2_L'])
})

test.each([
  ['an id of two breasts', [rows[0]!, rows[1]!, '2,12,L,CC,1_L', rows[3]!], 'prediction-ids-differ'],
  ['a breast with two ids', [rows[0]!, '1,11,L,MLO,1_R', rows[2]!, rows[3]!], 'prediction-ids-differ'],
  ['an image of another patient', ['7,10,L,CC,7_L', ...rows.slice(1)], 'patient-mismatch'],
  ['too many rows without an image', rows, 'too-many-left-out'],
])('refuses %s', async (_, lines, code) => {
  await expect(readTestRows(await testFolder(lines))).rejects.toMatchObject({ code })
})

test('refuses pictures of another preprocessing, and a folder without test.csv', async () => {
  const options = { maxLeftOut: 0.5, expected: { preprocessHash: 'other', owner: 'the run' } }
  await expect(readTestRows(await testFolder(), options)).rejects.toMatchObject({ code: 'preprocess-mismatch' })
  await expect(readTestRows(await temporaryFolder())).rejects.toMatchObject({ code: 'no-test-csv' })
})
