import { describe, expect, test } from 'vitest'
import {
  averagePrecision,
  brierScore,
  calibrationBins,
  calibrationLine,
  chooseCalibration,
  confusionMatrix,
  deLongVariance,
  expectedCalibrationError,
  f1Differences,
  f1Interval,
  fitCalibration,
  isotonicRegression,
  logLoss,
  logLossInterval,
  MetricError,
  pairedPermutationTest,
  partialRocAuc,
  pfBeta,
  plattScaling,
  precisionRecallCurve,
  rocAuc,
  rocCurve,
  sensitivityAtSpecificity,
  shiftCalibration,
  stratifiedRocAuc,
  sweepThresholds,
  temperatureScaling,
  updateCalibration,
} from '../src/index.ts'

type Metric = (targets: ArrayLike<number>, values: ArrayLike<number>) => unknown

const alone = (targets: ArrayLike<number>) => Array.from(targets, (_, i) => `${i}`)

const ofProbabilities: [string, Metric][] = [
  ['pfBeta', pfBeta],
  ['sweepThresholds', sweepThresholds],
  ['confusionMatrix', (targets, values) => confusionMatrix(targets, values, 0.5)],
  ['brierScore', brierScore],
  ['logLoss', logLoss],
  ['calibrationBins', calibrationBins],
  ['expectedCalibrationError', expectedCalibrationError],
  ['logLossInterval', (targets, values) => logLossInterval(targets, values, alone(targets))],
  ['f1Interval', (targets, values) => f1Interval(targets, values, alone(targets))],
  ['f1Differences', (targets, values) => f1Differences(targets, values, [], alone(targets))],
]
const ofScores: [string, Metric][] = [
  ['rocAuc', rocAuc],
  ['rocCurve', rocCurve],
  ['sensitivityAtSpecificity', (targets, values) => sensitivityAtSpecificity(targets, values, 0.95)],
  ['averagePrecision', averagePrecision],
  ['precisionRecallCurve', precisionRecallCurve],
  ['temperatureScaling', temperatureScaling],
  ['isotonicRegression', isotonicRegression],
  ['plattScaling', plattScaling],
  ['calibrationLine', (targets, values) => calibrationLine(targets, values, alone(targets))],
  ['fitCalibration', (targets, values) => fitCalibration('none', targets, values)],
  ['chooseCalibration', (targets, values) => chooseCalibration(targets, values, alone(targets))],
  ['shiftCalibration', (targets, values) => shiftCalibration({ method: 'none' }, targets, values)],
  ['updateCalibration', (targets, values) => updateCalibration({ method: 'none' }, targets, values, alone(targets))],
  ['partialRocAuc', (targets, values) => partialRocAuc(targets, values, 0.1)],
  ['deLongVariance', deLongVariance],
  ['pairedPermutationTest', (targets, values) => pairedPermutationTest(targets, values, values, alone(targets))],
  ['stratifiedRocAuc', (targets, values) => stratifiedRocAuc(targets, values, alone(targets))],
]

describe.each([...ofProbabilities, ...ofScores])('%s', (_, metric) => {
  test('names both lengths where they differ', () => {
    expect(errorOf(() => metric([0, 1, 1], [0.5, 0.5]))).toMatchObject({
      code: 'length-mismatch',
      details: { targets: 3 },
    })
    expect(() => metric([0, 1, 1], [0.5, 0.5])).toThrow(/received 2 \w+ and 3 targets/)
  })

  test('asks for at least one sample', () => {
    expect(errorOf(() => metric([], []))).toMatchObject({ code: 'empty' })
  })

  test.each([2, -1, 0.5, Number.NaN, true, '1', undefined])('names index and value of the target %s', (bad) => {
    const error = errorOf(() => metric([0, 1, bad as number], [0.1, 0.2, 0.3]))
    expect(error).toMatchObject({ code: 'bad-target', details: { index: 2, value: bad } })
    expect(error.message).toContain('targets[2]')
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY, null, '0.5'])('names index and value of the value %s', (bad) => {
    const error = errorOf(() => metric([0, 1, 1], [0.1, bad as number, 0.3]))
    expect(error).toMatchObject({ code: 'bad-value', details: { index: 1, value: bad } })
    expect(error.message).toContain('[1]')
  })
})

test('logLoss of a certainty that is wrong is finite, as scikit-learn clips it at the float64 epsilon', () => {
  expect(logLoss([0], [1])).toBeCloseTo(36.04365338911715, 12)
  expect(logLoss([1], [0])).toBeCloseTo(36.04365338911715, 12)
})

