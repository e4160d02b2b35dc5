/** Images of earlier runs whose file or row of the table is another one now. */
import { readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type ManifestRow, readManifest, writeManifest } from '@mammokit/screening-data'
import { expect, test } from 'vitest'
import { dicomFile } from '../../../mammogram-preprocess/test/dicom-file.ts'
import { extractRois } from '../../src/index.ts'
import { hashes, rsnaDataSet, temporaryFolder, write } from '../data-set.ts'

const options = { height: 64, width: 32 }

/** Four images that are made, and what makes and reads them again. */
async function madeDataSet() {
  const { dataDir, outputDir } = await rsnaDataSet(4)
  const compared: number[] = []
  const onCompare = ({ done }: { done: number }) => compared.push(done)
  const run = () => extractRois({ dataDir, options, workers: 1, recordSeconds: false, onCompare })
  await run()
  return {
    outputDir,
    manifest: join(outputDir, 'manifest.csv'),
    table: join(dataDir, 'raw/train.csv'),
    source: (imageId: string, patientId = '100') => join(dataDir, `raw/train_images/${patientId}/${imageId}.dcm`),
    run,
    rows: () => readManifest(join(outputDir, 'manifest.csv')),
    compared,
  }
}

test('an image is made again once its file was replaced, by one of another size or of another content', async () => {
  const { source, run, rows } = await madeDataSet()
  const before = await rows()
  const { size } = await stat(source('9000'))
  const other = dicomFile({ seed: 77 })
  expect(other).toHaveLength(size)
  await write(source('9000'), other)
  await write(source('9001'), dicomFile({ seed: 78, elements: { '00080070 LO': 'Another Vendor' } }))
  expect(await run()).toMatchObject({ ok: 4, skipped: 2 })
  const after = await rows()
  for (const at of [0, 1]) {
    expect(after[at]!.sourceSha256).not.toBe(before[at]!.sourceSha256)
    expect(after[at]!.imageSha256).not.toBe(before[at]!.imageSha256)
  }
  expect(after.slice(2)).toEqual(before.slice(2))
  expect(await run()).toMatchObject({ ok: 4, skipped: 4 })
})

test('a file that was written again with the same content is hashed once, and its image stays', async () => {
  const { source, run, rows, compared } = await madeDataSet()
  const [before] = await rows()
  await utimes(source('9000'), 1e9, 1e9)
  expect(await run()).toMatchObject({ skipped: 4 })
  expect(compared).toEqual([1])
  expect(await run()).toMatchObject({ skipped: 4 })
  expect(compared).toEqual([1])
  const [after] = await rows()
  const sourceState = { sizeBytes: (await stat(source('9000'))).size, modified: '2001-09-09T01:46:40.000Z' }
  expect(after).toEqual({ ...before, sourceState })
})

test('an image whose file is gone, or whose row says nothing of the file, as in a manifest of an earlier version, counts as made', async () => {
  const { source, run, rows, manifest, compared } = await madeDataSet()
  await rm(source('9000'))
  await writeManifest(
    manifest,
    (await rows()).map((row) => (row.imageId === '9001' ? { ...row, sourceState: undefined } : row)),
  )
  await utimes(source('9001'), 1e9, 1e9)
  expect(await run()).toMatchObject({ ok: 4, skipped: 4 })
  expect(compared).toEqual([])
})

test('a corrected patient reaches the manifest: the image is made under the new one', async () => {
  const { table, source, run, rows, outputDir } = await madeDataSet()
  const [before] = await rows()
  await write(source('9000', '200'), '')
  await rename(source('9000'), source('9000', '200'))
  await writeFile(table, (await readFile(table, 'utf8')).replace('1,100,9000,', '1,200,9000,'))
  expect(await run()).toMatchObject({ ok: 4, skipped: 3 })
  const after = (await rows()).find(({ imageId }) => imageId === '9000')!
  const moved = { patientId: '200', source: 'train_images/200/9000.dcm', file: 'images/200/9000.png' }
  expect(after).toEqual({ ...before, ...moved })
  expect((await hashes(outputDir))[after.file]).toBe(before!.imageSha256)
})

test('a corrected side or view reaches the manifest without the image being made', async () => {
  const { table, run, rows } = await madeDataSet()
  const before = await rows()
  await writeFile(table, (await readFile(table, 'utf8')).replace('9000,L,CC', '9000,R,MLO'))
  expect(await run()).toMatchObject({ ok: 4, skipped: 4 })
  expect(await rows()).toEqual([{ ...before[0], laterality: 'R', view: 'MLO' }, ...before.slice(1)])
})

test('warnings that a table takes back are gone from the manifest', async () => {
  const dataDir = await temporaryFolder()
  await write(join(dataDir, 'one.dcm'), dicomFile({ patientId: '', sopInstanceUid: '1.2.3', laterality: 'R' }))
  await write(join(dataDir, 'images.csv'), 'image,image_id,patient,laterality,view\none.dcm,1,P,R,CC\n')
  const run = () => extractRois({ dataDir, options, workers: 1 })
  const row = async () => (await readManifest(join(dataDir, 'processed/manifest.csv')))[0] as ManifestRow
  await run()
  const before = await row()
  const manifest = join(dataDir, 'processed/manifest.csv')
  await writeManifest(manifest, [{ ...before, warnings: ['patient:from-study', ...before.warnings] }])
  expect(await run()).toMatchObject({ skipped: 1 })
  expect(await row()).toEqual(before)
  // The header may have said this one: only the file tells.
  await writeManifest(manifest, [{ ...before, view: 'MLO', warnings: ['view:unknown', ...before.warnings] }])
  expect(await run()).toMatchObject({ skipped: 0, ok: 1 })
  expect({ ...(await row()), seconds: 0 }).toEqual({ ...before, seconds: 0 })
})
