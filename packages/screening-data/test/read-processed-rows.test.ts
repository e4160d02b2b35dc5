import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  dataPaths,
  describeLeftOut,
  type ManifestRow,
  openProcessedRows,
  parseTrainCsv,
  processedFile,
  readProcessedRows,
  type Subset,
  writeManifest,
  writeSplitsCsv,
} from '../src/index.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** A data folder of four patients with two images each: two for training, one for each other subset. */
async function dataFolder(
  change: (row: ManifestRow) => ManifestRow | undefined = (row) => row,
  changeSplits = (text: string) => text,
): Promise<string> {
  const data = await temporaryFolder()
  const subsets: Subset[] = ['train', 'train', 'val', 'test']
  const ids = [0, 1, 2, 3, 4, 5, 6, 7].map((image) => ({ patientId: `${1 + (image >> 1)}`, imageId: `${10 + image}` }))
  const lines = ids.map(({ patientId, imageId }, i) => `${patientId},${imageId},${'LR'[i % 2]},CC,${i % 2}`)
  const rows = parseTrainCsv(['patient_id,image_id,laterality,view,cancer', ...lines].join('\n'))
  await writeSplitsCsv(
    dataPaths(data).splits,
    rows.map((row, i) => ({ ...row, subset: subsets[i >> 1], fold: null })),
  )
  const manifest = ids.map((id): ManifestRow => {
    const image = { ...id, status: 'ok', method: 'yolov5', reason: '', warnings: [], score: 1, side: 'L' } as const
    const box = { x: 0, y: 0, width: 100, height: 200 }
    const placement = { box, scaleX: 1, scaleY: 1, padX: 0, padY: 0 }
    const origin = {
      laterality: 'L',
      view: 'CC',
      seconds: undefined,
      source: 'x.dcm',
      sourceSha256: id.imageId.repeat(32),
    }
    const images = { file: processedFile(id), imageSha256: id.imageId.repeat(32) }
    return { ...image, placement, ...origin, ...images, preprocessHash: 'cd' }
  })
  await writeManifest(
    dataPaths(data).manifest,
    manifest.flatMap((row) => change(row) ?? []),
  )
  const splits = await readFile(dataPaths(data).splits, 'utf8')
  await writeFile(dataPaths(data).splits, changeSplits(splits))
  return data
}

test('joins each row with its file, in the order of splits.csv, with the hash of splits.csv', async () => {
  const data = await dataFolder()
  const { rows, leftOut, splitsSha256 } = await readProcessedRows(data)
  expect(rows.map(({ imageId }) => imageId)).toEqual(['10', '11', '12', '13', '14', '15', '16', '17'])
  expect(rows[2]).toMatchObject({
    patientId: '2',
    cancer: 0,
    subset: 'train',
    file: join(data, 'processed/images/2/12.png'),
    sha256: '12'.repeat(32),
  })
  expect(leftOut).toEqual([])
  expect(splitsSha256).toBe(
    createHash('sha256')
      .update(await readFile(dataPaths(data).splits))
      .digest('hex'),
  )
})

test('takes the subsets asked for', async () => {
  const { rows } = await readProcessedRows(await dataFolder(), { subsets: ['val', 'test'] })
  expect(rows.map(({ imageId }) => imageId)).toEqual(['14', '15', '16', '17'])
})

test('says which rows are left out, why, and their share', async () => {
  const data = await dataFolder((row) => {
    if (row.imageId === '11') return undefined
    return row.imageId === '16' ? { ...row, status: 'failed', reason: 'truncated file', file: '' } : row
  })
  const { rows, leftOut } = await readProcessedRows(data, { maxLeftOut: 0.3 })
  expect(rows).toHaveLength(6)
  expect(leftOut.map(({ row, reason, detail }) => [row.imageId, row.subset, reason, detail])).toEqual([
    ['11', 'train', 'not-in-manifest', ''],
    ['16', 'test', 'failed', 'truncated file'],
  ])
  expect(describeLeftOut(leftOut, 8)).toBe(
    '2 of 8 images (25.0 %) left out: 1 failed in extract-rois (16: truncated file), 1 not in manifest.csv (11)',
  )
})

