import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  type DataSetImage,
  dataSetImage,
  formatSplitsCsv,
  listImages,
  parseSplitsCsv,
  readImagesCsv,
  readScreeningRows,
  writeImagesCsv,
} from '../../src/index.ts'
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
  ['image,patient,frame_height,frame_width\na.png,P,4096,\n', 'bad-value', 2],
  ['image,patient,frame_width\na.png,P,3328\n', 'bad-value', 2],
  ['image,laterality\na.png,L\n', 'missing-column', 1],
])('a bad line is an error with its number: %j', async (text, code, line) => {
  const dataDir = await temporaryFolder()
  await write(join(dataDir, 'images.csv'), text)
  await expect(listImages(dataDir)).rejects.toMatchObject({ code, ...(line > 1 && { details: { line } }) })
})

const image = (more: Partial<DataSetImage> = {}) =>
  dataSetImage({ image: 'a/1.dcm', patientId: 'P 1', imageId: 'I/1', set: 'cbis-ddsm', ...more })

const full = image({
  studyId: 'S1',
  laterality: 'R',
  view: 'MLO',
  age: 61,
  cancer: 1,
  cancerSource: 'pathology',
  density: 'C',
  birads: 4,
  machineId: 'GE 1',
  implant: false,
  lesions: [{ x: 1, y: 2.5, width: 3, height: 4, label: 'mass, "round"' }],
  subset: 'test',
  columns: { 'mass shape': '=OVAL', note: 'two\nlines', density: 'dense' },
  warnings: ['view:inferred'],
})

test('what was written is read back: every field, lesions, and cells that a spreadsheet would execute', async () => {
  const dataDir = await temporaryFolder()
  const path = join(dataDir, 'raw/images.csv')
  const other = image({ image: 'b/2.png', imageId: 'I/2', patientId: 'P2' })
  await writeImagesCsv(path, [full, other], join(dataDir, 'raw'))
  const own = { 'mass shape': '', note: '', own_density: '' }
  expect(await readImagesCsv(path)).toEqual([
    {
      ...full,
      columns: { 'mass shape': '=OVAL', note: 'two\nlines', own_density: 'dense' },
      table: 'images.csv',
      line: 2,
    },
    { ...other, columns: own, table: 'images.csv', line: 4 },
  ])
  expect(await readFile(path, 'utf8')).toContain("'=OVAL")
})

test('the path of an image below the file is relative to it, and that of any other absolute', async () => {
  const [dataDir, elsewhere] = [await temporaryFolder(), await temporaryFolder()]
  const path = join(dataDir, 'raw/images.csv')
  await writeImagesCsv(path, [image()], join(dataDir, 'raw/set'))
  expect((await readImagesCsv(path))[0]!.image).toBe('set/a/1.dcm')
  await writeImagesCsv(path, [image()], elsewhere)
  expect((await listImages(dataDir))[0]).toMatchObject({ path: join(elsewhere, 'a/1.dcm') })
})

test('its columns survive into splits.csv with safe ids; what training cannot use is left out with the reason', async () => {
  const dataDir = await temporaryFolder()
  const odd = [
    image({ imageId: 'x', image: 'x.dcm', laterality: 'L', view: 'CC' }),
    image({ imageId: 'y', image: 'y.dcm', view: 'CC', cancer: 0 }),
    image({ imageId: 'z', image: 'z.dcm', laterality: 'L', cancer: 0 }),
  ]
  await writeImagesCsv(join(dataDir, 'raw/images.csv'), [full, ...odd], join(dataDir, 'raw'))
  const { rows, leftOut } = await readScreeningRows(dataDir)
  expect(leftOut.map(({ row, reason }) => [row.imageId, reason])).toEqual([
    ['x', 'no-label'],
    ['y', 'no-laterality'],
    ['z', 'no-view'],
  ])
  const [first] = parseSplitsCsv(formatSplitsCsv(rows.map((row) => ({ ...row, subset: 'train', fold: null }))))
  expect(first).toMatchObject({ cancer: 1, machineId: 'GE 1', birads: 4, density: 'C', age: 61, implant: false })
  expect(first!.columns).toMatchObject({
    'mass shape': '=OVAL',
    own_density: 'dense',
    cancer_source: 'pathology',
    published_subset: 'test',
    set: 'cbis-ddsm',
  })
  const listed = await listImages(dataDir)
  expect([first!.patientId, first!.imageId]).toEqual([listed[0]!.patientId, listed[0]!.imageId])
  expect(first!.imageId).toMatch(/^I_1-x[0-9a-f]{16}$/)
})

test('a data set without any label is an error that says which columns training needs', async () => {
  const dataDir = await temporaryFolder()
  await write(join(dataDir, 'images.csv'), 'image,patient\na.png,P\n')
  await expect(readScreeningRows(dataDir)).rejects.toMatchObject({ code: 'no-labels' })
})

test('lesions that are no boxes are an error with the line', async () => {
  const dataDir = await temporaryFolder()
  await write(join(dataDir, 'images.csv'), 'image,patient,lesions\na.png,P,"[{""x"":1}]"\n')
  await expect(listImages(dataDir)).rejects.toMatchObject({
    code: 'bad-value',
    details: { line: 2, column: 'lesions' },
  })
})

test('the format of an image is that of its name, in any case, and none where the name has no known ending', () => {
  const formatOf = (image: string) => dataSetImage({ image, patientId: 'P', imageId: 'I', set: 'folder' }).format
  const names = ['a/1.dcm', 'a/1.DICOM', 'a.b/1.JPG', '1.tif', 'a.dcm/1', 'dcm', '1.constructor', '1.']
  expect(names.map(formatOf)).toEqual(['dicom', 'dicom', 'jpeg', 'tiff', null, null, null, null])
})
