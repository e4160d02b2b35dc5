import { appendFileSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readTestResult, writeTestResult } from '../../src/results/test-file.ts'
import { readTestHistory } from '../../src/results/test-history.ts'
import { runPaths } from '../../src/run-paths.ts'
import type { TestResult } from '../../src/schema/test-result.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const figure = { value: 0.5, low: 0.25, high: 0.75 }
const hash = 'ab'.repeat(32)
const unit = {
  rocAuc: figure,
  averagePrecision: figure,
  pf1: figure,
  pf1AtThreshold: figure,
  sensitivity: figure,
  specificity: figure,
  ppv: figure,
  npv: figure,
}
const result: Omit<TestResult, 'history'> = {
  subset: 'test',
  checkpoint: 'epoch-001',
  epoch: 1,
  threshold: 0.5,
  aggregation: 'mean',
  patients: 2,
  breasts: 4,
  images: 8,
  positives: 1,
  pf1: figure,
  pf1AtThreshold: figure,
  rocAuc: figure,
  averagePrecision: figure,
  brier: figure,
  ece: figure,
  sensitivityAtSpecificity95: figure,
  sensitivity: figure,
  specificity: figure,
  calibrated: null,
  sensitivityAtSpecificity90: figure,
  specificityAtSensitivity90: figure,
  ppv: figure,
  npv: figure,
  logLoss: figure,
  calibrationSlope: figure,
  calibrationIntercept: figure,
  eceIfCalibrated: 0.25,
  calibration: { method: 'none' },
  confusion: { truePositives: 1, falsePositives: 0, trueNegatives: 3, falseNegatives: 0 },
  decisionCurve: [{ threshold: 0.01, model: 0.2, callAll: 0.1 }],
  levels: {
    image: { units: 8, ...unit },
    patient: { units: 2, ...unit, recallRate: figure, detectionRate: figure, wrongBreastOnly: 0 },
  },
  baselines: { callAllF1: 0.4, age: figure, metadata: null, within: [] },
  subgroups: [],
  subgroupTests: [],
  bootstrap: { unit: 'patient', resamples: 10, seed: 1, level: 0.95 },
  preprocessHash: 'aa',
  checkpointHash: 'bb',
  mammokit: '0.1.0',
  splitsSha256: hash,
  rowsSha256: hash,
  predictionsSha256: hash,
  selectionPredictionsSha256: hash,
}

/** A run that was tested as often as there are thresholds. */
async function testedRun(...thresholds: number[]) {
  const run = temporaryFolder()
  for (const threshold of thresholds) await writeTestResult(run, { ...result, threshold })
  const { test, testHistory } = runPaths(run)
  const text = readFileSync(testHistory, 'utf8')
  return { run, result: test(), history: testHistory, text, lines: text.split('\n').slice(0, -1) }
}

