import { createHash } from 'node:crypto'
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readMetrics } from '../../src/log/metrics.ts'
import { hashRows } from '../../src/results/prediction-rows.ts'
import { readPredictions, writePredictions } from '../../src/results/predictions-file.ts'
import { readSelection, writeSelection } from '../../src/results/selection-file.ts'
import { readTestResult } from '../../src/results/test-file.ts'
import { runPaths } from '../../src/run-paths.ts'
import type { Prediction } from '../../src/schema/prediction.ts'
import type { Selection } from '../../src/schema/selection.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const row: Prediction = {
  imageId: '11',
  patientId: '1',
  laterality: 'L',
  view: 'CC, "spot"',
  target: 1,
  logit: -0.8472978603872034,
  probability: 0.3,
}
const images: Prediction[] = [row, { ...row, imageId: '12', target: 0 }]
const hash = 'ab'.repeat(32)
const source = {
  subset: 'val',
  epoch: 7,
  checkpointHash: 'bb',
  preprocessHash: 'aa',
  splitsSha256: hash,
  dataSha256: hash,
  mammokit: '0.1.0',
} as const

describe('predictions', () => {
  it('come back as they were written, to the last bit, with what they were made from', async () => {
    const run = temporaryFolder()
    const path = await writePredictions(run, source, images)
    expect(path).toBe(runPaths(run).predictions('val', 7))
    const {
      images: read,
      identities,
      probabilities,
      sha256,
      rowsSha256,
      ...rest
    } = await readPredictions(run, 'val', 7)
    expect(read).toEqual(images)
    expect(identities).toEqual(images)
    expect([...probabilities]).toEqual(images.map(({ probability }) => probability))
    const { epoch: _, ...expected } = source
    expect(rest).toEqual({ ...expected, checkpoint: 'epoch-007', rows: 2 })
    expect(sha256).toBe(createHash('sha256').update(readFileSync(path)).digest('hex'))
    expect(rowsSha256).toBe(hashRows(images))
  })

  it.each([
    [',0.3\n', ',1.5\n', 'a number from 0 to 1 for probability but received "1.5" on line 2'],
    [',0.3\n', ',0.31\n', 'the logistic function of logit -0.8472978603872034, on line 2'],
    ['12,1', '12,"1', 'line 3'],
    ['12,1,L', '12,1', 'line 3'],
    ['12,1', '11,1', 'on line 2 and again on line 3'],
    ['12,1', '13,1', 'The file was changed after it was written'],
  ])('with %j for %j are refused', async (before, after, message) => {
    const run = temporaryFolder()
    const path = await writePredictions(run, source, images)
    writeFileSync(path, readFileSync(path, 'utf8').replace(before, after))
    const reading = readPredictions(run, 'val', 7)
    await expect(reading).rejects.toThrow(message)
    await expect(reading).rejects.toMatchObject({ details: { path } })
  })

  it('that are absent name the command that makes them', async () => {
    await expect(readPredictions('nowhere', 'test', 1)).rejects.toThrow(
      'mammokit-evaluator predict --run nowhere --subset test',
    )
  })
})

describe('selection.json', () => {
  const figure = { value: 0.5, low: 0.25, high: null }
  const selection: Omit<Selection, 'contentSha256'> = {
    subset: 'val',
    aggregation: 'mean',
    thresholdRule: { rule: 'f1' },
    checkpoint: 'epoch-001',
    epoch: 1,
    threshold: 0.5,
    plateau: { low: 0.4, high: 0.6 },
    thresholdInterval: figure,
    pf1AtThreshold: figure,
    pf1: figure,
    rocAuc: figure,
    averagePrecision: figure,
    patients: 2,
    breasts: 3,
    positives: 1,
    calibration: { method: 'none' },
    calibrationLogLoss: { none: 0.5 },
    callAllF1: 0.5,
    isAboveChance: null,
    f1Differences: [],
    plateauSpan: { sensitivity: { low: 0.5, high: 1 }, recallRate: { low: 0.1, high: 0.2 } },
    bootstrap: { unit: 'patient', resamples: 10, seed: 1, level: 0.95 },
    preprocessHash: 'aa',
    splitsSha256: hash,
    rowsSha256: hash,
    checkpointHash: 'bb',
    mammokit: '0.1.0',
    checkpoints: [],
  }

  it('comes back as it was written, and is refused when it was edited', async () => {
    const run = temporaryFolder()
    const written = await writeSelection(run, selection)
    expect(await readSelection(run)).toEqual(written)
    const path = runPaths(run).selection
    writeFileSync(path, readFileSync(path, 'utf8').replace('"low": 0.25', '"low": 0.3'))
    await expect(readSelection(run)).rejects.toMatchObject({ code: 'file-altered' })
  })

  it('names the command that makes it, and the key that is wrong', async () => {
    const run = temporaryFolder()
    await expect(readSelection(run)).rejects.toThrow(`Select first: mammokit-evaluator select --run ${run}`)
    await expect(readTestResult(run)).rejects.toThrow(`Test first: mammokit-evaluator test --run ${run}`)
    writeFileSync(runPaths(run).selection, JSON.stringify({ ...selection, contentSha256: hash, threshold: '0.5' }))
    await expect(readSelection(run)).rejects.toThrow('for threshold in')
    await expect(readSelection(run)).rejects.toThrow(`Select again: mammokit-evaluator select --run ${run}`)
  })
})

it('metrics.jsonl is read line by line, without one that is being written; a broken one is named', async () => {
  const run = temporaryFolder()
  const path = runPaths(run).metrics
  writeFileSync(path, '{"kind":"train","epoch":1,"step":10,"loss":0.5}\n')
  expect(await readMetrics(run)).toEqual([{ kind: 'train', epoch: 1, step: 10, loss: 0.5 }])
  appendFileSync(path, '{"kind":"tra')
  expect(await readMetrics(run)).toHaveLength(1)
  appendFileSync(path, '\n')
  await expect(readMetrics(run)).rejects.toThrow(`${path}, line 2`)
  rmSync(path)
  await expect(readMetrics(run)).rejects.toThrow('mammokit-trainer train')
})
