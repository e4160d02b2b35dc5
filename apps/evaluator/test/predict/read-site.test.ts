import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { extractRois } from '@mammokit/mammogram-dataset'
import { writePhantomDataset } from '@mammokit/mammogram-phantom'
import { readRunConfig } from '@mammokit/training-run'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readSite } from '../../src/predict/read-site.ts'
import { makeTinyRun, type TinyRun, tinyImage } from '../tiny-run.ts'

let tiny: TinyRun
let site: string
beforeAll(async () => {
  tiny = await makeTinyRun()
  site = join(tiny.data, '..', 'site')
  await writePhantomDataset({ outputDir: join(site, 'raw'), patients: 3, seed: 99, height: 160, workers: 1 })
  await extractRois({
    dataDir: site,
    options: { height: tinyImage.height, width: tinyImage.width },
    workers: 1,
  })
})
afterAll(() => tiny.remove())

const read = async (options: { site?: string; data?: string[]; unrelatedIds?: boolean }) =>
  readSite({ site, data: tiny.data, maxLeftOut: 0.1, unrelatedIds: false, ...options }, await readRunConfig(tiny.run))

test('takes every labeled image of another place', async () => {
  const { rows } = await read({})
  expect(new Set(rows.map(({ patientId }) => patientId)).size).toBe(3)
  expect(rows.every(({ subset }) => subset === 'test')).toBe(true)
})

/** Gives the patients of a data folder other ids, in the table and in the manifest. */
function rename(data: string, idOf: (patientId: string) => string): void {
  const ids = new Set(readFileSync(join(data, 'processed', 'manifest.csv'), 'utf8').match(/images\/[^/]+/g))
  for (const file of [join(data, 'raw', 'train.csv'), join(data, 'processed', 'manifest.csv')]) {
    let text = readFileSync(file, 'utf8')
    for (const id of [...ids].map((path) => path.slice('images/'.length))) text = text.replaceAll(id, idOf(id))
    writeFileSync(file, text)
  }
}

test("refuses the run's own images, under whatever ids", async () => {
  const copy = tiny.copy().data
  rename(copy, (id) => `A${id}`)
  await expect(read({ site: copy, unrelatedIds: true })).rejects.toMatchObject({ code: 'patients-seen' })
})

test('refuses patients whose ids the run knows, unless they are said to be others', async () => {
  const { rows } = await read({})
  const known = readFileSync(join(tiny.data, 'processed', 'manifest.csv'), 'utf8').match(/images\/([^/]+)/)![1]!
  rename(site, (id) => (id === rows[0]!.patientId ? known : id))
  await expect(read({})).rejects.toMatchObject({
    code: 'patients-seen',
    message: expect.stringMatching(/--unrelated-ids/),
    details: { patients: [known] },
  })
  expect((await read({ unrelatedIds: true })).rows).toHaveLength(rows.length)
  // Of several folders the ids that the run has are `<set>/<id>`.
  const second = join(tiny.data, '..', 'second')
  cpSync(tiny.data, second, { recursive: true })
  const several = [tiny.data, second]
  await expect(read({ data: several })).rejects.toMatchObject({ details: { patients: [known] } })
  expect((await read({ data: several, unrelatedIds: true })).rows).toHaveLength(rows.length)
})
