/** `test`: the selected checkpoint and threshold on the test set, once (the reference's test_model). */

import { existsSync } from 'node:fs'
import { type CommandContext, formatTable, parseConfig, silentContext } from '@mammokit/command-line'
import { classifyBreasts, readVerifiedSelection } from '@mammokit/mammogram-classifier/selection'
import { confusionMatrix, figuresOf, netBenefit, probabilitiesOf, statisticsAt, targetsOf } from '@mammokit/pf1-metric'
import {
  readRunConfig,
  readTestHistory,
  readTestResult,
  readVerifiedPredictions,
  runPaths,
  type TestResult,
  writeTestResult,
} from '@mammokit/training-run'
import type { z } from 'zod'
import { calibrationFigures } from '../calibration-figures.ts'
import { predictSchema, type TestConfig, testSchema } from '../config.ts'
import { predictRun } from '../predict/predict.ts'
import { assertRecomputed, type PredictionSample } from '../predict/recompute-predictions.ts'
import { openSubsets, type Subsets } from '../predict/subset-rows.ts'
import { resamplingStage } from '../resampling-stage.ts'
import { packageVersion } from '../version.ts'
import { baselinesOf } from './baselines.ts'
import { levelsOf } from './levels.ts'
import { subgroupNotes } from './subgroup-notes.ts'
import { subgroupsOf } from './subgroups.ts'
import { assertSameSelection, assertUntested } from './tested-once.ts'

/** Probabilities of cancer from which somebody might want to look again: 0 to 10 %. */
const decisionThresholds = Array.from({ length: 41 }, (_, i) => i / 400)

/** Writes test.json and returns it; an existing result of the same selection is returned unchanged. */
export async function test(input: TestConfig, context: CommandContext = silentContext): Promise<TestResult> {
  const config = parseConfig(testSchema, input)
  const { run, data, subset } = config
  const path = runPaths(run).test(subset)
  const runConfig = await readRunConfig(run)
  const subsets = await openSubsets(data, runConfig)
  const { selection, predictions: validation } = await readVerifiedSelection(run, runConfig, (subset) =>
    subsets.read({ subset }),
  )
  const history = await readTestHistory(run)
  if (!config.again) {
    if (existsSync(path)) {
      const earlier = await readTestResult(run, subset)
      assertSameSelection(earlier, selection, path)
      report(earlier, context.progress.line)
      context.progress.line(`Tested already: ${path}`)
      return earlier
    }
    assertUntested(history, subset, run)
  }

  const { rows, splitsSha256 } = subsets.read({ subset })
  const { epoch, checkpointHash, preprocessHash } = selection
  const isFresh = await predictSubset(config, epoch, context, subsets)
  const expected = { run, config: runConfig, subset, rows, splitsSha256, epoch, checkpointHash }
  const predictions = await readVerifiedPredictions(expected)
  const samples: PredictionSample[] = isFresh ? [] : [{ rows, predictions }]
  if (selection.subset !== subset) {
    samples.push({
      rows: subsets.read({ subset: selection.subset }).rows,
      predictions: validation,
    })
  }
  context.progress.line('Computing a sample of the predictions again')
  const { signal } = context
  await assertRecomputed(run, runConfig, epoch, samples, { ...config, ...(signal && { signal }) })

  const { images } = predictions
  const breasts = classifyBreasts(images, { aggregation: selection.aggregation })
  const { resamples, seed } = config
  const statistics = statisticsAt(selection.threshold)
  // Of the sensitivities at 90 and 95 % specificity; the other intervals are formulas.
  const resampling = resamplingStage('bootstrap', 2, { resamples, seed }, context)
  const tested = await figuresOf(breasts, statistics, resampling)
  context.progress.stop()
  const { aggregation, threshold, checkpoint, calibration } = selection
  const calibrated = classifyBreasts(images, { aggregation, calibration })
  const rowOf = new Map(rows.map((row) => [row.imageId, row]))
  const { rows: trainingRows } = subsets.read({ subset: 'train' })
  const result = await writeTestResult(run, {
    ...{ subset, checkpoint, epoch, threshold, aggregation },
    patients: new Set(breasts.map(({ patientId }) => patientId)).size,
    breasts: breasts.length,
    images: images.length,
    positives: breasts.filter(({ target }) => target === 1).length,
    ...tested,
    ...(await calibrationFigures(breasts, threshold, seed)),
    calibration,
    calibrated: calibration.method === 'none' ? null : await calibrationFigures(calibrated, threshold, seed),
    decisionCurve: netBenefit(targetsOf(calibrated), probabilitiesOf(calibrated), decisionThresholds),
    confusion: confusionMatrix(targetsOf(breasts), probabilitiesOf(breasts), threshold),
    levels: await levelsOf(images, breasts, threshold),
    baselines: await baselinesOf({ breasts, images, rowOf, trainingRows, resamples, seed }),
    ...(await subgroupsOf(images, rowOf, { aggregation, threshold, seed })),
    bootstrap: { unit: 'patient', resamples, seed, level: 0.95 },
    ...{ preprocessHash, checkpointHash, mammokit: packageVersion() },
    splitsSha256: predictions.splitsSha256,
    rowsSha256: predictions.rowsSha256,
    predictionsSha256: predictions.sha256,
    selectionPredictionsSha256: validation.sha256,
  })
  report(result, context.progress.line)
  const times = history.filter((line) => line.subset === subset).length + 1
  if (times > 1)
    context.progress.line(`The ${subset} set has been used ${times} times; figures after the first are optimistic.`)
  return result
}

/** Predicts what is missing; whether it was computed just now. */
async function predictSubset(
  config: z.output<typeof testSchema>,
  epoch: number,
  context: CommandContext,
  subsets: Subsets,
): Promise<boolean> {
  const { run, data, subset, maxLeftOut, engine, device, threads, workers, batchSize } = config
  const options = { run, data, subset, maxLeftOut, epoch, engine, device, threads, workers, batchSize }
  const { written } = await predictRun({ ...parseConfig(predictSchema, options), run }, context, subsets)
  return written.length > 0
}

function report(result: TestResult, line: (text: string) => void): void {
  const digits = (value: number | null) => value?.toFixed(4) ?? '-'
  const names = [
    'pf1AtThreshold',
    'pf1',
    'rocAuc',
    'averagePrecision',
    'sensitivityAtSpecificity95',
    'logLoss',
    'brier',
    'ece',
  ] as const
  line(
    `${result.checkpoint} at threshold ${digits(result.threshold)} on ${result.breasts} breasts of ${result.patients} patients of ${result.subset}, ${result.positives} with cancer:`,
  )
  line(
    formatTable(
      ['figure', 'value', 'low', 'high'],
      names.map((name) => [name, ...[result[name].value, result[name].low, result[name].high].map(digits)]),
    ),
  )
  for (const note of subgroupNotes(result)) line(note)
}
