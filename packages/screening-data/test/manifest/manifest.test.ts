import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type ManifestRow, readManifest, writeManifest } from '../../src/index.ts'
import { temporaryFolder, write } from '../temporary-folder.ts'

const row: ManifestRow = {
  imageId: '10',
  patientId: '2',
  status: 'ok',
  method: 'threshold',
  reason: '',
  score: 0.8123,
  box: { x: 1, y: 2, width: 3, height: 4 },
  side: 'L',
  laterality: 'L',
  view: 'MLO',
  seconds: 0.25,
  source: 'train_images/2/10.dcm',
  file: 'images/2/10.png',
  sourceSha256: 'ab',
  preprocessHash: 'cd',
}
const failed: ManifestRow = {
  ...row,
  imageId: '9',
  status: 'failed',
  method: '',
  reason: 'truncated: "a, b"\nand more',
  score: undefined,
  box: undefined,
  side: '',
  seconds: undefined,
  file: '',
}

test('rows come back as written, sorted by patient and image as numbers', async () => {
  const path = join(await temporaryFolder(), 'manifest.csv')
  const other = { ...row, patientId: '11', imageId: '1' }
  await writeManifest(path, [other, row, failed])
  expect(await readManifest(path)).toEqual([failed, row, other])
  const first = (await readFile(path, 'utf8')).split('\n', 1)[0]
  expect(first).toBe(
    'image_id,patient_id,status,method,reason,score,box_x,box_y,box_width,box_height,side,laterality,view,seconds,source,file,source_sha256,preprocess_hash',
  )
})

test('a bad row is an error with its line; a missing file too', async () => {
  const path = join(await temporaryFolder(), 'manifest.csv')
  await writeManifest(path, [row])
  await write(path, (await readFile(path, 'utf8')).replace('threshold', 'guess'))
  await expect(readManifest(path)).rejects.toMatchObject({ code: 'bad-value', details: { line: 2, column: 'method' } })
  await expect(readManifest(`${path}.x`)).rejects.toThrow(/Expected a file .*\.x .*extract-rois/)
})

test('a manifest of no images, such as a small shard, has its header only', async () => {
  const path = join(await temporaryFolder(), 'manifest.csv')
  await writeManifest(path, [])
  expect(await readManifest(path)).toEqual([])
})
