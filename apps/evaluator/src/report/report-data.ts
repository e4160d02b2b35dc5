/** All that the report shows, read from the files of a run and of its data. */
import { existsSync } from 'node:fs'
import { classifyBreasts, readVerifiedSelection } from '@mammokit/mammogram-classifier/selection'
import {
  type BreastPrediction,
  probabilitiesOf,
  sweepThresholds,
  type ThresholdSweep,
  targetsOf,
} from '@mammokit/pf1-metric'
import type { Adjustments, ManifestRow } from '@mammokit/screening-data'
import {
  type MetricsLine,
  type Prediction,
  type RunConfig,
  readMetrics,
  readRunConfig,
  readTestHistory,
  readTestResult,
  readVerifiedPredictions,
  runPaths,
  type Selection,
  type TestResult,
} from '@mammokit/training-run'
import type { TestHistoryLine } from '@mammokit/training-run/schema'
import { EvaluatorError } from '../evaluator-error.ts'
import { openSubsets } from '../predict/subset-rows.ts'
import { isSameSelection } from '../test/tested-once.ts'
import { type PatientFlow, patientFlow } from './patient-flow.ts'

export interface ReportData {
  readonly name: string
  readonly config: RunConfig
  readonly selection: Selection
  readonly test: TestResult
  /** Every test of the same subset, in order; the last one is shown. */
  readonly tests: readonly TestHistoryLine[]
  /** Of the test set, and the same per breast. */
  readonly predictions: readonly Prediction[]
  readonly breasts: readonly BreastPrediction[]
  /** Of the selected checkpoint on the validation set. */
  readonly sweep: ThresholdSweep
  readonly metrics: readonly MetricsLine[]
  /** How many images each method of finding the breast was used for; 'failed' among them. */
  readonly methods: ReadonlyMap<string, number>
  /** What was left out before the split, and corrected, by hand. */
  readonly adjustments: Adjustments
  readonly flow: PatientFlow
  /** Paths of the processed images and the SHA-256 that they must have, by image id. */
  readonly files: ReadonlyMap<string, { readonly file: string; readonly sha256: string }>
}

/**
 * Reads everything and checks that the files belong together; only the threshold sweep is computed again.
 *
 * @throws FileError for a missing file, with the command that writes it
 * @throws TrainingRunError, EvaluatorError for files that contradict each other
 */
export async function readReportData(run: string, dataDirs: string | readonly string[]): Promise<ReportData> {
  const config = await readRunConfig(run)
  const subsets = await openSubsets(dataDirs, config)
  const { selection, predictions: validation } = await readVerifiedSelection(run, config, (subset) =>
    subsets.read({ subset }),
  )
  // The validation set's result is shown where there is no other; a result that is gone is asked for by its own name.
  const isOnlyVal = existsSync(runPaths(run).test('val')) && !existsSync(runPaths(run).test())
  const test = await readTestResult(run, isOnlyVal ? 'val' : 'test')
  if (!isSameSelection(test, selection)) throw differs('selection', runPaths(run).selection, run)
  const { rows, splitsSha256, adjustments } = subsets.read({ subset: test.subset })
  const { epoch, checkpointHash, subset, aggregation } = test
  const expected = { run, config, subset, rows, splitsSha256, epoch, checkpointHash }
  const predictions = await readVerifiedPredictions(expected)
  if (predictions.sha256 !== test.predictionsSha256) {
    throw differs('predictions', runPaths(run).predictions(subset, epoch), run)
  }
  const validationBreasts = classifyBreasts(validation.images, { aggregation })
  const history = await readTestHistory(run)
  return {
    name: runPaths(run).name,
    config,
    selection,
    test,
    tests: history.filter((line) => line.subset === subset),
    predictions: predictions.images,
    breasts: classifyBreasts(predictions.images, { aggregation }),
    sweep: sweepThresholds(targetsOf(validationBreasts), probabilitiesOf(validationBreasts)),
    metrics: await readMetrics(run),
    methods: countMethods(subsets.manifest),
    adjustments,
    flow: patientFlow({ ...subsets.all(), tested: test.subset, manifest: subsets.manifest }),
    files: new Map(rows.map(({ imageId, file, sha256 }) => [imageId, { file, sha256 }])),
  }
}

function differs(what: string, path: string, run: string): EvaluatorError {
  return new EvaluatorError(
    'result-differs',
    `Expected the ${what} that was tested in ${path} but received another one. Restore the file, or test again: mammokit-evaluator test --run ${run} --again.`,
    { run, path },
  )
}

function countMethods(images: readonly ManifestRow[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { status, method } of images) {
    const key = status === 'ok' ? method : status
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return counts
}
