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
import {
  type Adjustments,
  type Lesion,
  type ManifestRow,
  type ProcessedRow,
  readLesions,
} from '@mammokit/screening-data'
import {
  type MetricsLine,
  type Prediction,
  type RunConfig,
  readMaps,
  readMetrics,
  readTestHistory,
  readTestResult,
  readVerifiedPredictions,
  runPaths,
  type Selection,
  type StoredMaps,
  type TestResult,
} from '@mammokit/training-run'
import type { TestHistoryLine } from '@mammokit/training-run/schema'
import { EvaluatorError } from '../evaluator-error.ts'
import { openEvaluated } from '../predict/evaluated-run.ts'
import type { EvaluatedRun } from '../predict/network.ts'
import { expectedTogether } from '../predict/network-predictions.ts'
import { readExternalTests } from '../test/external-tests.ts'
import { isSameSelection } from '../test/tested-once.ts'
import { type PatientFlow, patientFlow } from './patient-flow.ts'

export interface ReportData extends Pick<EvaluatedRun, 'combine' | 'augmentations' | 'isOutOfFold'> {
  readonly name: string
  readonly config: RunConfig
  readonly selection: Selection
  readonly test: TestResult
  /** Every test of the same subset, in order; the last one is shown. */
  readonly tests: readonly TestHistoryLine[]
  /** Of this selection on the cases of other places, by their names. */
  readonly externalTests: readonly TestResult[]
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
  /** Paths of the processed images, the SHA-256 that they must have and their placement, by image id. */
  readonly files: ReadonlyMap<string, Pick<ProcessedRow, 'file' | 'sha256' | 'placement'>>
  /** Heatmaps of the weights that were tested; null where `explain` wrote none of them. */
  readonly maps: StoredMaps | null
  /** Value of a map that is drawn as the strongest: the median of the strongest of each image of a breast that was called. */
  readonly mapScale: number
  /** Known lesions by image id, in pixels of the original. */
  readonly lesions: ReadonlyMap<string, readonly Lesion[]>
  /** `patient 474`, or by its number on the page where ids are hidden. */
  readonly patientName: (patientId: string) => string
}

/**
 * Reads everything and checks that the files belong together; only the threshold sweep is computed again.
 *
 * @throws FileError for a missing file, with the command that writes it
 * @throws TrainingRunError, EvaluatorError for files that contradict each other
 */
export async function readReportData(
  run: string,
  dataDirs: string | readonly string[],
  { isAnonymous = false }: { readonly isAnonymous?: boolean } = {},
): Promise<ReportData> {
  const evaluated = await openEvaluated(run, dataDirs)
  const { config, subsets, combine, augmentations, isOutOfFold } = evaluated
  const { selection, predictions: validation } = await readVerifiedSelection(
    run,
    config,
    (subset) => subsets.read({ subset }),
    evaluated,
  )
  // The validation set's result is shown where there is no other; a result that is gone is asked for by its own name.
  const isOnlyVal = existsSync(runPaths(run).test('val')) && !existsSync(runPaths(run).test())
  const test = await readTestResult(run, isOnlyVal ? 'val' : 'test')
  if (!isSameSelection(test, selection)) throw differs('selection', runPaths(run).selection, run)
  const { rows, adjustments } = subsets.read({ subset: test.subset })
  const { epoch, subset, aggregation } = test
  const predictions = await readVerifiedPredictions(await expectedTogether(evaluated, subset, epoch))
  if (predictions.sha256 !== test.predictionsSha256) {
    throw differs('predictions', runPaths(run).predictions(subset, epoch), run)
  }
  const validationBreasts = classifyBreasts(validation.images, { aggregation })
  const history = await readTestHistory(run)
  const breasts = classifyBreasts(predictions.images, { aggregation })
  const maps = await readMapsOf(run, test)
  return {
    ...{ combine, augmentations, isOutOfFold },
    name: runPaths(run).name,
    config,
    selection,
    test,
    tests: history.filter((line) => line.subset === subset),
    externalTests: (await readExternalTests(run)).filter((result) => isSameSelection(result, selection)),
    predictions: predictions.images,
    breasts,
    sweep: sweepThresholds(targetsOf(validationBreasts), probabilitiesOf(validationBreasts)),
    metrics: combine === null ? await readMetrics(run) : [],
    methods: countMethods(subsets.manifest),
    adjustments,
    flow: patientFlow({ ...subsets.all(), tested: test.subset, manifest: subsets.manifest }),
    files: new Map(rows.map((row) => [row.imageId, row])),
    maps,
    mapScale: scaleOf(maps, predictions.images, breasts, test.threshold),
    lesions: await readLesions(rows),
    patientName: isAnonymous ? hiddenNames() : (patientId) => `patient ${patientId}`,
  }
}

/** Those of other weights or pictures say nothing about this test. */
async function readMapsOf(run: string, test: TestResult): Promise<StoredMaps | null> {
  const maps = await readMaps(run, test.subset)
  const { checkpointHash, preprocessHash } = maps?.source ?? {}
  return checkpointHash === test.checkpointHash && preprocessHash === test.preprocessHash ? maps : null
}

/** Maps of one scale are comparable, and weak evidence looks weak. */
function scaleOf(
  stored: StoredMaps | null,
  images: readonly Prediction[],
  breasts: readonly BreastPrediction[],
  threshold: number,
): number {
  const called = new Set(breasts.filter((breast) => breast.probability >= threshold).map(({ breastId }) => breastId))
  const strongest = images
    .filter(({ patientId, laterality }) => called.size === 0 || called.has(`${patientId}_${laterality}`))
    .flatMap(({ imageId }) => stored?.maps.get(imageId) ?? [])
    .map(({ data }) => data.reduce((most, value) => Math.max(most, value), 0))
    .sort((a, b) => a - b)
  return strongest[strongest.length >> 1] ?? 0
}

/** Numbers in the order in which patients appear on the page. */
function hiddenNames(): (patientId: string) => string {
  const numbers = new Map<string, number>()
  return (patientId) => {
    if (!numbers.has(patientId)) numbers.set(patientId, numbers.size + 1)
    return `patient no. ${numbers.get(patientId)}`
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
