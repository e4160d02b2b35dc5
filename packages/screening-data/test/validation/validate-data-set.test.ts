import { join } from 'node:path'
import type { CsvError } from '@mammokit/strict-csv'
import { expect, test } from 'vitest'
import { type FileContent, type Finding, readDataFolder, type Validation, validateDataSet } from '../../src/index.ts'
import { temporaryFolder, write } from '../temporary-folder.ts'

const trainHeader = 'patient_id,image_id,laterality,view,cancer,machine_id,density'
const listHeader = 'image,patient,laterality,view,cancer,published_subset'

/** Two patients with four images each, the second with cancer on the left. */
const eight = ['1', '2'].flatMap((patient) =>
  ['L', 'R'].flatMap((side) =>
    ['CC', 'MLO'].map((view) => [patient, side, view, Number(patient === '2' && side === 'L')] as const),
  ),
)
const trainRows = eight.map(([patient, side, view, cancer], at) => `${patient},10${at},${side},${view},${cancer},49,B`)
const listRows = eight.map(
  ([patient, side, view, cancer], at) => `${at}.png,P${patient},${side},${view},${cancer},train`,
)

interface Options {
  readonly contents?: readonly FileContent[]
  /** Files that are there beside the table. @default those of all rows */
  readonly files?: readonly string[]
}

const filesOf = (rows: readonly string[], prefix = '') =>
  rows.map((row) => row.split(',')).map(([patient, image]) => `train_images/${patient}/${prefix}${image}.dcm`)

async function validateTrain(rows: readonly string[], options: Options = {}): Promise<Validation> {
  return validate('train.csv', [trainHeader, ...rows], { files: filesOf(rows), ...options })
}

async function validateList(rows: readonly string[], options: Options = {}): Promise<Validation> {
  return validate('images.csv', [listHeader, ...rows], { files: rows.map((row) => row.split(',')[0]!), ...options })
}

async function validate(table: string, lines: readonly string[], { files = [], contents }: Options) {
  const data = await temporaryFolder()
  await write(join(data, 'raw', table), `${lines.join('\n')}\n`)
  for (const file of files) await write(join(data, 'raw', file), 'a file')
  const faults: CsvError[] = []
  const dataSet = await readDataFolder(data, { onFault: (fault) => faults.push(fault) })
  return validateDataSet(dataSet, { faults, ...(contents && { contents }) })
}

const found = ({ findings }: Validation, code: Finding['code']) => findings.find((finding) => finding.code === code)

test('a set without faults has counts and no findings', async () => {
  const validation = await validateTrain(trainRows)
  expect(validation).toMatchObject({ set: 'rsna', images: 8, breasts: 4, patients: 2, cancers: 1, findings: [] })
  expect(validation.counts.map(({ column }) => column)).toEqual(['class', 'side', 'view', 'machine', 'density'])
  expect(validation.counts[0]!.groups).toEqual([
    { value: 'no cancer', images: 6, breasts: 3, patients: 2, cancers: 0 },
    { value: 'cancer', images: 2, breasts: 1, patients: 1, cancers: 1 },
  ])
  expect(validation.counts[3]!.groups).toEqual([{ value: '49', images: 8, breasts: 4, patients: 2, cancers: 1 }])
})

test('what a column does not say of an image is counted as unknown, last', async () => {
  const { counts } = await validateTrain(trainRows.map((row, at) => (at < 6 ? row.replace('49,B', ',') : row)))
  expect(counts[3]!.groups.map(({ value, images }) => [value, images])).toEqual([
    ['49', 2],
    ['unknown', 6],
  ])
})

test('patients in two published subsets are named, with both', async () => {
  const validation = await validateList(listRows.with(5, '5.png,P2,L,MLO,1,test'))
  const items = ['patient P2: test and train']
  expect(found(validation, 'published-overlap')).toMatchObject({ severity: 'error', count: 1, items })
  expect(validation.counts.find(({ column }) => column === 'published subset')!.groups).toHaveLength(2)
})

test('a breast with images of both labels is an error that names two images', async () => {
  const validation = await validateTrain(trainRows.with(1, '1,101,L,MLO,1,49,B'))
  const items = ['patient 1 L: cancer 0 for image 100, 1 for 101']
  expect(found(validation, 'contradictory-label')).toMatchObject({ severity: 'error', items })
})

test('a set of one kind, and one without labels, cannot be trained on', async () => {
  const oneKind = await validateTrain(trainRows.slice(0, 4))
  expect(found(oneKind, 'one-class')).toMatchObject({ severity: 'error', message: 'No image with cancer.' })
  const unlabeled = await validateList(listRows.map((row) => row.replace(/,[01],/, ',,')))
  expect(found(unlabeled, 'no-labels')).toMatchObject({ severity: 'error' })
  expect(found(unlabeled, 'no-label')).toMatchObject({ severity: 'warning', count: 8 })
})

test('images without side, view or label are named with their line', async () => {
  const rows = ['9.png,P3,,CC,0,train', '10.png,P3,R,,0,train', '11.png,P3,L,CC,,train']
  const validation = await validateList([...listRows, ...rows])
  expect(found(validation, 'no-side')!.items).toEqual(['image 9 (line 10 of images.csv)'])
  expect(found(validation, 'no-view')!.items).toEqual(['image 10 (line 11 of images.csv)'])
  expect(found(validation, 'no-label')!.items).toEqual(['image 11 (line 12 of images.csv)'])
})

