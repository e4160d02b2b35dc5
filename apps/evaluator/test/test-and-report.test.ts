import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { aggregateByBreast, pfBeta, rocAuc } from '@mammokit/pf1-metric'
import { readProcessedRows } from '@mammokit/screening-data'
import { readPredictions } from '@mammokit/training-run'
import { afterAll, beforeAll, describe, expect, test as it } from 'vitest'
import { predict, report, select, test } from '../src/index.ts'
import { makeTinyRun, type TinyRun } from './tiny-run.ts'

const fast = { threads: 1, workers: 1 }

let tiny: TinyRun
beforeAll(async () => {
  tiny = await makeTinyRun()
  await predict({ data: tiny.data, run: tiny.run, ...fast })
  await select({ run: tiny.run, resamples: 20 })
  await test({ data: tiny.data, run: tiny.run, resamples: 100, ...fast })
})
afterAll(() => tiny.remove())

describe('test', () => {
  it('has the figures of the test patients at the selected threshold, each with its interval', async () => {
    const { run } = tiny
    const result = JSON.parse(readFileSync(join(run, 'test.json'), 'utf8'))
    const selection = JSON.parse(readFileSync(join(run, 'selection.json'), 'utf8'))
    const { rows } = await readPredictions(run, 'test', selection.epoch)
    const breasts = aggregateByBreast(rows)
    const targets = breasts.map((breast) => breast.target)
    const probabilities = breasts.map((breast) => breast.probability)
    expect(result).toMatchObject({ patients: 4, breasts: 8, images: 16, positives: 2, threshold: selection.threshold })
    expect(result.pf1.value).toBe(pfBeta(targets, probabilities))
    expect(result.rocAuc.value).toBe(rocAuc(targets, probabilities))
    const calls = probabilities.map((p) => Number(p >= selection.threshold))
    expect(result.pf1AtThreshold.value).toBe(pfBeta(targets, calls))
    const names = ['pf1', 'pf1AtThreshold', 'rocAuc', 'averagePrecision', 'sensitivityAtSpecificity95', 'brier', 'ece']
    for (const name of names) {
      expect(Object.keys(result[name])).toEqual(['value', 'low', 'high'])
      expect(result[name].low).toBeLessThanOrEqual(result[name].high)
    }
    const { truePositives, falsePositives, trueNegatives, falseNegatives } = result.confusion
    expect([truePositives + falseNegatives, falsePositives + trueNegatives]).toEqual([2, 6])
    expect(result.calibrated.temperature).toBe(selection.temperature)
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

  it('does not test a second selection on the same patients without --again', async () => {
    const { data, run } = tiny.copy()
    const path = join(run, 'selection.json')
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), threshold: 0.123 }))
    await expect(test({ data, run, ...fast })).rejects.toMatchObject({ code: 'tested-already' })
    expect(await test({ data, run, again: true, resamples: 10, ...fast })).toMatchObject({ threshold: 0.123 })
  })

  it('refuses weights that were trained after the selection', async () => {
    const { data, run } = tiny.copy()
    rmSync(join(run, 'test.json'))
    const path = join(run, 'selection.json')
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), checkpointHash: 'older' }))
    await expect(test({ data, run, ...fast })).rejects.toThrow('Expected the weights older')
  })

  it('says which command makes what is missing', async () => {
    const { data, run } = tiny.copy()
    rmSync(join(run, 'selection.json'))
    await expect(test({ data, run })).rejects.toThrow('Select first: mammokit-evaluator select')
    writeFileSync(join(run, 'selection.json'), '{')
    await expect(test({ data, run })).rejects.toThrow('Expected JSON in')
    writeFileSync(join(run, 'selection.json'), '{}')
    await expect(test({ data, run })).rejects.toThrow('Expected a valid subset in')
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

  it('is made without images and with images that were moved away', async () => {
    const { data, run } = tiny.copy()
    rmSync(join(data, 'processed', 'images'), { recursive: true })
    expect(readFileSync(await report({ data, run, images: 2 }), 'utf8')).toContain('image not found')
    expect(readFileSync(await report({ data, run, images: 0 }), 'utf8')).not.toContain('highest-scored')
  })

  it('draws no curves where the test set has breasts of one kind only', async () => {
    const { data, run } = tiny.copy()
    const path = join(run, 'test.json')
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), positives: 0 }))
    const page = readFileSync(await report({ data, run, images: 0 }), 'utf8')
    expect(page).toContain('breasts of one kind only')
    expect(page).not.toContain('Receiver operating characteristic')
  })

  it('says which command makes what is missing', async () => {
    const { data, run } = tiny.copy()
    rmSync(join(run, 'test.json'))
    await expect(report({ data, run })).rejects.toThrow('Test first: mammokit-evaluator test')
  })
})
