/** `test`: the selected checkpoint and threshold on the test set, once (the reference's test_model). */
import { type CommandContext, parseConfig, silentContext } from '@mammokit/command-line'
import { readVerifiedSelection } from '@mammokit/mammogram-classifier/selection'
import {
  readRunConfig,
  readTestHistory,
  readVerifiedPredictions,
  runPaths,
  type TestResult,
  writeTestResult,
} from '@mammokit/training-run'
import type { z } from 'zod'
import { predictSchema, type TestConfig, testSchema } from '../config.ts'
import { predictRun } from '../predict/predict.ts'
import { assertRecomputed, type PredictionSample } from '../predict/recompute-predictions.ts'
import { openSubsets, type Subsets } from '../predict/subset-rows.ts'
import { assertNoStray } from '../stray-option.ts'
import { reportTest } from './report-test.ts'
import { testExternal } from './test-external.ts'
import { testFiguresOf } from './test-figures.ts'
import { readEarlierTest } from './tested-once.ts'

/** Writes test.json, of --external that of its folder, and returns it; an existing result of the same selection is returned unchanged. */
export async function test(input: TestConfig, context: CommandContext = silentContext): Promise<TestResult> {
  const config = parseConfig(testSchema, input)
  if (config.external !== undefined) return testExternal({ ...config, external: config.external }, context)
  const { run, data, subset } = config
  const needed = { flag: '--external', gives: 'the data folder of the other place' }
  assertNoStray(['name', 'unrelatedIds'], config, { unrelatedIds: false }, needed)
  const runConfig = await readRunConfig(run)
  const subsets = await openSubsets(data, runConfig)
  const { selection, predictions: validation } = await readVerifiedSelection(run, runConfig, (subset) =>
    subsets.read({ subset }),
  )
  const history = await readTestHistory(run)
  const earlier = config.again ? undefined : await readEarlierTest(run, subset, selection, history)
  if (earlier) {
    reportTest(earlier, context.progress.line)
    context.progress.line(`Tested already: ${runPaths(run).test(subset)}`)
    return earlier
  }

  const { rows, splitsSha256 } = subsets.read({ subset })
  const { epoch, checkpointHash } = selection
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

  const { rows: trainingRows } = subsets.read({ subset: 'train' })
  const tested = { selection, predictions, rows, trainingRows }
  const result = await writeTestResult(run, {
    ...(await testFiguresOf(subset, tested, config, context)),
    selectionPredictionsSha256: validation.sha256,
  })
  reportTest(result, context.progress.line)
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
