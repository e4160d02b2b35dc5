/** All that the report shows, read from the files of a run and of its data. */
import { readManifest } from '@mammokit/mammogram-dataset'
import { aggregateByBreast, type BreastPrediction, sweepThresholds, type ThresholdSweep } from '@mammokit/pf1-metric'
import { z } from 'zod'
import { probabilitiesOf, targetsOf } from '../evaluate/figures.ts'
import { readInput } from '../files/atomic-file.ts'
import { parseJson } from '../files/parse-json.ts'
import { dataPaths, runPaths } from '../files/paths.ts'
import { type Prediction, readPredictions } from '../files/predictions-file.ts'
import { type RunConfig, readRunConfig } from '../files/run-config.ts'
import { readSelection, type Selection } from '../files/selection-file.ts'
import { readTestResult, type TestResult } from '../files/test-file.ts'

const metricsLine = z.looseObject({ kind: z.string(), epoch: z.number(), step: z.number() })

/** A line of metrics.jsonl. */
export type MetricsLine = z.output<typeof metricsLine>

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
  readonly imagesDir: string
}

/**
 * Reads everything; nothing is computed anew but the sweep.
 *
 * @throws CommandError where a file is missing, that says which command writes it
 */
export async function readReportData(run: string, dataDir: string): Promise<ReportData> {
  const paths = runPaths(run)
  const config = await readRunConfig(run)
  const selection = await readSelection(run)
  const test = await readTestResult(run)
  const { rows } = await readPredictions(paths.predictions(test.subset, test.epoch), `Predict and test again: ${run}`)
  const validation = await readPredictions(paths.predictions(selection.subset, selection.epoch), 'Predict again.')
  const validationBreasts = aggregateByBreast(validation.rows, { method: selection.aggregation })
  return {
    name: paths.name,
    config,
    selection,
    test,
    predictions: rows,
    breasts: aggregateByBreast(rows, { method: test.aggregation }),
    sweep: sweepThresholds(targetsOf(validationBreasts), probabilitiesOf(validationBreasts)),
    metrics: await readMetrics(paths.metrics),
    methods: await countMethods(dataPaths(dataDir).manifest),
    imagesDir: dataPaths(dataDir).images,
  }
}

async function readMetrics(path: string): Promise<MetricsLine[]> {
  const text = (await readInput(path, 'It is written by mammokit-trainer train.')).toString('utf8')
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return lines.map((line, index) => parseJson(metricsLine, line, `${path}, line ${index + 1}`))
}

async function countMethods(manifest: string): Promise<Map<string, number>> {
  const counts = new Map<string, number>()
  for (const { status, method } of await readManifest(manifest)) {
    const key = status === 'ok' ? method : status
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return counts
}
