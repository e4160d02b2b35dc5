import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { pfBeta, rocAuc, sweepThresholds } from '../src/index.ts'

const folder = `${process.env.MAMMOKIT_TEST_DATA}/pf1/`

test.skipIf(!existsSync(folder))(
  'MAMMOKIT_TEST_DATA/pf1: reproduces the published F1 and AUC of 2,384 real predictions, |delta| <= 1e-9',
  () => {
    const expected = JSON.parse(readFileSync(`${folder}EXPECTED.json`, 'utf8'))
    const lines = readFileSync(`${folder}fusion_test_predictions.csv`, 'utf8').trim().split('\n').slice(1)
    const probabilities = lines.map((line) => Number(line.split(',')[0]))
    const targets = lines.map((line) => Number(line.split(',')[1]))
    expect(targets).toHaveLength(expected.n)
    expect(targets.filter((target) => target === 1)).toHaveLength(expected.positives)
    expect(Math.abs(pfBeta(targets, probabilities) - expected.pF1)).toBeLessThanOrEqual(1e-8)
    expect(Math.abs(rocAuc(targets, probabilities) - expected.published_auc)).toBeLessThanOrEqual(1e-9)
    const binary = probabilities.map((p) => Number(p >= 0.75))
    expect(Math.abs(pfBeta(targets, binary) - expected['binarised_ge_0.75'].published_f1)).toBeLessThanOrEqual(1e-12)
    expect(sweepThresholds(targets, probabilities).score).toBeGreaterThanOrEqual(expected['binarised_ge_0.75'].pF1)
  },
)
