/** The figures of a selection on the cases that it is tested on. */
import type { CommandContext } from '@mammokit/command-line'
import { classifyBreasts } from '@mammokit/mammogram-classifier/selection'
import { confusionMatrix, figuresOf, netBenefit, probabilitiesOf, statisticsAt, targetsOf } from '@mammokit/pf1-metric'
import type { ProcessedRow } from '@mammokit/screening-data'
import type { Predictions, Selection, TestedSubset, TestResult } from '@mammokit/training-run'
import { calibrationFigures } from '../calibration-figures.ts'
import { resamplingStage } from '../resampling-stage.ts'
import { packageVersion } from '../version.ts'
import { baselinesOf } from './baselines.ts'
import { levelsOf } from './levels.ts'
import { subgroupsOf } from './subgroups.ts'

/** Probabilities of cancer from which somebody might want to look again: 0 to 10 %. */
const decisionThresholds = Array.from({ length: 41 }, (_, i) => i / 400)

export interface TestedRows {
  readonly selection: Pick<
    Selection,
    'epoch' | 'checkpoint' | 'checkpointHash' | 'preprocessHash' | 'threshold' | 'aggregation' | 'calibration'
  >
  readonly predictions: Pick<Predictions, 'images' | 'splitsSha256' | 'rowsSha256' | 'sha256'>
  /** Of the predictions. */
  readonly rows: readonly ProcessedRow[]
  /** Of the run, for the model of what is known before an image is read. */
  readonly trainingRows: readonly ProcessedRow[]
}

/** Everything of a result but where it is kept and what the selection was made of. */
export type TestFigures = Omit<TestResult, 'history' | 'external' | 'selectionPredictionsSha256'>

export async function testFiguresOf(
  subset: TestedSubset,
  { selection, predictions, rows, trainingRows }: TestedRows,
  { resamples, seed }: { readonly resamples: number; readonly seed: number },
  context: CommandContext,
): Promise<TestFigures> {
  const { epoch, checkpointHash, preprocessHash } = selection
  const { images } = predictions
  const breasts = classifyBreasts(images, { aggregation: selection.aggregation })
  const statistics = statisticsAt(selection.threshold)
  // Of the sensitivities at 90 and 95 % specificity; the other intervals are formulas.
  const resampling = resamplingStage('bootstrap', 2, { resamples, seed }, context)
  const tested = await figuresOf(breasts, statistics, resampling)
  context.progress.stop()
  const { aggregation, threshold, checkpoint, calibration } = selection
  const calibrated = classifyBreasts(images, { aggregation, calibration })
  const rowOf = new Map(rows.map((row) => [row.imageId, row]))
  return {
    subset,
    checkpoint,
    epoch,
    threshold,
    aggregation,
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
    preprocessHash,
    checkpointHash,
    mammokit: packageVersion(),
    splitsSha256: predictions.splitsSha256,
    rowsSha256: predictions.rowsSha256,
    predictionsSha256: predictions.sha256,
  }
}
