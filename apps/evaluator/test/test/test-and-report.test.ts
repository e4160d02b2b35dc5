import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { aggregateByBreast, calibrationNoise, logLoss, pfBeta, rocAuc } from '@mammokit/pf1-metric'
import { readProcessedRows } from '@mammokit/screening-data'
import { readPredictions, writePredictions } from '@mammokit/training-run'
import { afterAll, beforeAll, describe, expect, test as it } from 'vitest'
import { predict, report, select, test } from '../../src/index.ts'
import { rankingSection } from '../../src/report/curves.ts'
import { headerSection } from '../../src/report/overview.ts'
import { readReportData } from '../../src/report/report-data.ts'
import { makeTinyRun, type TinyRun } from '../tiny-run.ts'

const fast = { threads: 1, workers: 1 }

let tiny: TinyRun
beforeAll(async () => {
  tiny = await makeTinyRun()
  await predict({ data: tiny.data, run: tiny.run, ...fast })
  await select({ data: tiny.data, run: tiny.run, resamples: 20 })
  await test({ data: tiny.data, run: tiny.run, resamples: 100, ...fast })
})
afterAll(() => tiny.remove())

describe('test', () => {
  it('has the figures of the test patients at the selected threshold, each with its interval', async () => {
    const { run } = tiny
    const result = JSON.parse(readFileSync(join(run, 'test.json'), 'utf8'))
    const selection = JSON.parse(readFileSync(join(run, 'selection.json'), 'utf8'))
    const { images: rows } = await readPredictions(run, 'test', selection.epoch)
    const breasts = aggregateByBreast(rows)
    const targets = breasts.map((breast) => breast.target)
    const probabilities = breasts.map((breast) => breast.probability)
    expect(result).toMatchObject({ patients: 4, breasts: 8, images: 16, positives: 2, threshold: selection.threshold })
    expect(result.pf1.value).toBe(pfBeta(targets, probabilities))
    expect(result.rocAuc.value).toBe(rocAuc(targets, probabilities))
    const calls = probabilities.map((p) => Number(p >= selection.threshold))
    expect(result.pf1AtThreshold.value).toBe(pfBeta(targets, calls))
    for (const name of ['pf1', 'pf1AtThreshold', 'rocAuc', 'averagePrecision', 'sensitivityAtSpecificity95', 'brier']) {
      expect(Object.keys(result[name])).toEqual(['value', 'low', 'high'])
      expect(result[name].low).toBeLessThan(result[name].high)
    }
    expect(result.ece).toMatchObject({ low: null, high: null })
    expect(result.eceIfCalibrated).toBe(calibrationNoise(probabilities))
    const { truePositives, falsePositives, trueNegatives, falseNegatives } = result.confusion
    expect([truePositives + falseNegatives, falsePositives + trueNegatives]).toEqual([2, 6])
    expect(result.logLoss.value).toBeCloseTo(logLoss(targets, probabilities), 12)
    expect(result.calibration).toEqual(selection.calibration)
  })

  it('has the same figures for views, sites and ages; each image is in one group of a column', () => {
    const { subgroups } = JSON.parse(readFileSync(join(tiny.run, 'test.json'), 'utf8'))
    const views = subgroups.filter((group: { column: string }) => group.column === 'view')
    expect(views.map((group: { value: string; breasts: number }) => [group.value, group.breasts])).toEqual([
      ['CC', 8],
      ['MLO', 8],
    ])
    expect(subgroups.some((group: { column: string }) => group.column === 'age')).toBe(true)
  })

  it('returns what is there when it was tested already', async () => {
    const { data, run } = tiny.copy()
    rmSync(join(run, 'predictions', 'test'), { recursive: true })
    const bytes = readFileSync(join(run, 'test.json'), 'utf8')
    expect(await test({ data, run, ...fast })).toEqual(JSON.parse(bytes))
    expect(existsSync(join(run, 'predictions', 'test'))).toBe(false)
  })

  it('ends with the same bytes where test.json was lost before its test was recorded', async () => {
    const { data, run } = tiny.copy()
    const bytes = readFileSync(join(run, 'test.json'), 'utf8')
    for (const name of ['test.json', 'test-history.jsonl']) rmSync(join(run, name))
    await test({ data, run, resamples: 100, ...fast })
    expect(readFileSync(join(run, 'test.json'), 'utf8')).toBe(bytes)
  })

  it('does not test a second selection on the same patients without --again', async () => {
    const { data, run } = tiny.copy()
    const { threshold } = await select({ data, run, aggregation: 'max', resamples: 10 })
    await expect(test({ data, run, ...fast })).rejects.toMatchObject({ code: 'tested-already' })
    expect(await test({ data, run, again: true, resamples: 10, ...fast })).toMatchObject({ threshold })
  })

  it('does not test again because test.json was deleted', async () => {
    const { data, run } = tiny.copy()
    rmSync(join(run, 'test.json'))
    await expect(test({ data, run, ...fast })).rejects.toMatchObject({ code: 'tested-already' })
    await expect(test({ data, run, ...fast })).rejects.toThrow(
      `Expected a run that was not tested on test but received 1 test in ${join(run, 'test-history.jsonl')}`,
    )
    expect(await test({ data, run, again: true, resamples: 10, ...fast })).toMatchObject({ history: { test: 2 } })
  })

  it('appends each test to the history, and the report counts them', async () => {
    const { data, run } = tiny.copy()
    expect(readFileSync(await report({ data, run, images: 0 }), 'utf8')).toContain('The test set was used once')
    const first = readFileSync(join(run, 'test-history.jsonl'), 'utf8')
    await test({ data, run, again: true, resamples: 10, ...fast })
    const both = readFileSync(join(run, 'test-history.jsonl'), 'utf8')
    expect(both.startsWith(first)).toBe(true)
    const lines = both.trim().split('\n')
    expect(lines).toHaveLength(2)
    const { rocAuc, history } = JSON.parse(readFileSync(join(run, 'test.json'), 'utf8'))
    const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
    expect(JSON.parse(lines[1])).toMatchObject({ previous: sha256(lines[0]), figures: { rocAuc: rocAuc.value } })
    expect(history).toMatchObject({ test: 2, earlier: expect.stringMatching(/^[0-9a-f]{64}$/) })
    const page = readFileSync(await report({ data, run, images: 0 }), 'utf8')
    expect(page).toContain('The test set was tested 2 times')
    expect(page).not.toContain('used once')
  })

  it('has a result for each subset: the validation set does not answer with the figures of the test set', async () => {
    const { data, run } = tiny.copy()
    const before = readFileSync(join(run, 'test.json'), 'utf8')
    const result = await test({ data, run, subset: 'val', resamples: 10, ...fast })
    expect(result).toMatchObject({ subset: 'val', history: { test: 2 } })
    expect(JSON.parse(readFileSync(join(run, 'test-val.json'), 'utf8'))).toEqual(result)
    expect(readFileSync(join(run, 'test.json'), 'utf8')).toBe(before)
    expect(await test({ data, run, ...fast })).toMatchObject({ subset: 'test' })
    expect(readFileSync(await report({ data, run, images: 0 }), 'utf8')).toContain('The test set was used once')
  })

  it.each([
    ['threshold', 0.123],
    ['epoch', 9],
    ['callAllF1', 0.123],
    ['calibration', { method: 'platt', slope: 7, intercept: 0 }],
    ['positives', 0],
    ['thresholdRule', { rule: 'sensitivity', at: 0.5 }],
  ])('refuses a selection whose %s was edited, and names both values', async (key, value) => {
    const { data, run } = tiny.copy()
    rmSync(join(run, 'test.json'))
    rmSync(join(run, 'test-history.jsonl'))
    const path = join(run, 'selection.json')
    const selection = JSON.parse(readFileSync(path, 'utf8'))
    writeFileSync(path, JSON.stringify({ ...selection, [key]: value }))
    const refused = { code: 'selection-altered', message: expect.stringContaining('The file was edited. Select again') }
    await expect(test({ data, run, ...fast })).rejects.toMatchObject(refused)
    if (key === 'thresholdRule') return
    await expect(test({ data, run, ...fast })).rejects.toThrow(
      `Expected ${key} ${JSON.stringify(selection[key])}, which`,
    )
    await expect(test({ data, run, ...fast })).rejects.toThrow(`but received ${JSON.stringify(value)}.`)
  })

  it('refuses an interval of the selection that was edited', async () => {
    const { data, run } = tiny.copy()
    const path = join(run, 'selection.json')
    const selection = JSON.parse(readFileSync(path, 'utf8'))
    writeFileSync(path, JSON.stringify({ ...selection, rocAuc: { ...selection.rocAuc, low: 0.99 } }))
    await expect(test({ data, run, ...fast })).rejects.toMatchObject({ code: 'selection-altered' })
  })

  it('refuses weights that were trained after the selection', async () => {
    const { data, run } = tiny.copy()
    const { epoch } = JSON.parse(readFileSync(join(run, 'selection.json'), 'utf8'))
    const weights = (n: number) => join(run, 'checkpoints', `epoch-00${n}`, 'model.safetensors')
    writeFileSync(weights(epoch), readFileSync(weights(3 - epoch)))
    await expect(test({ data, run, ...fast })).rejects.toMatchObject({ code: 'checkpoint-mismatch' })
    await expect(report({ data, run })).rejects.toMatchObject({ code: 'checkpoint-mismatch' })
  })

  it('computes 16 rows again: predictions that the weights do not give are refused with the file and a row', async () => {
    const { data, run } = tiny.copy()
    rmSync(join(run, 'test.json'))
    rmSync(join(run, 'test-history.jsonl'))
    const { epoch } = JSON.parse(readFileSync(join(run, 'selection.json'), 'utf8'))
    // A forger who knows the format writes the file and the hashes anew, with the labels as probabilities.
    const { images, ...source } = await readPredictions(run, 'test', epoch)
    const forged = images.map((row) => ({ ...row, logit: row.target ? 800 : -800, probability: row.target }))
    const path = await writePredictions(run, { ...source, epoch }, forged)
    await expect(test({ data, run, ...fast })).rejects.toMatchObject({ code: 'predictions-differ', details: { path } })
    await expect(test({ data, run, ...fast })).rejects.toThrow(
      /but received [01]\.0000 instead of 0\.\d+ for image \d+/,
    )
  })

  it('computes 16 rows of the validation predictions again too', async () => {
    const { data, run } = tiny.copy()
    const { images, ...source } = await readPredictions(run, 'val', 1)
    for (const epoch of [1, 2]) {
      const { checkpointHash } = await readPredictions(run, 'val', epoch)
      const forged = images.map((row) => ({ ...row, logit: row.target ? 800 : -800, probability: row.target }))
      await writePredictions(run, { ...source, checkpointHash, epoch }, forged)
    }
    await select({ data, run, resamples: 10 })
    await expect(test({ data, run, again: true, ...fast })).rejects.toThrow(join(run, 'predictions', 'val'))
  })

  it('says which command makes what is missing', async () => {
    const { data, run } = tiny.copy()
    rmSync(join(run, 'selection.json'))
    await expect(test({ data, run })).rejects.toThrow('Select first: mammokit-evaluator select')
    writeFileSync(join(run, 'selection.json'), '{')
    await expect(test({ data, run })).rejects.toThrow('Expected JSON in')
    writeFileSync(join(run, 'selection.json'), '{}')
    await expect(test({ data, run })).rejects.toThrow('Select again: mammokit-evaluator select')
  })
})

