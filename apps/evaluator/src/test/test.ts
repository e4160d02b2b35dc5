/** `test`: the selected checkpoint and threshold on the test set, once (the reference's test_model). */
import { existsSync } from 'node:fs'
import { type CommandContext, parseConfig, silentContext } from '@mammokit/command-line'
import { readVerifiedSelection } from '@mammokit/mammogram-classifier/selection'
import {
  type Predictions,
  readTestHistory,
  readVerifiedPredictions,
  runPaths,
  type Selection,
  type TestResult,
  writeTestResult,
} from '@mammokit/training-run'
import type { z } from 'zod'
import { predictSchema, type TestConfig, testSchema } from '../config.ts'
import { openEvaluated } from '../predict/evaluated-run.ts'
import type { EvaluatedRun } from '../predict/network.ts'
import { assertTogether, expectedOf, expectedTogether } from '../predict/network-predictions.ts'
import { predictEvaluated } from '../predict/predict.ts'
import {
  assertRecomputed,
  type PredictionSample,
  type SampleThread,
  startSampleThread,
} from '../predict/recompute-predictions.ts'
import { assertNoStray } from '../stray-option.ts'
import { worthOf } from './ensemble-worth.ts'
import { reportTest } from './report-test.ts'
import { assertSamePrecision } from './same-precision.ts'
import { testExternal } from './test-external.ts'
import { testFiguresOf } from './test-figures.ts'
import { readEarlierTest } from './tested-once.ts'

/** Writes test.json, of --external that of its folder, and returns it; an existing result of the same selection is returned unchanged. */
export async function test(
  input: TestConfig,
  context: CommandContext = silentContext,
  openThread?: () => SampleThread,
): Promise<TestResult> {
  const config = parseConfig(testSchema, input)
  if (config.external !== undefined) return testExternal({ ...config, external: config.external }, context)
  const { run, subset } = config
  const needed = { flag: '--external', gives: 'the data folder of the other place' }
  assertNoStray(['name', 'unrelatedIds'], config, { unrelatedIds: false }, needed)
  const isNew = config.again || !existsSync(runPaths(run).test(subset))
  const thread = isNew ? openThread?.() : undefined
  try {
    return await testOnce(config, thread, context)
  } finally {
    await thread?.close()
  }
}

/** `test` of a process of its own, which loads what computes in a thread while it reads tables. */
export const testInThreads = (input: TestConfig, context?: CommandContext): Promise<TestResult> =>
  test(input, context, startSampleThread)

async function testOnce(
  config: z.output<typeof testSchema>,
  thread: SampleThread | undefined,
  context: CommandContext,
): Promise<TestResult> {
  const { run, data, subset } = config
  const evaluated = await openEvaluated(run, data)
  const { subsets } = evaluated
  const { selection, predictions: validation } = await readVerifiedSelection(
    run,
    evaluated.config,
    (subset) => subsets.read({ subset }),
    evaluated,
  )
  const history = await readTestHistory(run)
  const earlier = config.again ? undefined : await readEarlierTest(run, subset, selection, history)
  if (earlier) {
    reportTest(earlier, context.progress.line)
    context.progress.line(`Tested already: ${runPaths(run).test(subset)}`)
    return earlier
  }
  assertSamePrecision(run, validation, config.precision)

  const { rows } = subsets.read({ subset })
  const { epoch } = selection
  // Those that the selection was made from were read to verify it.
  const isRead = subset === selection.subset && evaluated.combine === null
  const written = isRead ? [] : await predictSubset(evaluated, config, epoch, context)
  const predictions = isRead
    ? validation
    : await readVerifiedPredictions(await expectedTogether(evaluated, subset, epoch))
  await assertTogether(evaluated, validation, epoch)
  // Outside of test the folds were trained on what they are tested on here, each without its own part; a model of metadata has no parts.
  const isOwnTraining = evaluated.isOutOfFold && subset === 'val'
  const trainingRows = isOwnTraining ? [] : subsets.read({ subset: 'train' }).rows
  const tested = { selection, predictions, rows, trainingRows }
  const ensemble = await worthOf(evaluated, selection, predictions, config, context)
  context.progress.line('Computing a sample of the predictions again')
  const known = evaluated.combine === null ? [predictions, validation] : []
  const recomputed = { evaluated, selection, written, known, thread }
  // What the thread holds would lie beside what the figures need.
  const recomputation = recomputeNetworks(recomputed, config, context).finally(() => thread?.close())
  const [figures] = await Promise.all([testFiguresOf(subset, tested, config, context), recomputation])
  const result = await writeTestResult(run, {
    ...figures,
    ...(ensemble && { ensemble }),
    selectionPredictionsSha256: validation.sha256,
  })
  reportTest(result, context.progress.line)
  const times = history.filter((line) => line.subset === subset).length + 1
  if (times > 1)
    context.progress.line(`The ${subset} set has been used ${times} times; figures after the first are optimistic.`)
  return result
}

/** Predicts what is missing; returns what was written now. */
async function predictSubset(
  evaluated: EvaluatedRun,
  config: z.output<typeof testSchema>,
  epoch: number,
  context: CommandContext,
): Promise<readonly string[]> {
  const { run, data, subset, maxLeftOut, engine, device, precision, threads, workers, batchSize } = config
  const inference = { engine, device, precision, threads, workers, batchSize }
  const options = { run, data, subset, maxLeftOut, epoch, ...inference }
  const { written } = await predictEvaluated(evaluated, { ...parseConfig(predictSchema, options), run }, context)
  return written
}

interface Recomputed {
  readonly evaluated: EvaluatedRun
  readonly selection: Selection
  /** Files that were written now. */
  readonly written: readonly string[]
  /** Predictions that were read already. */
  readonly known: readonly Predictions[]
  readonly thread: SampleThread | undefined
}

/** Computes a sample of what each network said earlier of the tested subset, and of that of the selection, again. @throws EvaluatorError `predictions-differ` */
async function recomputeNetworks(
  { evaluated, selection, written, known, thread }: Recomputed,
  config: z.output<typeof testSchema>,
  { signal }: CommandContext,
): Promise<void> {
  const { augmentations } = evaluated
  for (const network of await evaluated.networks(selection.epoch)) {
    const { run, into, epoch } = network
    const isFresh = written.includes(runPaths(into).predictions(config.subset, epoch))
    const samples: PredictionSample[] = []
    for (const subset of new Set([config.subset, selection.subset])) {
      if (isFresh && subset === config.subset) continue
      const { rows } = network.subsets.read({ subset })
      const predictions =
        known.find((one) => one.subset === subset) ??
        (await readVerifiedPredictions(expectedOf(network, subset, evaluated)))
      samples.push({ rows, predictions, folder: into })
    }
    if (samples.length === 0) continue
    await assertRecomputed(run, epoch, samples, { ...config, augmentations, thread, ...(signal && { signal }) })
  }
}
