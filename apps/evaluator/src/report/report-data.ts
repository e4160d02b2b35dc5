/** All that the report shows, read from the files of a run and of its data. */
import { existsSync } from 'node:fs'
import { classifyBreasts, readVerifiedSelection } from '@mammokit/mammogram-classifier/selection'
import { probabilitiesOf, sweepThresholds, type ThresholdSweep, targetsOf } from '@mammokit/pf1-metric'
import { type Adjustments, type ManifestRow, readLesions } from '@mammokit/screening-data'
import {
  type MetricsLine,
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
import { EvaluatorError } from '../evaluator-error.ts'
import { openEvaluated } from '../predict/evaluated-run.ts'
import type { EvaluatedRun } from '../predict/network.ts'
import { expectedTogether } from '../predict/network-predictions.ts'
import { readExternalTests } from '../test/external-tests.ts'
import { isSameSelection } from '../test/tested-once.ts'
import type { Drawing } from './drawing.ts'
import { type PatientFlow, patientFlow } from './patient-flow.ts'
import { mapScaleOf, patientNames, type TestedCases } from './tested-cases.ts'

export interface ReportData extends TestedCases, Pick<EvaluatedRun, 'combine' | 'augmentations' | 'isOutOfFold'> {
  readonly name: string
  readonly config: RunConfig
  readonly selection: Selection
  readonly test: TestResult
  readonly maps: StoredMaps | null
  /** Of this selection on the cases of other places, by their names. */
  readonly externalTests: readonly TestResult[]
  /** Of the selected checkpoint on the validation set. */
  readonly sweep: ThresholdSweep
  readonly metrics: readonly MetricsLine[]
  /** How many images each method of finding the breast was used for; 'failed' among them. */
  readonly methods: ReadonlyMap<string, number>
  /** What was left out before the split, and corrected, by hand. */
  readonly adjustments: Adjustments
  readonly flow: PatientFlow
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
  drawing: Drawing,
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
    combine,
    augmentations,
    isOutOfFold,
    drawing,
    name: runPaths(run).name,
    heading: `run ${runPaths(run).name}`,
    who: subset === 'test' ? 'whom the network never saw' : 'on whom checkpoint and threshold were chosen',
    doubts: [],
    withoutMaps:
      isOutOfFold && subset !== 'test'
        ? 'There are no heatmaps of the folds together: most of them were trained on these images.'
        : `For heatmaps run mammokit-evaluator explain --subset ${subset}, then report again.`,
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
    mapScale: mapScaleOf(maps?.maps, predictions.images, breasts, test.threshold),
    lesions: await readLesions(rows),
    patientName: patientNames(isAnonymous),
  }
}

/** Those of other weights or pictures say nothing about this test. */
async function readMapsOf(run: string, test: TestResult): Promise<StoredMaps | null> {
  const maps = await readMaps(run, test.subset)
  const { checkpointHash, preprocessHash } = maps?.source ?? {}
  return checkpointHash === test.checkpointHash && preprocessHash === test.preprocessHash ? maps : null
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
