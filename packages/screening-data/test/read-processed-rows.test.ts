import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  dataPaths,
  type ManifestRow,
  parseTrainCsv,
  processedFile,
  readProcessedRows,
  type Subset,
  writeManifest,
  writeSplitsCsv,
} from '../src/index.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** A data folder of four patients with two images each: two for training, one for each other subset. */
async function dataFolder(change: (row: ManifestRow) => ManifestRow | undefined = (row) => row): Promise<string> {
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
    const origin = { laterality: 'L', view: 'CC', seconds: undefined, source: 'x.dcm', sourceSha256: 'ab'.repeat(32) }
    const imageSha256 = id.imageId.repeat(32)
    return { ...image, placement, ...origin, file: processedFile(id), imageSha256, preprocessHash: 'cd' }
  })
  await writeManifest(
    dataPaths(data).manifest,
    manifest.flatMap((row) => change(row) ?? []),
  )
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

test('says which rows are left out and why', async () => {
  const data = await dataFolder((row) => {
    if (row.imageId === '11') return undefined
    return row.imageId === '16' ? { ...row, status: 'failed', file: '' } : row
  })
  const { rows, leftOut } = await readProcessedRows(data)
  expect(rows).toHaveLength(6)
  expect(leftOut.map(({ row, reason }) => [row.imageId, row.subset, reason])).toEqual([
    ['11', 'train', 'not-in-manifest'],
    ['16', 'test', 'failed'],
  ])
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
