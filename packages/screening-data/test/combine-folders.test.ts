import { cp, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import {
  dataPaths,
  type ManifestRow,
  parseTrainCsv,
  readProcessedRows,
  splitRows,
  writeManifest,
  writeSplitsCsv,
} from '../src/index.ts'
import { temporaryFolder } from './temporary-folder.ts'

let root: string

beforeEach(async () => {
  root = await temporaryFolder()
})

interface Folder {
  /** The column `set` of its rows. @default no such column */
  readonly set?: string
  readonly sourceSha256?: (image: number) => string
  readonly preprocessHash?: string
  /** Patients. @default 10 */
  readonly patients?: number
}

/** A processed data folder: patients 1, 2, ... with an image each, 1 to them all. */
async function folder(name: string, { set, sourceSha256, preprocessHash = 'ab', patients = 10 }: Folder = {}) {
  const data = join(root, name)
  const header = `patient_id,image_id,laterality,view,cancer${set === undefined ? '' : ',set'}`
  const lines = Array.from({ length: patients }, (_, at) => {
    return `${at + 1},${at + 1},L,CC,${at % 2}${set === undefined ? '' : `,${set}`}`
  })
  const rows = parseTrainCsv([header, ...lines, ''].join('\n'))
  await writeSplitsCsv(dataPaths(data).splits, splitRows(rows, { seed: 1, folds: 0, validationFraction: 0.3 }))
  const placement = { box: { x: 0, y: 0, width: 9, height: 9 }, scaleX: 1, scaleY: 1, padX: 0, padY: 0 }
  const made = { status: 'ok', method: 'yolov5', reason: '', warnings: [], side: 'L', placement, score: 1 } as const
  const manifest = rows.map(({ imageId, patientId, laterality, view }, at): ManifestRow => {
    const hashes = { sourceSha256: sourceSha256?.(at) ?? '', imageSha256: 'ab'.repeat(32), preprocessHash }
    return { imageId, patientId, laterality, view, ...made, ...hashes, seconds: 1, source: 'x', file: `${imageId}.png` }
  })
  await writeManifest(dataPaths(data).manifest, manifest)
  return data
}

test('of several folders the ids are kept apart by the name of the set, and each row says its set and its file', async () => {
  const [one, two] = [await folder('one'), await folder('two', { set: 'cmmd' })]
  const { rows } = await readProcessedRows([one, two])
  expect(rows).toHaveLength(20)
  expect(new Set(rows.map(({ imageId }) => imageId)).size).toBe(20)
  expect(rows.find(({ imageId }) => imageId === 'one/3')).toMatchObject({
    patientId: 'one/3',
    set: 'one',
    file: join(one, 'processed/3.png'),
  })
  expect(rows.find(({ imageId }) => imageId === 'cmmd/3')).toMatchObject({
    patientId: 'cmmd/3',
    set: 'cmmd',
    file: join(two, 'processed/3.png'),
  })
})

test('the order of the folders changes neither the rows nor the hash; another split of one of them does', async () => {
  const [one, two] = [await folder('one'), await folder('two')]
  const both = await readProcessedRows([one, two])
  expect(await readProcessedRows([two, one])).toEqual(both)
  const splits = dataPaths(two).splits
  await writeFile(splits, `${(await import('node:fs')).readFileSync(splits, 'utf8')}\n`)
  const other = await readProcessedRows([one, two])
  expect(other.rows).toEqual(both.rows)
  expect(other.splitsSha256).not.toBe(both.splitsSha256)
})

test('one folder, as a text or as a list of one, is what it always was: its own ids and the hash of its splits.csv', async () => {
  const one = await folder('one')
  const alone = await readProcessedRows(one)
  expect(alone.rows[0]).toMatchObject({ imageId: '1', patientId: '1', set: null })
  const { createHash } = await import('node:crypto')
  const { readFileSync } = await import('node:fs')
  expect(alone.splitsSha256).toBe(
    createHash('sha256')
      .update(readFileSync(dataPaths(one).splits))
      .digest('hex'),
  )
  expect(await readProcessedRows([one])).toEqual(alone)
})

test('a folder that was renamed is another set', async () => {
  const [one, two] = [await folder('one'), await folder('two')]
  const { splitsSha256 } = await readProcessedRows([one, two])
  await rename(two, join(root, 'three'))
  expect((await readProcessedRows([one, join(root, 'three')])).splitsSha256).not.toBe(splitsSha256)
})

test.each([
  ['one folder twice', async () => [await folder('one'), join(root, 'one')], 'received the set one in'],
  ['two folders with one name', async () => [await folder('a/data'), await folder('b/data')], 'the set data in'],
  [
    'a folder called as a set of another one',
    async () => [await folder('cmmd'), await folder('two', { set: 'cmmd' })],
    'the set cmmd in',
  ],
  [
    'one image of one set in two folders',
    async () => {
      const two = join(root, 'two')
      await cp(await folder('one', { set: 'cmmd' }), two, { recursive: true })
      return [join(root, 'one'), two]
    },
    'received image cmmd/1 in',
  ],
])('%s is refused', async (_, folders, message) => {
  await expect(readProcessedRows(await folders())).rejects.toThrow(message)
})

test('a copy of an image that is in different subsets of two sets is refused', async () => {
  const hash = (at: number) => String(at).padStart(64, '0')
  const one = await folder('one', { sourceSha256: hash })
  const two = await folder('two', { sourceSha256: (at) => hash(9 - at) })
  await expect(readProcessedRows([one, two])).rejects.toMatchObject({ code: 'duplicate-hash' })
})

test('images of other preprocessing are refused in whichever folder they are, by its manifest', async () => {
  const [one, two] = [await folder('one'), await folder('two', { preprocessHash: 'cd' })]
  const expected = { preprocessHash: 'ab', owner: 'this configuration' }
  await expect(readProcessedRows([one, two], { expected })).rejects.toThrow(dataPaths(two).manifest)
})
