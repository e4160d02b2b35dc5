import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { extractRois } from '@mammokit/mammogram-dataset'
import { writePhantomDataset } from '@mammokit/mammogram-phantom'
import { aggregateByBreast, pfBeta, rocAuc } from '@mammokit/pf1-metric'
import { readPredictions, readSelection, type TestResult, writePredictions } from '@mammokit/training-run'
import { afterAll, beforeAll, expect, test as it } from 'vitest'
import { predict, report, select, test } from '../../src/index.ts'
import { identitySplit } from '../site/identity-split.ts'
import { makeTinyRun, type TinyRun, tinyImage } from '../tiny-run.ts'

const fast = { threads: 1, workers: 1, resamples: 20 }

let tiny: TinyRun
let clinic: string
let result: TestResult
let internal: string
beforeAll(async () => {
  tiny = await makeTinyRun()
  const { run, data } = tiny
  await predict({ data, run, threads: 1, workers: 1 })
  await select({ data, run, resamples: 20 })
  await test({ data, run, ...fast })
  internal = readFileSync(join(run, 'test.json'), 'utf8')
  clinic = join(dirname(data), 'clinic')
  const raw = join(clinic, 'raw')
  await writePhantomDataset({ outputDir: raw, patients: 8, prevalence: 0.5, seed: 99, height: 160, workers: 1 })
  const options = { height: tinyImage.height, width: tinyImage.width }
  await extractRois({ dataDir: clinic, options, workers: 1 })
  result = await test({ data, run, external: clinic, ...fast })
})
afterAll(() => tiny.remove())

it('has the figures of all cases of the folder, as predict scores them in a run that was split so', async () => {
  const { run, data } = await identitySplit(tiny, clinic)
  const { epoch, threshold } = await readSelection(run)
  await predict({ run, data, subset: 'test', epoch, threads: 1, workers: 1 })
  const breasts = aggregateByBreast((await readPredictions(run, 'test', epoch)).images)
  const targets = breasts.map(({ target }) => target)
  const probabilities = breasts.map(({ probability }) => probability)
  expect(result).toMatchObject({ patients: 8, breasts: breasts.length, threshold, subset: 'test' })
  expect(result.positives).toBe(targets.filter((target) => target === 1).length)
  expect(result.rocAuc.value).toBeCloseTo(rocAuc(targets, probabilities), 9)
  const calls = probabilities.map((p) => Number(p >= threshold))
  expect(result.pf1AtThreshold.value).toBeCloseTo(pfBeta(targets, calls), 9)
})

it("has files of its own, and leaves the run's test as it was", async () => {
  const folder = join(tiny.run, 'sites', 'clinic')
  expect(JSON.parse(readFileSync(join(folder, 'test.json'), 'utf8'))).toEqual(result)
  expect(readFileSync(join(folder, 'test-history.jsonl'), 'utf8').split('\n')).toHaveLength(2)
  expect(readFileSync(join(tiny.run, 'test.json'), 'utf8')).toBe(internal)
  expect(readFileSync(join(tiny.run, 'test-history.jsonl'), 'utf8').split('\n')).toHaveLength(2)
  expect(await test({ data: tiny.data, run: tiny.run, external: clinic, ...fast })).toEqual(result)
})

it('sets the mix of its cases beside that of the test set, both adding up to 1', () => {
  const { name, against, caseMix } = result.external!
  expect([name, against]).toEqual(['clinic', 'test'])
  for (const column of ['cancer', 'age', 'density', 'view', 'machine']) {
    const rows = caseMix.filter((row) => row.column === column)
    for (const side of ['external', 'internal'] as const)
      expect(rows.reduce((sum, row) => sum + row[side], 0)).toBeCloseTo(1, 12)
  }
  const { positives, breasts } = JSON.parse(internal)
  // Phantoms have two images of each breast.
  expect(caseMix.find(({ column, value }) => column === 'cancer' && value === 'yes')).toMatchObject({
    external: result.positives / result.breasts,
    internal: positives / breasts,
  })
})

it('is counted when it is tested again, and computes a sample of kept predictions', async () => {
  const { data, run } = tiny.copy()
  const again = await test({ data, run, external: clinic, again: true, ...fast })
  expect(again.history.test).toBe(2)
  const folder = join(run, 'sites', 'clinic')
  const { epoch } = await readSelection(run)
  const { images, ...source } = await readPredictions(folder, 'test', epoch)
  const forged = images.map((row) => ({ ...row, logit: row.target ? 800 : -800, probability: row.target }))
  const path = await writePredictions(folder, { ...source, epoch }, forged)
  const forging = test({ data, run, external: clinic, again: true, ...fast })
  await expect(forging).rejects.toMatchObject({ code: 'predictions-differ', details: { path } })
  rmSync(join(folder, 'test.json'))
  await expect(test({ data, run, external: clinic, ...fast })).rejects.toMatchObject({ code: 'tested-already' })
})

it('is not the result of other cases under the same name', async () => {
  const { data, run } = tiny.copy()
  const other = join(dirname(data), 'elsewhere', 'clinic')
  cpSync(clinic, other, { recursive: true })
  const table = join(other, 'raw', 'train.csv')
  const [header, ...rows] = readFileSync(table, 'utf8').trimEnd().split('\n')
  writeFileSync(table, `${[header, ...rows.slice(4)].join('\n')}\n`)
  await expect(test({ data, run, external: other, ...fast })).rejects.toMatchObject({
    code: 'tested-already',
    message: expect.stringContaining('--name'),
  })
  expect((await test({ data, run, external: other, name: 'elsewhere', ...fast })).images).toBe(result.images - 4)
})

it('refuses options that mean nothing without --external, or with it', async () => {
  const { data, run } = tiny
  for (const stray of [{ name: 'clinic' }, { unrelatedIds: true }])
    await expect(test({ data, run, ...stray, ...fast })).rejects.toThrow(
      /Expected --external with --(name|unrelated-ids)/,
    )
  const both = test({ data, run, external: clinic, subset: 'val', ...fast })
  await expect(both).rejects.toThrow('Expected --subset or --external but received both')
})

it('refuses cases of patients that the run has seen', async () => {
  const { data, run } = tiny.copy()
  const own = join(dirname(data), 'own')
  cpSync(data, own, { recursive: true })
  await expect(test({ data, run, external: own, ...fast })).rejects.toMatchObject({ code: 'patients-seen' })
  expect(existsSync(join(run, 'sites', 'own'))).toBe(false)
})

it('stands in the report beside the figures of the test set', async () => {
  const { data, run } = tiny.copy()
  const page = readFileSync(await report({ data, run, images: 0 }), 'utf8')
  expect(page).toContain('At other places')
  expect(page).toContain('<h3>clinic</h3>')
  expect(page).toMatch(/Tested at other places, ROC area [\d.]+ \([^)]+\) at clinic/)
  expect(page).not.toContain('None: this report is of cases of the same data set')
  rmSync(join(run, 'sites'), { recursive: true })
  expect(readFileSync(await report({ data, run, images: 0 }), 'utf8')).not.toContain('At other places')
})
