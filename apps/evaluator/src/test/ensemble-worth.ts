/** What several networks, or augmentation, are worth beside each network alone. */
import type { CommandContext } from '@mammokit/command-line'
import { classifyBreasts } from '@mammokit/mammogram-classifier/selection'
import {
  figureOf,
  probabilitiesOf,
  rocAucDifference,
  statisticsAt,
  targetsOf,
  undefinedFigure,
} from '@mammokit/pf1-metric'
import {
  epochName,
  type Predictions,
  readVerifiedPredictions,
  runPaths,
  type Selection,
  type TestResult,
} from '@mammokit/training-run'
import type { z } from 'zod'
import { predictSchema, type testSchema } from '../config.ts'
import type { EvaluatedRun } from '../predict/network.ts'
import { predictRun } from '../predict/predict.ts'
import { assertRecomputed } from '../predict/recompute-predictions.ts'

type Worth = TestResult['ensemble']

/**
 * The ROC area of each network alone, without augmentation, on the same breasts; undefined where each image is told by one network alone, as
 * outside of test by folds.
 */
export async function worthOf(
  { combine, augmentations, isOutOfFold, networks }: EvaluatedRun,
  { epoch, aggregation }: Selection,
  predictions: Predictions,
  config: z.output<typeof testSchema>,
  context: CommandContext,
): Promise<Worth> {
  if (combine === null || (isOutOfFold && config.subset !== 'test')) return undefined
  const { data, subset, maxLeftOut, resamples, seed } = config
  const { engine, device, precision, threads, workers, batchSize } = config
  const inference = { engine, device, precision, threads, workers, batchSize }
  const breasts = classifyBreasts(predictions.images, { aggregation })
  const [targets, patients] = [targetsOf(breasts), breasts.map(({ patientId }) => patientId)]
  const isDefined = targets.includes(0) && targets.includes(1)
  const members: NonNullable<Worth>['members'] = []
  for (const { run, config: runConfig, epoch: own, checkpointHash, subsets } of await networks(epoch)) {
    const options = { run, data, subset, maxLeftOut, epoch: own, ...inference }
    // Where the networks tell of the images themselves, this is there already.
    const { kept } = await predictRun({ ...predictSchema.parse(options), run }, context, { subsets })
    const { rows, splitsSha256 } = subsets.read({ subset })
    const expected = { run, config: runConfig, subset, rows, splitsSha256, epoch: own, checkpointHash }
    const plain = await readVerifiedPredictions(expected)
    // Without augmentation the test itself computes a sample of these again.
    if (kept.length > 0 && augmentations.length > 0) {
      const recomputed = { ...inference, ...(context.signal && { signal: context.signal }) }
      await assertRecomputed(run, own, [{ rows, predictions: plain }], recomputed)
    }
    const alone = classifyBreasts(plain.images, { aggregation })
    members.push({
      name: runPaths(run).name,
      checkpoint: epochName(own),
      rocAuc: await figureOf(alone, statisticsAt(0.5).rocAuc),
      difference: isDefined
        ? rocAucDifference(targets, probabilitiesOf(breasts), probabilitiesOf(alone), patients, { resamples, seed })
        : undefinedFigure,
    })
  }
  return { combine, augmentations, members }
}
