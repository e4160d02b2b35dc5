import { join } from 'node:path'
import { expect, test } from 'vitest'
import { listImages, readImagesCsv, writeImagesCsv } from '../../src/index.ts'
import { problemsOf, readSet, writeSet } from './write-set.ts'

const rows = [
  'file,patient_id,image_id,laterality,view,age,cancer,machine_id,density,BIRADS',
  'a/one.jpg,7,71,L,CC,61,1,29,B,0',
  'b/two.jpg,7,72,L,MLO,61,1,49,,',
  'b/three.jpg,8,81,R,CC,,0,,,1',
].join('\n')
const machines =
  'machine_id,photometric_interpretation,frame_height,frame_width\n29,MONOCHROME1,5355,4915\n49,,3328,2560\n'
const files = { 'rows.csv': rows, 'machines.csv': machines, 'a/one.jpg': '', 'b/two.jpg': '', 'b/three.jpg': '' }

test("rows name their files in any folders, with RSNA's columns", async () => {
  const { set, images, problems } = await readSet(files)
  expect(set).toBe('renderings')
  expect(problems).toEqual([])
  expect(
    images.map(({ image, patientId, imageId, laterality, view, cancer, age }) => {
      return [image, patientId, imageId, laterality, view, cancer, age]
    }),
  ).toEqual([
    ['a/one.jpg', '7', '71', 'L', 'CC', 1, 61],
    ['b/two.jpg', '7', '72', 'L', 'MLO', 1, 61],
    ['b/three.jpg', '8', '81', 'R', 'CC', 0, null],
  ])
  expect(images[0]).toMatchObject({ format: 'jpeg', density: 'B', birads: 0, cancerSource: 'table', machineId: '29' })
})

test('machines.csv says whose pictures are negatives, and which frame they were squashed from', async () => {
  const { images } = await readSet(files)
  expect(images.map(({ rendering }) => rendering)).toEqual([
    { polarity: 'MONOCHROME1', frame: { height: 5355, width: 4915 } },
    { frame: { height: 3328, width: 2560 } },
    undefined,
  ])
})

test('what the table says of one picture overrides its machine', async () => {
  const table = [
    'file,patient_id,image_id,machine_id,photometric_interpretation,frame_height,frame_width',
    'a/one.jpg,7,71,29,MONOCHROME2,,',
    'b/two.jpg,7,72,29,,100,50',
  ].join('\n')
  const { images } = await readSet({ ...files, 'rows.csv': table })
  expect(images.map(({ rendering }) => rendering)).toEqual([
    { polarity: 'MONOCHROME2', frame: { height: 5355, width: 4915 } },
    { polarity: 'MONOCHROME1', frame: { height: 100, width: 50 } },
  ])
})

test('images.csv keeps it, and pictures are listed with it for their extraction', async () => {
  const root = await writeSet(files)
  const { images } = await readSet(files)
  const path = join(root, 'list', 'images.csv')
  await writeImagesCsv(path, images, root)
  expect((await readImagesCsv(path)).map(({ rendering }) => rendering)).toEqual(
    images.map(({ rendering }) => rendering),
  )
  const listed = await listImages(join(root, 'list'))
  expect(listed[0]!.rendering).toEqual({ polarity: 'MONOCHROME1', frame: { height: 5355, width: 4915 } })
})

test('a row without its file and a file without a row are told', async () => {
  const set = await readSet({ 'rows.csv': rows, 'a/one.jpg': '', 'b/two.jpg': '', 'c/four.jpg': '' })
  expect(problemsOf(set)).toEqual([
    ['image-missing', 'rows.csv', 4],
    ['row-missing', 'c/four.jpg', null],
  ])
  expect(set.images[2]!.isMissing).toBe(true)
})

test('a frame of which one side is told is a problem with its line', async () => {
  const half = 'machine_id,frame_height,frame_width\n29,5355,\n'
  const table = 'file,patient_id,image_id,machine_id,frame_height,frame_width\na/one.jpg,7,71,29,,50\n'
  const set = await readSet({ 'rows.csv': table, 'machines.csv': half, 'a/one.jpg': '' })
  expect(problemsOf(set)).toEqual([
    ['unknown-value', 'machines.csv', 2],
    ['unknown-value', 'rows.csv', 2],
  ])
  expect(set.images[0]!.rendering).toBeUndefined()
})

test('a picture with two rows, a polarity and a size that there are not are named with their line', async () => {
  const repeated = `${rows}\na/one.jpg,9,91,L,CC,,0,,,`
  await expect(readSet({ ...files, 'rows.csv': repeated })).rejects.toThrow(/line 5/)
  for (const bad of ['29,MONOCHROME3,,', '29,,0,10', '29,,12.5,10']) {
    const text = `machine_id,photometric_interpretation,frame_height,frame_width\n${bad}\n`
    await expect(readSet({ ...files, 'machines.csv': text })).rejects.toThrow(/line 2 of .*machines\.csv/)
  }
})
