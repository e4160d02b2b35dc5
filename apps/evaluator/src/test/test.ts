/** `test`: the selected checkpoint and threshold on the test set, once (the reference's test_model). */

import { existsSync } from 'node:fs'
import { type CommandContext, formatTable, parseConfig, silentContext } from '@mammokit/command-line'
import { classifyBreasts } from '@mammokit/mammogram-classifier'
import { confusionMatrix, type ImagePrediction } from '@mammokit/pf1-metric'
import { dataPaths, readSplitsCsv } from '@mammokit/screening-data'
import {
  assertSamePreprocessing,
  readPredictions,
  readRunConfig,
  readSelection,
  readTestResult,
  runPaths,
  type Selection,
  type TestResult,
  writeTestResult,
} from '@mammokit/training-run'
import { type TestConfig, testSchema } from '../config.ts'
import { EvaluatorError } from '../evaluator-error.ts'
import {
  figuresOf,
  probabilitiesOf,
  type Resampling,
  resamplingStage,
  statisticsAt,
  targetsOf,
} from '../figures/figures.ts'
import { subgroupsOf } from '../figures/subgroups.ts'
import { predict } from '../predict/predict.ts'
import { packageVersion } from '../version.ts'

/** Writes test.json and returns it; what is there already of the same selection is returned as it is. */
export async function test(input: TestConfig, context: CommandContext = silentContext): Promise<TestResult> {
  const config = parseConfig(testSchema, input)
  const paths = runPaths(config.run)
  const selection = await readSelection(config.run)
  const { preprocessHash } = await readRunConfig(config.run)
  assertSamePreprocessing(preprocessHash, "the run's config.json", selection.preprocessHash, paths.selection)
  if (existsSync(paths.test) && !config.again) {
    const earlier = await readTestResult(config.run)
    assertSameSelection(earlier, selection, paths.test)
    report(earlier, context.progress.line)
    context.progress.line(`Tested already: ${paths.test}`)
    return earlier
  }

  const { run, data, subset, maxLeftOut, engine, threads, workers, batchSize } = config
  await predict({ run, data, subset, maxLeftOut, epoch: selection.epoch, engine, threads, workers, batchSize }, context)
  const file = await readPredictions(run, subset, selection.epoch)
  if (file.checkpointHash !== selection.checkpointHash) {
    throw new EvaluatorError(
      'checkpoint-mismatch',
      `Expected the weights ${selection.checkpointHash} that ${paths.selection} chose for ${selection.checkpoint} but received ${file.checkpointHash}. The run was trained anew: predict and select again.`,
    )
  }
  const splits = new Map((await readSplitsCsv(dataPaths(data).splits)).map((row) => [row.imageId, row]))
  const breasts = classifyBreasts(file.rows, { aggregation: selection.aggregation })
  const { resamples, seed } = config
  const statistics = statisticsAt(selection.threshold)
  const figures = Object.keys(statistics).length + (selection.temperature === null ? 0 : 2)
  const resampling = resamplingStage('bootstrap', figures, { resamples, seed }, context)

  const { aggregation, threshold, checkpoint, epoch, checkpointHash } = selection
  const result: TestResult = {
    ...{ subset, checkpoint, epoch, threshold, aggregation },
    patients: new Set(breasts.map(({ patientId }) => patientId)).size,
    breasts: breasts.length,
    images: file.rows.length,
    positives: breasts.filter(({ target }) => target === 1).length,
    ...(await figuresOf(breasts, statistics, resampling)),
    calibrated: await calibratedFigures(file.rows, selection, resampling),
    confusion: confusionMatrix(targetsOf(breasts), probabilitiesOf(breasts), threshold),
    subgroups: await subgroupsOf(file.rows, splits, { aggregation, threshold, resamples, seed }, context),
    bootstrap: { unit: 'patient', resamples, seed, level: 0.95 },
    ...{ preprocessHash, checkpointHash, mammokit: packageVersion() },
  }
  await writeTestResult(run, result)
  report(result, context.progress.line)
  return result
}

/** The test set is looked at once: a second selection needs the user's word. */
function assertSameSelection(earlier: TestResult, selection: Selection, path: string): void {
  const same = (['checkpointHash', 'threshold', 'aggregation'] as const).every((key) => earlier[key] === selection[key])
  if (same) return
  throw new EvaluatorError(
    'tested-already',
    `Expected a run that was not tested but ${path} has ${earlier.checkpoint} at threshold ${earlier.threshold.toFixed(4)}, and ${selection.checkpoint} at ${selection.threshold.toFixed(4)} is selected now. ` +
      'A test set that is used to choose is a validation set; if you must, give --again.',
  )
}

async function calibratedFigures(
  images: readonly ImagePrediction[],
  { temperature, threshold, aggregation }: Selection,
  resampling: Resampling,
) {
  if (temperature === null) return null
  const { brier, ece } = statisticsAt(threshold)
  const breasts = classifyBreasts(images, { aggregation, temperature })
  return { temperature, ...(await figuresOf(breasts, { brier, ece }, resampling)) }
}

function report(result: TestResult, line: (text: string) => void): void {
  const digits = (value: number | null) => value?.toFixed(4) ?? '-'
  const names = [
    'pf1AtThreshold',
    'pf1',
    'rocAuc',
    'averagePrecision',
    'sensitivityAtSpecificity95',
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
}
