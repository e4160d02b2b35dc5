/** All that the report shows, read from the files of a run and of its data. */
import { join } from 'node:path'
import { aggregateByBreast, type BreastPrediction, sweepThresholds, type ThresholdSweep } from '@mammokit/pf1-metric'
import { dataPaths, type ManifestRow, readManifest } from '@mammokit/screening-data'
import {
  type MetricsLine,
  type Prediction,
  type RunConfig,
  readMetrics,
  readPredictions,
  readRunConfig,
  readSelection,
  readTestResult,
  runPaths,
  type Selection,
  type TestResult,
} from '@mammokit/training-run'
import { probabilitiesOf, targetsOf } from '../figures/figures.ts'

export interface ReportData {
  readonly name: string
  readonly config: RunConfig
  readonly selection: Selection
  readonly test: TestResult
  /** Of the test set, and the same per breast. */
  readonly predictions: readonly Prediction[]
  readonly breasts: readonly BreastPrediction[]
  /** Of the selected checkpoint on the validation set. */
  readonly sweep: ThresholdSweep
  readonly metrics: readonly MetricsLine[]
  /** How many images each method of finding the breast was used for; 'failed' among them. */
  readonly methods: ReadonlyMap<string, number>
  /** Paths of the processed images and the SHA-256 that they must have, by image id. */
  readonly files: ReadonlyMap<string, { readonly file: string; readonly sha256: string }>
}

/**
 * Reads everything; nothing is computed anew but the sweep.
 *
 * @throws EvaluatorError where a file is missing, that says which command writes it
 */
export async function readReportData(run: string, dataDir: string): Promise<ReportData> {
  const { manifest, processed } = dataPaths(dataDir)
  const images = await readManifest(manifest)
  const config = await readRunConfig(run)
  const selection = await readSelection(run)
  const test = await readTestResult(run)
  const { rows } = await readPredictions(run, test.subset, test.epoch)
  const validation = await readPredictions(run, selection.subset, selection.epoch)
  const validationBreasts = aggregateByBreast(validation.rows, { method: selection.aggregation })
  return {
    name: runPaths(run).name,
    config,
    selection,
    test,
    predictions: rows,
    breasts: aggregateByBreast(rows, { method: test.aggregation }),
    sweep: sweepThresholds(targetsOf(validationBreasts), probabilitiesOf(validationBreasts)),
    metrics: await readMetrics(run),
    methods: countMethods(images),
    files: new Map(
      images
        .filter(({ file }) => file !== '')
        .map(({ imageId, file, imageSha256: sha256 }) => [imageId, { file: join(processed, file), sha256 }]),
    ),
  }
}

function countMethods(images: readonly ManifestRow[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { status, method } of images) {
    const key = status === 'ok' ? method : status
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return counts
}
