/** `test --external`: the selected checkpoint and threshold on all labeled cases of another place, beside the run's own test. */
import { mkdir } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { type CommandContext, CommandLineError } from '@mammokit/command-line'
import { readVerifiedSelection } from '@mammokit/mammogram-classifier/selection'
import {
  hashSources,
  readTestHistory,
  readVerifiedPredictions,
  runPaths,
  type TestResult,
  writeTestResult,
} from '@mammokit/training-run'
import type { z } from 'zod'
import type { testSchema } from '../config.ts'
import { EvaluatorError } from '../evaluator-error.ts'
import { openEvaluated } from '../predict/evaluated-run.ts'
import { assertTogether } from '../predict/network-predictions.ts'
import { predictRows } from '../predict/predict.ts'
import { readSite } from '../predict/read-site.ts'
import { assertRecomputed } from '../predict/recompute-predictions.ts'
import { caseMixOf } from './case-mix.ts'
import { reportTest } from './report-test.ts'
import { assertSamePrecision } from './same-precision.ts'
import { testFiguresOf } from './test-figures.ts'
import { readEarlierTest } from './tested-once.ts'

/** Cases of another place have no split: all of them are tested. */
const subset = 'test'

type ExternalConfig = z.output<typeof testSchema> & { readonly external: string }

/** Writes sites/<name>/test.json, its predictions and its own test-history.jsonl, and returns the result. */
export async function testExternal(config: ExternalConfig, context: CommandContext): Promise<TestResult> {
  const { run, data, external, unrelatedIds, maxLeftOut } = config
  const { progress, signal } = context
  if (config.subset !== subset) {
    throw new CommandLineError(
      'invalid-value',
      `Expected --subset or --external but received both. Leave --subset ${config.subset} out: all cases of another place are tested.`,
      { option: 'subset' },
    )
  }
  const name = config.name ?? basename(resolve(external))
  const folder = runPaths(run).site(name)
  const evaluated = await openEvaluated(run, data)
  const { config: runConfig, subsets, augmentations } = evaluated
  const { selection, predictions: validation } = await readVerifiedSelection(
    run,
    runConfig,
    (subset) => subsets.read({ subset }),
    evaluated,
  )
  await assertTogether(evaluated, validation, selection.epoch)
  const history = await readTestHistory(folder)
  const earlier = config.again ? undefined : await readEarlierTest(folder, subset, selection, history)
  const { rows, notes } = await readSite({ site: external, data, maxLeftOut, unrelatedIds }, runConfig)
  for (const note of notes) progress.line(note)
  // There is no split of these cases: what they are is the hash of their files.
  const splitsSha256 = hashSources(rows)
  if (earlier) {
    const path = runPaths(folder).test(subset)
    assertSameCases(earlier, splitsSha256, { external, path })
    reportTest(earlier, progress.line)
    progress.line(`Tested already: ${path}`)
    return earlier
  }
  assertSamePrecision(run, validation, config.precision)
  await mkdir(folder, { recursive: true })
  const { epoch, checkpointHash } = selection
  const predicted = { into: folder, subset, rows, splitsSha256, augmentations } as const
  const written = await predictRows([epoch], predicted, config, evaluated, context)
  const expected = { run: folder, config: runConfig, ...predicted, epoch, checkpointHash }
  const predictions = await readVerifiedPredictions(expected)
  if (written.length === 0) {
    progress.line('Computing a sample of the predictions again')
    const options = { ...config, ...(signal && { signal }) }
    await assertRecomputed(run, epoch, [{ rows, predictions, folder }], options)
  }
  const against = subsets.has('test') ? 'test' : 'val'
  const tested = { selection, predictions, rows, trainingRows: subsets.read({ subset: 'train' }).rows }
  const result = await writeTestResult(folder, {
    ...(await testFiguresOf(subset, tested, config, context)),
    external: { name, against, caseMix: caseMixOf(rows, subsets.read({ subset: against }).rows) },
    selectionPredictionsSha256: validation.sha256,
  })
  reportTest(result, progress.line)
  if (history.length > 0)
    progress.line(
      `The cases of ${name} have been used ${history.length + 1} times; figures after the first are optimistic.`,
    )
  return result
}

/** Two data folders may have one name. @throws EvaluatorError `tested-already` where the earlier test was of other cases */
function assertSameCases(
  earlier: TestResult,
  sourcesSha256: string,
  { external, path }: { readonly external: string; readonly path: string },
): void {
  if (earlier.splitsSha256 === sourcesSha256) return
  throw new EvaluatorError(
    'tested-already',
    `Expected the cases of ${external} (${sourcesSha256.slice(0, 16)}) in ${path} but received a test of other cases (${earlier.splitsSha256.slice(0, 16)}). Pass another --name, or --again to test what the folder has now.`,
    { path, expected: sourcesSha256, received: earlier.splitsSha256 },
  )
}
