import { existsSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import {
  dataPaths,
  readProcessedRows,
  readScreeningRows,
  splitRows,
  writeManifest,
  writeSplitsCsv,
} from '../../src/index.ts'
import { temporaryFolder, write } from '../temporary-folder.ts'

let data: string
const lines = Array.from(
  { length: 40 },
  (_, at) => `${10 + (at >> 1)},${100 + at},L,${at % 2 ? 'MLO' : 'CC'},${at % 8 < 2 ? 1 : 0}`,
)

beforeEach(async () => {
  data = await temporaryFolder()
  await write(join(data, 'raw/train.csv'), ['patient_id,image_id,laterality,view,cancer', ...lines, ''].join('\n'))
})

const list = (name: string, ...rows: string[]) => write(join(data, 'raw', name), `${rows.join('\n')}\n`)
const exclude = () => list('exclusions.csv', 'image_id,reason', '103,implant')

/** What split and extract-rois leave. */
async function prepare(): Promise<void> {
  const { rows, adjustments } = await readScreeningRows(data)
  await writeSplitsCsv(dataPaths(data).splits, splitRows(rows, { seed: 1, folds: 2 }), adjustments)
  const placement = { box: { x: 0, y: 0, width: 9, height: 9 }, scaleX: 1, scaleY: 1, padX: 0, padY: 0 }
  const made = { status: 'ok', method: 'yolov5', reason: '', warnings: [], side: 'L', placement, score: 1 } as const
  const hashes = { sourceSha256: '', imageSha256: 'ab'.repeat(32), preprocessHash: 'ab' }
  const manifest = rows.map((row) => ({
    ...row,
    ...made,
    ...hashes,
    seconds: 1,
    source: 'x',
    file: `${row.imageId}.png`,
  }))
  await writeManifest(dataPaths(data).manifest, manifest)
}

const record = () => join(data, 'processed/splits.json')

test('without lists there is no record, and the hash is that of splits.csv alone', async () => {
  await prepare()
  expect(existsSync(record())).toBe(false)
  const { adjustments } = await readProcessedRows(data)
  expect(adjustments).toMatchObject({ excluded: [], corrected: [] })
})

test('what was excluded and corrected reaches the readers of the split, and is part of its hash', async () => {
  await exclude()
  await list('corrections.csv', 'image_id,column,was,value,reason', '104,cancer,0,1,biopsy')
  await prepare()
  const { rows, leftOut, adjustments, splitsSha256 } = await readProcessedRows(data)
  expect([rows.length, leftOut.length]).toEqual([39, 0])
  expect(adjustments.excluded).toEqual([{ reason: 'implant', images: 1, patients: 1 }])
  expect(adjustments.corrected).toEqual([{ column: 'cancer', reason: 'biopsy', images: 1 }])

  await write(record(), (await readFile(record(), 'utf8')).replace('implant', 'magnification'))
  expect((await readProcessedRows(data)).splitsSha256).not.toBe(splitsSha256)
})

test.each([
  ['the list of exclusions', () => list('exclusions.csv', 'image_id,reason', '105,implant')],
  ['a reason in it', () => list('exclusions.csv', 'image_id,reason', '103,blurred')],
  ['a list of corrections that is new', () => list('corrections.csv', 'image_id,column,was,value,reason')],
  ['a list that is gone', () => rm(join(data, 'raw/exclusions.csv'))],
  [
    'splits.csv itself',
    async () => write(dataPaths(data).splits, (await readFile(dataPaths(data).splits, 'utf8')).replace('\n', '\r\n')),
  ],
  ['a record that is gone', () => rm(record())],
  ['a record that is none', () => write(record(), '{}')],
])('after a change of %s the split is refused until it is made again', async (_, change) => {
  await exclude()
  await prepare()
  await readProcessedRows(data)
  await change()
  const error = { code: 'adjustments-differ', message: expect.stringContaining('Split again') }
  await expect(readProcessedRows(data)).rejects.toMatchObject(error)
  await prepare()
  await readProcessedRows(data)
})

test('a split that is made again without lists has no record any more', async () => {
  await exclude()
  await prepare()
  await rm(join(data, 'raw/exclusions.csv'))
  await prepare()
  expect(existsSync(record())).toBe(false)
  expect((await readProcessedRows(data)).rows).toHaveLength(40)
})

test('processed data that lies elsewhere without the raw data is taken at its word', async () => {
  await exclude()
  await prepare()
  await rm(join(data, 'raw'), { recursive: true })
  expect((await readProcessedRows(data)).adjustments.excluded).toHaveLength(1)
})
