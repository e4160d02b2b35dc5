import type { Prediction, Predictions } from '@mammokit/training-run'
import { describe, expect, test } from 'vitest'
import { bestOf, decisionOf, toCandidate } from '../../src/index.ts'

const hash = 'ab'.repeat(32)

/** Predictions of patients with one image each. */
function predictionsOf(...rows: [target: 0 | 1, probability: number][]): Predictions {
  const images = rows.map(
    ([target, probability], i): Prediction => ({
      imageId: `${i}`,
      patientId: `${i}`,
      laterality: 'L',
      view: 'CC',
      target,
      probability,
      logit: Math.log(probability / (1 - probability)),
    }),
  )
  return {
    subset: 'val',
    checkpoint: 'epoch-001',
    checkpointHash: 'aa',
    preprocessHash: 'bb',
    mammokit: '0.1.0',
    splitsSha256: hash,
    dataSha256: hash,
    rowsSha256: hash,
    sha256: hash,
    rows: images.length,
    images,
    identities: images,
    probabilities: Float64Array.from(images, ({ probability }) => probability),
  }
}

const options = { aggregation: 'mean', thresholdRule: { rule: 'reference' } } as const
const good = predictionsOf([1, 0.9], [1, 0.7], [0, 0.4], [0, 0.1])
const worse = predictionsOf([1, 0.9], [1, 0.3], [0, 0.4], [0, 0.1])

describe('bestOf', () => {
  test('takes the best F1, and the earlier epoch of two that are equal in all', () => {
    const candidates = [worse, good, good].map((predictions, i) => toCandidate(i + 1, predictions, options))
    expect(bestOf(candidates).epoch).toBe(2)
  })

  test('takes the better average precision, then the better pF1, of two with one F1', () => {
    const [low, high] = [predictionsOf([1, 0.6], [0, 0.5]), predictionsOf([1, 0.9], [0, 0.1])]
    expect(bestOf([low, high].map((predictions, i) => toCandidate(i + 1, predictions, options))).epoch).toBe(2)
    const late = predictionsOf([1, 0.9], [0, 0.8], [1, 0.7], [1, 0.6], [0, 0.1])
    const early = predictionsOf([0, 0.9], [1, 0.8], [1, 0.7], [1, 0.6], [0, 0.1])
    const tied = [early, late].map((predictions, i) => toCandidate(i + 1, predictions, options))
    expect(tied[0].row.pf1AtThreshold).toBe(tied[1].row.pf1AtThreshold)
    expect(bestOf(tied).epoch).toBe(2)
  })
})

test('decisionOf has the threshold at the center of the plateau and a row for each checkpoint', () => {
  const candidates = [worse, good].map((predictions, i) => toCandidate(i + 1, predictions, options))
  const decision = decisionOf(candidates)
  expect(decision).toMatchObject({ checkpoint: 'epoch-002', epoch: 2, patients: 4, breasts: 4, positives: 2 })
  expect(decision.threshold).toBeCloseTo(0.55, 12)
  expect(decision.checkpoints.map(({ checkpoint }) => checkpoint)).toEqual(['epoch-001', 'epoch-002'])
  expect(decision.plateauSpan).toEqual({ sensitivity: { low: 1, high: 1 }, recallRate: { low: 0.5, high: 0.5 } })
  expect(decision.callAllF1).toBeCloseTo(2 / 3, 12)
})

test('without a healthy breast there is neither ROC AUC nor calibration', () => {
  const decision = decisionOf([toCandidate(1, predictionsOf([1, 0.9], [1, 0.2]), options)])
  expect(decision.calibration).toEqual({ method: 'none' })
  expect(decision.checkpoints[0].rocAuc).toBeNull()
})