test('breasts that lack a CC or an MLO say which', async () => {
  const validation = await validateTrain([...trainRows.slice(1), '3,300,L,ML,0,49,B'])
  const items = ['patient 1 L: no CC', 'patient 3 L: no CC and no MLO']
  expect(found(validation, 'view-missing')).toMatchObject({ severity: 'warning', items })
})

test('rows without a file are a warning, and an error above the share that training may leave out', async () => {
  const rows = Array.from({ length: 20 }, (_, at) => `${at},${900 + at},L,CC,${at % 2},49,B`)
  const few = await validateTrain(rows, { files: filesOf(rows).slice(2) })
  expect(found(few, 'image-missing')).toMatchObject({ severity: 'warning', count: 2 })
  expect(found(few, 'image-missing')!.items[0]).toBe('image 900 (line 2 of train.csv): no file train_images/0/900.dcm')
  const many = await validateTrain(rows, { files: filesOf(rows).slice(3) })
  expect(found(many, 'image-missing')).toMatchObject({ severity: 'error', count: 3 })
})

test('files that no row is about are named, in both layouts; those of test.csv and other kinds are not', async () => {
  const more = ['train_images/1/999.dcm', 'train_images/notes.txt', 'test_images/1/1.dcm']
  const train = await validateTrain(trainRows, { files: [...filesOf(trainRows), ...more] })
  expect(found(train, 'row-missing')!.items).toEqual(['No row of train.csv speaks of train_images/1/999.dcm'])
  const list = await validateList(listRows, { files: ['0.png', 'more/x.JPG', 'readme.md'] })
  expect(found(list, 'row-missing')!.items).toEqual(['No row of images.csv speaks of more/x.JPG'])
})

test('ids that a spreadsheet rewrote are found by the files that have them as they were, and by their look', async () => {
  const lost = await validateTrain(trainRows, { files: filesOf(trainRows, '00') })
  expect(found(lost, 'mangled-id')).toMatchObject({ severity: 'error', count: 8 })
  expect(found(lost, 'mangled-id')!.items[0]).toBe('image 100 is 00100: its leading zeros were lost or added')
  const list = await validateList(listRows.with(3, '3.png,6.7E+08,R,MLO,0,train'))
  expect(found(list, 'mangled-id')!.items).toEqual([
    'image 3 (line 5 of images.csv): 6.7E+08 is a number as a spreadsheet writes it',
  ])
})

test('all bad and repeated rows are listed, not only the first', async () => {
  const bad = ['3,6.7E+08,L,CC,0,49,B', '3,300,L,CC,maybe,49,B', trainRows[0]!]
  const validation = await validateTrain([...trainRows, ...bad])
  expect(found(validation, 'bad-row')).toMatchObject({ severity: 'error', count: 3 })
  expect(found(validation, 'bad-row')!.items.map((item) => /on line (\d+)/.exec(item)![1])).toEqual(['10', '11', '2'])
  expect(validation.images).toBe(8)
})

test('copies are a warning, and an error with different labels or in different published subsets', async () => {
  const copy = (image: string): FileContent => ({ image, sha256: 'ab'.repeat(32) })
  const plain = await validateList(listRows, { contents: [copy('0.png'), { image: '1.png' }, copy('2.png')] })
  expect(found(plain, 'duplicate-content')).toMatchObject({ severity: 'warning', items: ['0.png = 2.png'] })
  const labels = await validateList(listRows, { contents: [copy('0.png'), copy('4.png')] })
  expect(found(labels, 'duplicate-content')).toMatchObject({
    severity: 'error',
    items: ['0.png = 4.png, of different patients, with different labels'],
  })
  const other = listRows.with(6, '6.png,P2,R,CC,0,test')
  const subsets = await validateList(other, { contents: [copy('0.png'), copy('6.png')] })
  expect(found(subsets, 'duplicate-content')).toMatchObject({
    severity: 'error',
    items: ['0.png = 6.png, of different patients, in different published subsets'],
  })
})

test('unreadable files and headers that contradict the table are named', async () => {
  const contents: FileContent[] = [
    { image: 'train_images/1/100.dcm', error: 'truncated: Pixel Data is truncated.' },
    { image: 'train_images/1/101.dcm', laterality: 'R', view: 'CC' },
    { image: 'train_images/1/102.dcm', laterality: 'R', view: 'CC' },
  ]
  const validation = await validateTrain(trainRows, { contents })
  expect(found(validation, 'unreadable-file')!.items).toEqual([
    'train_images/1/100.dcm: truncated: Pixel Data is truncated.',
  ])
  expect(found(validation, 'header-differs')!.items).toEqual([
    'image 101 (line 3 of train.csv): L, in the header R; MLO, in the header CC',
  ])
})

test('errors come first', async () => {
  const rows = [...trainRows.with(1, '1,101,L,MLO,1,49,B'), '3,300,L,CC,0,49,B']
  const { findings } = await validateTrain(rows)
  expect(findings.map(({ severity }) => severity)).toEqual(['error', 'warning'])
})
