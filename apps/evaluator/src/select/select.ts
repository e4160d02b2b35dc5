/** `select`: the checkpoint and the threshold with the best pF1 on the validation set (the reference's check_metric). */
import { type CommandContext, formatTable, parseConfig, silentContext } from '@mammokit/command-line'
import { classifyBreasts, logOdds } from '@mammokit/mammogram-classifier'
import {
  type AggregationMethod,
  averagePrecision,
  type BreastPrediction,
  MetricError,
  pfBeta,
  rocAuc,
  sweepThresholds,
  type ThresholdSweep,
  temperatureScaling,
} from '@mammokit/pf1-metric'
import {
  assertSamePreprocessing,
  epochName,
  listEpochs,
  readPredictions,
  readRunConfig,
  runPaths,
  type Selection,
  writeSelection,
} from '@mammokit/training-run'
import { type SelectConfig, selectSchema } from '../config.ts'
import {
  figureOf,
  figuresOf,
  pf1AtThreshold,
  probabilitiesOf,
  resamplingStage,
  type Statistic,
  statisticsAt,
  targetsOf,
} from '../figures/figures.ts'
import { packageVersion } from '../version.ts'

interface Candidate {
  readonly epoch: number
  readonly breasts: readonly BreastPrediction[]
  readonly sweep: ThresholdSweep
  readonly checkpointHash: string
  readonly row: Selection['checkpoints'][number]
}

/** Writes selection.json and returns it. */
export async function select(input: SelectConfig, context: CommandContext = silentContext): Promise<Selection> {
  const { progress, signal } = context
  const config = parseConfig(selectSchema, input)
  const { preprocessHash } = await readRunConfig(config.run)
  const sweepOptions = config.gridStep === undefined ? {} : { gridStep: config.gridStep }
  const candidates: Candidate[] = []
  const epochs = await listEpochs(config.run)
  progress.start('checkpoints', epochs.length)
  for (const epoch of epochs) {
    signal?.throwIfAborted()
    const file = await readPredictions(config.run, config.subset, epoch)
    const path = runPaths(config.run).predictions(config.subset, epoch)
    assertSamePreprocessing(preprocessHash, "the run's config.json", file.preprocessHash, path)
    const breasts = classifyBreasts(file.rows, { aggregation: config.aggregation as AggregationMethod })
    const sweep = sweepThresholds(targetsOf(breasts), probabilitiesOf(breasts), sweepOptions)
    candidates.push({ epoch, breasts, sweep, checkpointHash: file.checkpointHash, row: rowOf(epoch, breasts, sweep) })
    progress.update(candidates.length)
  }
  progress.stop()
  const best = candidates.reduce((a, b) => (isBetter(b.row, a.row) ? b : a))

  const { breasts, sweep } = best
  const { pf1, rocAuc, averagePrecision } = statisticsAt(sweep.threshold)
  const { resamples, seed } = config
  const resampling = resamplingStage('bootstrap', 5, { resamples, seed }, context)
  const chosenAnew: Statistic = (sample) =>
    sweepThresholds(targetsOf(sample), probabilitiesOf(sample), sweepOptions).threshold
  const selection: Selection = {
    subset: config.subset,
    aggregation: config.aggregation,
    checkpoint: epochName(best.epoch),
    epoch: best.epoch,
    threshold: sweep.threshold,
    plateau: sweep.plateau,
    thresholdInterval: await figureOf(breasts, chosenAnew, resampling),
    pf1AtThreshold: await figureOf(breasts, pf1AtThreshold(sweep.threshold), resampling),
    ...(await figuresOf(breasts, { pf1, rocAuc, averagePrecision }, resampling)),
    temperature: temperatureOf(breasts),
    patients: new Set(breasts.map(({ patientId }) => patientId)).size,
    breasts: breasts.length,
    positives: breasts.filter(({ target }) => target === 1).length,
    bootstrap: { unit: 'patient', resamples, seed, level: 0.95 },
    preprocessHash,
    checkpointHash: best.checkpointHash,
    mammokit: packageVersion(),
    checkpoints: candidates.map(({ row }) => row),
  }
  progress.stop()
  await writeSelection(config.run, selection)
  report(selection, progress.line)
  return selection
}

function rowOf(epoch: number, breasts: readonly BreastPrediction[], { threshold, score }: ThresholdSweep) {
  const targets = targetsOf(breasts)
  const probabilities = probabilitiesOf(breasts)
  return {
    checkpoint: epochName(epoch),
    epoch,
    threshold,
    pf1AtThreshold: score,
    pf1: pfBeta(targets, probabilities),
    rocAuc: targets.includes(0) ? rocAuc(targets, probabilities) : null,
    averagePrecision: averagePrecision(targets, probabilities),
  }
}

/** Ties go to the better ranking, then to the probabilities that separate better, then to the earlier epoch. */
function isBetter(a: Candidate['row'], b: Candidate['row']): boolean {
  if (a.pf1AtThreshold !== b.pf1AtThreshold) return a.pf1AtThreshold > b.pf1AtThreshold
  if (a.averagePrecision !== b.averagePrecision) return a.averagePrecision > b.averagePrecision
  return a.pf1 > b.pf1
}

function temperatureOf(breasts: readonly BreastPrediction[]): number | null {
  try {
    return temperatureScaling(targetsOf(breasts), probabilitiesOf(breasts).map(logOdds)).temperature
  } catch (error) {
    if (error instanceof MetricError && error.code === 'no-negatives') return null
    throw error
  }
}

function report(selection: Selection, line: (text: string) => void): void {
  const digits = (value: number | null) => value?.toFixed(4) ?? '-'
  line(
    formatTable(
      ['checkpoint', 'F1 at threshold', 'threshold', 'pF1', 'ROC AUC', 'average precision'],
      selection.checkpoints.map((row) => [
        `${row.checkpoint}${row.epoch === selection.epoch ? ' *' : ''}`,
        ...[row.pf1AtThreshold, row.threshold, row.pf1, row.rocAuc, row.averagePrecision].map(digits),
      ]),
    ),
  )
  const { value, low, high } = selection.pf1AtThreshold
  line(
    `Selected ${selection.checkpoint} at threshold ${digits(selection.threshold)}: F1 ${digits(value)} (${digits(low)} to ${digits(high)}) ` +
      `on ${selection.breasts} breasts of ${selection.patients} patients, ${selection.positives} with cancer.`,
  )
}