test('refuses to leave out more than a tenth of the rows of the subsets asked for, unless told to', async () => {
  const data = await dataFolder((row) => (row.imageId === '17' ? undefined : row))
  await expect(readProcessedRows(data)).rejects.toMatchObject({
    code: 'too-many-left-out',
    message: expect.stringMatching(
      /at least 90 % of the rows but received 1 of 8 images \(12.5 %\) left out: 1 not in/,
    ),
  })
  expect((await readProcessedRows(data, { subsets: ['train', 'val'] })).leftOut).toEqual([])
  expect((await readProcessedRows(data, { maxLeftOut: 1 })).leftOut).toHaveLength(1)
  await expect(readProcessedRows(data, { maxLeftOut: 10 })).rejects.toThrow(/from 0 to 1 for maxLeftOut/)
})

test('names an id that a spreadsheet rewrote, in the subsets not asked for too', async () => {
  const mangled = await dataFolder(undefined, (text) => text.replace('4,17,', '4,17.0,'))
  await expect(readProcessedRows(mangled, { subsets: ['train'] })).rejects.toMatchObject({
    code: 'mangled-ids',
    message: expect.stringContaining('received 17.0: it became a decimal number'),
  })
  const exponent = await dataFolder(undefined, (text) => text.replace('4,17,', '4,1.7E+01,'))
  await expect(readProcessedRows(exponent)).rejects.toThrow(
    /an id as it was before a spreadsheet .* received "1.7E\+01" on line 9/,
  )
})

test('names an image that is of another patient in the manifest', async () => {
  const data = await dataFolder(undefined, (text) => text.replace('4,17,', '44,17,').replace('4,16,', '44,16,'))
  await expect(readProcessedRows(data)).rejects.toThrow(/Expected patient 4 \(.*\) for image 16 but received 44 \(/)
})

test('refuses a patient, or a copy of an image, in two subsets', async () => {
  const moved = await dataFolder(undefined, (text) => text.replace('1,11,R,CC,1,train', '1,11,R,CC,1,val'))
  await expect(readProcessedRows(moved, { subsets: ['test'] })).rejects.toMatchObject({ code: 'group-overlap' })
  const copied = await dataFolder((row) => (row.imageId === '17' ? { ...row, sourceSha256: '10'.repeat(32) } : row))
  await expect(readProcessedRows(copied)).rejects.toMatchObject({
    code: 'duplicate-hash',
    message: expect.stringContaining('received train and test (images 10, 17). Split again'),
  })
})

test('names both hashes and the image where the preprocessing is another, in the subsets asked for', async () => {
  const data = await dataFolder((row) => (row.imageId === '14' ? { ...row, preprocessHash: 'ef' } : row))
  const expected = { preprocessHash: 'cd', owner: 'this configuration' }
  await expect(readProcessedRows(data, { expected })).rejects.toThrow(
    /preprocess hash cd \(this configuration\) but received ef \(.*manifest.csv, image 14\)/,
  )
  expect((await readProcessedRows(data, { expected, subsets: ['train'] })).rows).toHaveLength(4)
})

test('says which command writes a file that is missing', async () => {
  await expect(readProcessedRows(await temporaryFolder())).rejects.toThrow(/splits.csv .*mammokit-trainer split/)
})

test('a row is the same one in every subset that has it, and joined once', async () => {
  const opened = await openProcessedRows(await dataFolder())
  const { rows: val } = opened.rowsOf({ subsets: ['val'] })
  const { rows: all } = opened.rowsOf()
  expect(val.map((row) => all.indexOf(row))).toEqual([4, 5])
  expect(all).toHaveLength(8)
})
