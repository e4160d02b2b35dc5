import { join } from 'node:path'
import { expect, test } from 'vitest'
import { listImages, readScreeningRows } from '../../src/index.ts'
import { temporaryFolder, write } from '../temporary-folder.ts'

const list = [
  'image,patient,laterality,view,cancer,age',
  'a/1.png,P 1,L,CC,0,51',
  'a/1.pgm,P/1,right,CC,1,52',
  'b\\2.dcm,P7,L,MLO,0,',
  '',
].join('\n')

test('images.csv lists files by their path, whose they are and what they show, with ids that stay apart', async () => {
  const dataDir = await temporaryFolder()
  await write(join(dataDir, 'raw/images.csv'), list)
  const images = await listImages(dataDir)
  expect(images.map(({ path, source, laterality, view }) => [path, source, laterality, view])).toEqual([
    [join(dataDir, 'raw/a/1.png'), 'a/1.png', 'L', 'CC'],
    [join(dataDir, 'raw/a/1.pgm'), 'a/1.pgm', 'R', 'CC'],
    [join(dataDir, 'raw/b/2.dcm'), 'b/2.dcm', 'L', 'MLO'],
  ])
  expect(new Set(images.map(({ patientId }) => patientId)).size).toBe(3)
  expect(new Set(images.map(({ imageId }) => imageId)).size).toBe(3)
  expect(images[2]!.patientId).toBe('P7')
})

test('its rows are labeled rows with the ids of the images', async () => {
  const dataDir = await temporaryFolder()
  await write(join(dataDir, 'images.csv'), list)
  const { rows, path } = await readScreeningRows(dataDir)
  const images = await listImages(dataDir)
  expect(path).toBe(join(dataDir, 'images.csv'))
  expect(rows.map(({ imageId, patientId }) => [imageId, patientId])).toEqual(
    images.map(({ imageId, patientId }) => [imageId, patientId]),
  )
  expect(rows.map(({ cancer, age }) => [cancer, age])).toEqual([
    [0, 51],
    [1, 52],
    [0, null],
  ])
})

test.each([
  ['image,patient\n../a.png,P\n', 'bad-value', 2],
  ['image,patient\n/etc/a.png,P\n', 'bad-value', 2],
  ['image,patient\nC:\\a.png,P\n', 'bad-value', 2],
  ['image,patient\na.png,\n', 'bad-value', 2],
  ['image,patient\na.png,P\na.png,Q\n', 'duplicate-value', 3],
  ['image,patient,laterality\na.png,P,both\n', 'bad-value', 2],
  ['image,laterality\na.png,L\n', 'missing-column', 1],
])('a bad line is an error with its number: %j', async (text, code, line) => {
  const dataDir = await temporaryFolder()
  await write(join(dataDir, 'images.csv'), text)
  await expect(listImages(dataDir)).rejects.toMatchObject({ code, ...(line > 1 && { details: { line } }) })
})
