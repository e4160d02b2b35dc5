import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readMetrics } from '../src/log/metrics.ts'
import { readPredictions, writePredictions } from '../src/predictions-file.ts'
import { runPaths } from '../src/run-paths.ts'
import type { Prediction } from '../src/schema/prediction.ts'
import type { Selection } from '../src/schema/selection.ts'
import { readSelection, writeSelection } from '../src/selection-file.ts'
import { readTestResult } from '../src/test-file.ts'
import { temporaryFolder } from './temporary-folder.ts'

const row: Prediction = {
  ...{ imageId: '11', patientId: '1', laterality: 'L', view: 'CC, "spot"' },
  ...{ target: 1, probability: 0.1 + 0.2 },
}
const predictions = { preprocessHash: 'aa', checkpointHash: 'bb', rows: [row, { ...row, imageId: '12', target: 0 }] }

describe('predictions', () => {
  it('come back as they were written, to the last bit', async () => {
    const run = temporaryFolder()
    const path = await writePredictions(run, 'val', 7, predictions as never)
    expect(path).toBe(runPaths(run).predictions('val', 7))
    expect(await readPredictions(run, 'val', 7)).toEqual(predictions)
  })

  it.each([
    ['0.30000000000000004', '1.5', 'Expected a valid probability on line 2'],
    [',bb\n12', ',cc\n12', 'received others on line 3'],
    ['12,1', '12,"1', 'line 3 was cut or changed (malformed-csv)'],
    ['12,1,L', '12,1', 'line 3 was cut or changed (malformed-csv)'],
  ])('with %j for %j are refused with their line', async (before, after, message) => {
    const run = temporaryFolder()
    const path = await writePredictions(run, 'val', 7, predictions as never)
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

describe('selection.json and test.json', () => {
  const figure = { value: 0.5, low: 0.25, high: null }
  const selection: Selection = {
    ...{ subset: 'val', aggregation: 'mean', checkpoint: 'epoch-001', epoch: 1, threshold: 0.5 },
    ...{ plateau: { low: 0.4, high: 0.6 }, thresholdInterval: figure, pf1AtThreshold: figure, pf1: figure },
    ...{ rocAuc: figure, averagePrecision: figure, temperature: null, patients: 2, breasts: 3, positives: 1 },
    bootstrap: { unit: 'patient', resamples: 10, seed: 1, level: 0.95 },
    ...{ preprocessHash: 'aa', checkpointHash: 'bb', mammokit: '0.1.0', checkpoints: [] },
  }

  it('come back as they were written', async () => {
    const run = temporaryFolder()
    await writeSelection(run, selection)
    expect(await readSelection(run)).toEqual(selection)
  })

  it('name the command that makes them, and the key that is wrong', async () => {
    const run = temporaryFolder()
    await expect(readSelection(run)).rejects.toThrow(`Select first: mammokit-evaluator select --run ${run}`)
    await expect(readTestResult(run)).rejects.toThrow(`Test first: mammokit-evaluator test --run ${run}`)
    await writeSelection(run, { ...selection, threshold: '0.5' as never })
    await expect(readSelection(run)).rejects.toThrow('Expected a valid threshold in')
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