describe('test-history.jsonl', () => {
  it('gets a line for each test, which names the hash of the one before; test.json names the last', async () => {
    const { run } = await testedRun(0.5, 0.6, 0.7)
    await writeTestResult(run, { ...result, subset: 'val' })
    const history = await readTestHistory(run)
    expect(history.map(({ test, subset, threshold }) => [test, subset, threshold])).toEqual([
      [1, 'test', 0.5],
      [2, 'test', 0.6],
      [3, 'test', 0.7],
      [4, 'val', 0.5],
    ])
    expect(await readTestResult(run)).toMatchObject({ threshold: 0.7, history: { test: 3 } })
    expect(await readTestResult(run, 'val')).toMatchObject({ subset: 'val', history: { test: 4 } })
  })

  it.each([
    ['a line removed', (lines: string[]) => lines.slice(1)],
    ['a line in the middle removed', (lines: string[]) => [lines[0], lines[2]]],
    ['the last two lines removed', (lines: string[]) => lines.slice(0, 1)],
    ['a figure changed', ([first, ...lines]: string[]) => [first.replace('"pf1":0.5', '"pf1":0.4'), ...lines]],
    ['a date changed', ([first, ...lines]: string[]) => [first.replace(/"at":"20../, '"at":"2001'), ...lines]],
    [
      'the last line changed',
      (lines: string[]) => [...lines.slice(0, 2), lines[2].replace('"rocAuc":0.5', '"rocAuc":1')],
    ],
    ['a space added', ([first, ...lines]: string[]) => [first.replace(':', ': '), ...lines]],
    ['two lines in the other order', ([a, b, c]: string[]) => [b, a, c]],
    ['a line twice', ([a, b, c]: string[]) => [a, b, c, c]],
    ['half a line at the end', (lines: string[]) => [...lines, `${lines[0].slice(0, 40)}`]],
    ['everything removed', () => []],
  ])('with %s is refused, with the line', async (_, change) => {
    const { run, history, lines } = await testedRun(0.5, 0.6, 0.7)
    const changed = change([...lines])
    const half = changed.at(-1)?.length === 40
    writeFileSync(history, changed.map((line, i) => (half && i === changed.length - 1 ? line : `${line}\n`)).join(''))
    await expect(readTestHistory(run)).rejects.toMatchObject({ code: 'history-altered', details: { path: history } })
    await expect(readTestResult(run)).rejects.toMatchObject({ code: 'history-altered' })
    await expect(writeTestResult(run, result)).rejects.toThrow(/line \d of .*test-history\.jsonl/)
  })

  it('is completed where a kill came between test.json and the end of its line', async () => {
    const { run, history, text, lines } = await testedRun(0.5, 0.6)
    for (let cut = lines[0].length + 1; cut < text.length; cut += 7) {
      writeFileSync(history, text.slice(0, cut))
      expect(await readTestHistory(run)).toHaveLength(2)
      expect(readFileSync(history, 'utf8')).toBe(text)
    }
    const first = await testedRun(0.5)
    rmSync(first.history)
    expect(await readTestHistory(first.run)).toHaveLength(1)
    expect(readFileSync(first.history, 'utf8')).toBe(first.text)
  })

  it('is completed with the time of test.json, also after a copy that has another', async () => {
    const { run, result: path, history, text, lines } = await testedRun(0.5, 0.6)
    utimesSync(path, new Date(), new Date('2026-11-29T12:00:00.000Z'))
    for (let cut = lines[0].length + 1; cut < text.length; cut += 7) {
      writeFileSync(history, text.slice(0, cut))
      expect(await readTestHistory(run)).toMatchObject([{ test: 1 }, { test: 2, at: '2026-11-29T12:00:00.000Z' }])
      expect(readFileSync(history, 'utf8').split('\n')).toHaveLength(3)
    }
  })

  it('refuses a result of another history', async () => {
    const [one, other] = [await testedRun(0.5), await testedRun(0.7, 0.6)]
    writeFileSync(one.result, readFileSync(other.result))
    await expect(readTestHistory(one.run)).rejects.toThrow(/for line 1 of .* but received others/)
  })

  it('still tells of a test whose test.json was deleted', async () => {
    const { run, result: path } = await testedRun(0.5)
    rmSync(path)
    expect(await readTestHistory(run)).toHaveLength(1)
    await expect(readTestResult(run)).rejects.toThrow('Test first')
    expect((await writeTestResult(run, result)).history.test).toBe(2)
  })

  it('refuses the test.json of an earlier test that was put back', async () => {
    const { run, result: path } = await testedRun(0.5)
    const earlier = readFileSync(path)
    await writeTestResult(run, { ...result, threshold: 0.6 })
    writeFileSync(path, earlier)
    await expect(readTestResult(run)).rejects.toMatchObject({ code: 'history-altered' })
  })

  it('counts a test by a version without a history, whose test.json is refused with the command to test again', async () => {
    const run = temporaryFolder()
    const { splitsSha256: _, rowsSha256: __, predictionsSha256: ___, ...rest } = result
    writeFileSync(runPaths(run).test(), JSON.stringify(rest))
    expect(await readTestHistory(run)).toMatchObject([{ test: 1, checkpoint: 'epoch-001', predictionsSha256: null }])
    await expect(readTestResult(run)).rejects.toThrow(`test again: mammokit-evaluator test --run ${run} --again`)
    appendFileSync(runPaths(run).test(), '\n')
    expect(await readTestHistory(run)).toHaveLength(1)
    expect((await writeTestResult(run, result)).history.test).toBe(2)
    expect((await readTestResult(run)).history.test).toBe(2)
  })
})

describe('test.json', () => {
  it('has the same bytes whenever it is written: only the history knows the time', async () => {
    const [one, other] = [await testedRun(0.5, 0.6), await testedRun(0.5, 0.6)]
    expect(readFileSync(other.result, 'utf8')).toBe(readFileSync(one.result, 'utf8'))
    expect(one.lines[0]).toMatch(/"at":"20/)
    expect(readFileSync(one.result, 'utf8')).not.toMatch(/20\d\d-/)
  })

  it.each([
    ['"positives": 1', '"positives": 2'],
    ['"high": 0.75', '"high": 0.7'],
    ['"truePositives": 1', '"truePositives": 0'],
    ['"earlier": null', `"earlier": "${hash}"`],
    ['"test": 1', '"test": 2'],
  ])('with %s turned into %s is refused', async (before, after) => {
    const { run, result: path } = await testedRun(0.5)
    writeFileSync(path, readFileSync(path, 'utf8').replace(before, after))
    await expect(readTestResult(run)).rejects.toMatchObject({ code: 'file-altered', details: { path } })
  })
})