test.each(ofProbabilities)('%s rejects what is not from 0 to 1', (_, metric) => {
  expect(() => metric([0, 1], [0.2, 1.5])).toThrow(
    'Expected a number from 0 to 1 for probabilities[1] but received 1.5. Pass probabilities, not logits.',
  )
  expect(errorOf(() => metric([0, 1], [-0.01, 0.5]))).toMatchObject({
    code: 'bad-value',
    details: { index: 0, value: -0.01 },
  })
})

test.each([
  ['sweepThresholds', sweepThresholds],
  ['rocAuc', rocAuc],
  ['rocCurve', rocCurve],
  ['averagePrecision', averagePrecision],
  ['precisionRecallCurve', precisionRecallCurve],
  ['sensitivityAtSpecificity', (targets, values) => sensitivityAtSpecificity(targets, values, 0.95)],
  ['temperatureScaling', temperatureScaling],
  ['plattScaling', plattScaling],
  ['calibrationLine', (targets, values) => calibrationLine(targets, values, alone(targets))],
  ['partialRocAuc', (targets, values) => partialRocAuc(targets, values, 0.1)],
] as [string, Metric][])('%s is undefined without positives and says so', (name, metric) => {
  expect(errorOf(() => metric([0, 0], [0.2, 0.5]))).toMatchObject({
    code: 'no-positives',
    message: `Expected at least one positive sample for ${name} but received 0 of 2. It is undefined without one: add positive samples.`,
    details: { positives: 0, negatives: 2 },
  })
})

test.each([
  ['rocAuc', rocAuc],
  ['rocCurve', rocCurve],
  ['temperatureScaling', temperatureScaling],
  ['plattScaling', plattScaling],
  ['calibrationLine', (targets, values) => calibrationLine(targets, values, alone(targets))],
  ['partialRocAuc', (targets, values) => partialRocAuc(targets, values, 0.1)],
] as [string, Metric][])('%s is undefined without negatives and says so', (name, metric) => {
  const error = errorOf(() => metric([1, 1], [0.2, 0.5]))
  expect(error).toMatchObject({ code: 'no-negatives', details: { positives: 2, negatives: 0 } })
  expect(error.message).toContain(`at least one negative sample for ${name} but received 0 of 2`)
})

test.each([
  ['beta', () => pfBeta([1], [1], { beta: -1 })],
  ['beta', () => sweepThresholds([1], [1], { beta: Number.NaN })],
  ['gridStep', () => sweepThresholds([1], [1], { gridStep: 0 })],
  ['threshold', () => confusionMatrix([1], [1], 1.5)],
  ['minimum', () => sensitivityAtSpecificity([1, 0], [1, 0], 2)],
  ['bins', () => calibrationBins([1], [1], { bins: 2.5 })],
  ['confidence', () => logLossInterval([0, 1], [0.2, 0.5], ['a', 'b'], { confidence: 95 })],
] as [string, () => unknown][])('names the option %s that is out of range', (option, call) => {
  expect(errorOf(call)).toMatchObject({ code: 'bad-option', details: { option } })
})

test('names what is missing, wrong, or of another type', () => {
  expect(() => rocAuc([], [])).toThrow('Expected at least one sample but received none.')
  expect(() => rocAuc([0, 1], [0, Number.NaN])).toThrow(
    'Expected a finite number for scores[1] but received NaN. Remove the sample or repair the value.',
  )
  expect(() => rocAuc([0, 1], [0, '0.5' as unknown as number])).toThrow("for scores[1] but received '0.5'.")
  expect(() => rocAuc([0, '1' as unknown as number], [0, 1])).toThrow("for targets[1] but received '1'.")
})

test('takes options at both ends of their range, and numbers only', () => {
  for (const threshold of [0, 1]) expect(confusionMatrix([1], [0.5], threshold)).toBeDefined()
  expect(() => confusionMatrix([1], [0.5], '0.5' as unknown as number)).toThrow(
    "Expected a number from 0 to 1 for threshold but received '0.5'.",
  )
  expect(() => calibrationBins([1], [1], { bins: 2.5 })).toThrow(
    'Expected an integer from 1 to 1000000 for bins but received 2.5.',
  )
})

function errorOf(call: () => unknown): MetricError {
  try {
    call()
  } catch (error) {
    expect(error).toBeInstanceOf(MetricError)
    return error as MetricError
  }
  throw new Error('Expected an error but nothing was thrown.')
}
