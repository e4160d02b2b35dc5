import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  formatManifestLine,
  type ManifestRow,
  parseManifestLine,
  readManifest,
  writeManifest,
} from '../../src/index.ts'
import { temporaryFolder, write } from '../temporary-folder.ts'

const row: ManifestRow = {
  imageId: '10',
  patientId: '2',
  status: 'ok',
  method: 'threshold',
  reason: '',
  score: 0.8123,
  placement: {
    box: { x: 1, y: 2, width: 3, height: 4 },
    scaleX: -0.25,
    scaleY: 0.25098,
    padX: 31.5,
    padY: 0,
  },
  frame: { height: 4096, width: 3328 },
  warnings: ['identifier:PatientName', 'view:unknown'],
  side: 'L',
  laterality: 'L',
  view: 'MLO',
  seconds: 0.25,
  source: 'train_images/2/10.dcm',
  file: 'images/2/10.png',
  sourceSha256: 'ab'.repeat(32),
  imageSha256: 'cd'.repeat(32),
  sourceState: { sizeBytes: 27_000_123, modified: '2026-11-30T08:09:10.123Z' },
  preprocessHash: 'cd',
}
const failed: ManifestRow = {
  ...row,
  imageId: '9',
  status: 'failed',
  method: '',
  reason: 'truncated: "a, b"\nand more',
  score: undefined,
  placement: undefined,
  frame: undefined,
  warnings: [],
  side: '',
  seconds: undefined,
  file: '',
  sourceSha256: '',
  imageSha256: '',
  sourceState: undefined,
}

test('rows come back as written, sorted by patient and image as numbers', async () => {
  const path = join(await temporaryFolder(), 'manifest.csv')
  const other = { ...row, patientId: '11', imageId: '1' }
  await writeManifest(path, [other, row, failed])
  expect(await readManifest(path)).toEqual([failed, row, other])
  const first = (await readFile(path, 'utf8')).split('\n', 1)[0]
  expect(first).toBe(
    'image_id,patient_id,status,method,reason,warnings,score,box_x,box_y,box_width,box_height,scale_x,scale_y,pad_x,pad_y,side,laterality,view,seconds,source,file,source_sha256,image_sha256,preprocess_hash,rows,columns,source_bytes,source_modified',
  )
})

test('a manifest of an earlier version has no size of the image in its file, and none of the file', async () => {
  const path = join(await temporaryFolder(), 'manifest.csv')
  await writeManifest(path, [row])
  const lines = (await readFile(path, 'utf8')).split('\n').map((line) => line.split(',').slice(0, -4).join())
  await write(path, lines.join('\n'))
  expect(await readManifest(path)).toEqual([{ ...row, frame: undefined, sourceState: undefined }])
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

test('an image that is ok has a file, a place and a hash: a row without one of them is an error with its line', async () => {
  const path = join(await temporaryFolder(), 'manifest.csv')
  for (const lack of [{ imageSha256: '' }, { placement: undefined }, { file: '' }]) {
    await writeManifest(path, [{ ...row, ...lack }])
    await expect(readManifest(path)).rejects.toMatchObject({ code: 'bad-value', details: { line: 2 } })
  }
  await writeManifest(path, [{ ...row, imageSha256: 'cd' }])
  await expect(readManifest(path)).rejects.toThrow('Expected a SHA-256 or nothing for image_sha256')
})

test('a manifest of an earlier version is refused with the command that brings it up to date', async () => {
  const path = join(await temporaryFolder(), 'manifest.csv')
  const columns =
    'image_id,patient_id,status,method,reason,score,box_x,box_y,box_width,box_height,side,laterality,view,seconds,source,file,source_sha256,preprocess_hash'
  await write(path, `${columns}\n10,2,ok,threshold,,0.8123,1,2,3,4,L,L,MLO,0.25,a.dcm,a.png,ab,cd\n`)
  await expect(readManifest(path)).rejects.toMatchObject({ code: 'outdated-manifest', details: { column: 'warnings' } })
  await expect(readManifest(path)).rejects.toThrow('mammokit-trainer extract-rois')
  await write(path, 'image_id,patient_id\n10,2\n')
  await expect(readManifest(path)).rejects.toMatchObject({ code: 'missing-column', details: { column: 'status' } })
})

test('a line of the journal comes back as written, and is nothing where it is torn or no row', () => {
  const line = formatManifestLine(failed)
  expect(line).not.toContain('\n')
  expect(parseManifestLine(line)).toEqual(failed)
  expect(parseManifestLine(formatManifestLine(row))).toEqual(row)
  const { source_bytes, source_modified, ...earlier } = JSON.parse(formatManifestLine(row)) as Record<string, string>
  expect(parseManifestLine(JSON.stringify(earlier))).toEqual({ ...row, sourceState: undefined })
  for (const bad of [line.slice(0, -9), '', 'null', '{}', JSON.stringify(row)])
    expect(parseManifestLine(bad)).toBeUndefined()
})