describe('report', () => {
  it('is one page with figures, curves, images and configuration, and needs nothing else', async () => {
    const { data, run } = tiny
    const page = readFileSync(await report({ data, run, images: 4 }), 'utf8')
    expect(page.match(/not a medical device/g)).toHaveLength(1)
    const headings = [...page.matchAll(/<h2[^>]*>(.*?)<\/h2>/g)].map(([, text]) => text)
    expect(headings).toEqual(
      expect.arrayContaining([
        'All figures',
        'The highest-scored images',
        'Training',
        'For whom it holds',
        'How it was made',
      ]),
    )
    expect(page.match(/<svg/g)!.length).toBeGreaterThanOrEqual(7)
    expect(page.match(/src="data:image\/jpeg;base64,/g)!.length).toBeGreaterThanOrEqual(4)
    expect(page.replaceAll(/xmlns(:xlink)?="[^"]*"/g, '')).not.toMatch(/https?:\/\/|src="(?!data:)|<script/)
    expect(page).not.toMatch(/undefined|NaN|\[object/)
    const { rocAuc: area } = JSON.parse(readFileSync(join(run, 'test.json'), 'utf8'))
    expect(page).toContain(area.value.toFixed(3))
    expect(page).toContain('no image excluded, no label corrected')
    expect(page).toContain('Tested: 4 patients, 8 breasts (')
    expect(page).toMatch(/TRIPOD\+AI, prediction models: \d+ of 52 items/)
    expect(page).toMatch(/training 4 patients, 8 breasts .*; validation 4 patients, 8 breasts .*; test 4 patients/)
    expect(page).toContain('plain stem of 8')
    expect(page).toContain('<dt>First weights</dt><dd>random</dd>')
  })

  it('shows no image that is not the one that was made, and says so', async () => {
    const { data, run } = tiny.copy()
    const { rows } = await readProcessedRows(data, { subsets: ['test'] })
    for (const { file } of rows.slice(1)) writeFileSync(file, readFileSync(rows[0]!.file))
    const page = readFileSync(await report({ data, run, images: rows.length }), 'utf8')
    expect(page.match(/image altered since it was made/g)!.length).toBeGreaterThanOrEqual(rows.length - 1)
  })

  it('has the same bytes when it is made again', async () => {
    const { data, run } = tiny
    const bytes = async () => readFileSync(await report({ data, run, images: 2 }), 'utf8')
    expect(await bytes()).toBe(await bytes())
  })

  it('gives predictive values at another prevalence beside those of the set', async () => {
    const { data, run } = tiny
    const page = async (prevalence?: number) =>
      readFileSync(await report({ data, run, images: 0, ...(prevalence !== undefined && { prevalence }) }), 'utf8')
    expect(await page(0.005)).toContain('at 0.5 % of breasts with cancer, if they look as those here')
    expect(await page(1e-5)).toContain('at 0.001 % of breasts with cancer, if they look as those here')
    expect(await page()).not.toContain('if they look as those here')
    await expect(page(1)).rejects.toThrow('prevalence')
  })

  it('is made without images and with images that were moved away', async () => {
    const { data, run } = tiny.copy()
    rmSync(join(data, 'processed', 'images'), { recursive: true })
    expect(readFileSync(await report({ data, run, images: 2 }), 'utf8')).toContain('image not found')
    expect(readFileSync(await report({ data, run, images: 0 }), 'utf8')).not.toContain('highest-scored')
  })

  it('draws no curves where the test set has breasts of one kind only', async () => {
    const data = await readReportData(tiny.run, tiny.data)
    const { text } = await rankingSection({ ...data, test: { ...data.test, positives: 0 } })
    expect(text).toContain('breasts of one kind only')
    expect(text).not.toContain('Receiver operating characteristic')
  })

  it('gives a threshold in three digits, and one near 0 or 1 in four', async () => {
    const data = await readReportData(tiny.run, tiny.data)
    for (const [threshold, shown] of [
      [0.6483, '0.648'],
      [0.0003, '0.0003'],
      [0.99961, '0.9996'],
    ] as const) {
      const { text } = headerSection({ ...data, test: { ...data.test, threshold } })
      expect(text).toContain(`At the threshold of ${shown} the network`)
    }
  })

  it('says that a class is not there in place of 0 of 0', async () => {
    const data = await readReportData(tiny.run, tiny.data)
    const none = { ...data.test.confusion, truePositives: 0, falseNegatives: 0 }
    const { text } = headerSection({ ...data, test: { ...data.test, positives: 0, confusion: none } })
    expect(text).toContain('The set has no breast with cancer')
    expect(text).not.toContain('0 of 0')
    const sick = { truePositives: 2, falseNegatives: 1, falsePositives: 0, trueNegatives: 0 }
    const { text: other } = headerSection({ ...data, test: { ...data.test, positives: 3, confusion: sick } })
    expect(other).toContain('The set has no healthy breast')
    expect(other).not.toContain('0 of 0')
  })

  it.each([
    ['a figure', 'pf1'],
    ['the verdict', 'confusion'],
    ['a subgroup', 'subgroups'],
  ])('refuses a test.json in which %s was edited', async (_, key) => {
    const { data, run } = tiny.copy()
    const path = join(run, 'test.json')
    const result = JSON.parse(readFileSync(path, 'utf8'))
    result[key] = key === 'subgroups' ? [] : Object.fromEntries(Object.keys(result[key]).map((name) => [name, 1]))
    writeFileSync(path, JSON.stringify(result))
    await expect(report({ data, run })).rejects.toMatchObject({ code: 'file-altered' })
  })

  it('refuses predictions that were made again otherwise after the test, and those of another checkpoint', async () => {
    const { data, run } = tiny.copy()
    const { epoch } = JSON.parse(readFileSync(join(run, 'selection.json'), 'utf8'))
    const { images, ...source } = await readPredictions(run, 'test', epoch)
    const inverted = images.map((row) => ({ ...row, logit: -row.logit, probability: 1 / (1 + Math.exp(row.logit)) }))
    await writePredictions(run, { ...source, epoch }, inverted)
    await expect(report({ data, run })).rejects.toMatchObject({ code: 'result-differs' })
    await writePredictions(run, { ...source, epoch, checkpointHash: 'another' }, inverted)
    await expect(report({ data, run })).rejects.toMatchObject({ code: 'predictions-differ' })
  })

  it('refuses a selection that was made after the test', async () => {
    const { data, run } = tiny.copy()
    await select({ data, run, aggregation: 'max', resamples: 10 })
    await expect(report({ data, run })).rejects.toMatchObject({ code: 'result-differs' })
  })

  it('says which command makes what is missing', async () => {
    const { data, run } = tiny.copy()
    rmSync(join(run, 'test.json'))
    await expect(report({ data, run })).rejects.toThrow(`Expected a file ${join(run, 'test.json')} but`)
    await expect(report({ data, run })).rejects.toThrow('Test first: mammokit-evaluator test')
  })
})
