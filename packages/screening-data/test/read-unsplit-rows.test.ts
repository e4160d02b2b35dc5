import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { dataPaths, readUnsplitRows } from '../src/index.ts'
import { writeMadeImages } from './made-images.ts'
import { temporaryFolder } from './temporary-folder.ts'

async function folder(lines: readonly string[], name = 'train.csv', header = ''): Promise<string> {
  const data = await temporaryFolder()
  const table = join(dataPaths(data).raw, name)
  await mkdir(dirname(table), { recursive: true })
  await writeFile(table, `${header || 'patient_id,image_id,laterality,view,cancer'}\n${lines.join('\n')}\n`)
  await writeMadeImages(data)
  return data
}
const rows = ['1,10,L,CC,0', '1,11,L,MLO,0', '2,12,L,CC,1', '2,13,L,MLO,1']

test('joins every labeled row with its image, as a whole test set without a split', async () => {
  const data = await folder(rows)
  const found = await readUnsplitRows(data, { maxLeftOut: 0.5 })
  expect(found.rows.map(({ imageId, cancer, subset }) => [imageId, cancer, subset])).toEqual([
    ['10', 0, 'test'],
    ['11', 0, 'test'],
    ['12', 1, 'test'],
  ])
  expect(found.rows[0]).toMatchObject({ file: join(data, 'processed/images/1/10.png'), sourceSha256: 'ab'.repeat(32) })
  expect(found.leftOut).toMatchObject([{ row: { imageId: '13' }, reason: 'failed', detail: 'cut file' }])
  expect(found.path).toBe(dataPaths(data).trainCsv)
})

test('says which images have no label, beside those without an image', async () => {
  const header = 'image,patient,image_id,laterality,view,cancer,set'
  const lines = rows.map((row, i) => `${i}.dcm,${row.replace(/,\d$/, i === 0 ? ',' : ',1')},site-a`)
  const data = await folder(lines, 'images.csv', header)
  const found = await readUnsplitRows(data, { maxLeftOut: 0.5 })
  expect(found.leftOut.map(({ row, reason }) => [row.imageId, reason])).toEqual([
    ['10', 'no-label'],
    ['13', 'failed'],
  ])
  expect(found.rows.map(({ set }) => set)).toEqual(['site-a', 'site-a'])
})

test.each([
  ['an image of another patient', ['7,10,L,CC,0', ...rows.slice(1)], 0.5, 'cd', 'patient-mismatch'],
  ['too many rows without an image', rows, 0.1, 'cd', 'too-many-left-out'],
  ['pictures of another preprocessing', rows, 0.5, 'other', 'preprocess-mismatch'],
])('refuses %s', async (_, lines, maxLeftOut, preprocessHash, code) => {
  const options = { maxLeftOut, expected: { preprocessHash, owner: 'the run' } }
  await expect(readUnsplitRows(await folder(lines), options)).rejects.toMatchObject({ code })
})

test('an image of another patient: the table is restored, or extract-rois run where it is right', async () => {
  const refused = readUnsplitRows(await folder(['7,10,L,CC,0', ...rows.slice(1)]), { maxLeftOut: 0.5 })
  await expect(refused).rejects.toThrow(
    /Expected patient 1 .* received 7 .* or run extract-rois where the table is right;/,
  )
})
