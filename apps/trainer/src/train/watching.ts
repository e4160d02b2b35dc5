/** What is watched from epoch to epoch: the best figure so far, when to stop, which checkpoints stay, and what the clock says. */
import { formatTable, plural } from '@mammokit/command-line'
import { pruneEpochs, readMetrics, TrainingRunError } from '@mammokit/training-run'
import type { TrainerState, ValidationMetrics } from '@mammokit/training-run/schema'
import type { Config } from '../config/config.ts'
import type { MetricName } from '../config/schedule-config.ts'
import { peakMemoryMiB } from './peak-memory.ts'
import { metricOf } from './validate.ts'

type Training = Config['training']

/** Higher is better; NaN where the figure is undefined. */
export function scoreOf(validation: ValidationMetrics, name: MetricName): number {
  return name === 'loss' ? -validation.loss : metricOf(validation, name)
}

/** The best epoch by `watch` after another one; an undefined figure is never better. */
export function bestAfter(
  { best, validation }: Pick<TrainerState, 'best' | 'validation'>,
  epoch: number,
  watch: MetricName,
): TrainerState['best'] {
  return betterOf(best, { metric: watch, epoch, value: validation === null ? Number.NaN : metricOf(validation, watch) })
}

/** Where a run stands, with the best epoch by `watch`: that of a run that has watched another figure so far is found in its metrics.jsonl. */
export async function withBest(run: string, position: TrainerState, watch: MetricName): Promise<TrainerState> {
  if (position.epoch === 0 || position.best?.metric === watch) return position
  const all = await readMetrics(run).catch(unlessInvalid)
  const lines = all.filter(({ kind, epoch }) => kind === 'validation' && epoch <= position.epoch)
  const found = lines.map((line) => ({ metric: watch, epoch: line.epoch, value: Number(line[watch] ?? Number.NaN) }))
  return { ...position, best: found.reduce<TrainerState['best']>(betterOf, null) }
}

/** Of a log that was edited, which is said where it is opened, nothing is known. */
function unlessInvalid(error: unknown): [] {
  if (error instanceof TrainingRunError && error.code === 'file-invalid') return []
  throw error
}

function betterOf(best: TrainerState['best'], now: NonNullable<TrainerState['best']>): TrainerState['best'] {
  const before = best?.metric === now.metric ? best : null
  const isBetter =
    now.metric === 'loss' ? now.value < (before?.value ?? Infinity) : now.value > (before?.value ?? -Infinity)
  return isBetter ? now : before
}

/** Whether a run has come to its end: by its number of epochs, or because nothing got better for `patience` of them. */
export function isFinished({ epoch, best }: TrainerState, { epochs, patience, watch }: Training): boolean {
  if (epoch >= epochs) return true
  return patience !== null && best?.metric === watch && epoch - best.epoch >= patience
}

/** Why a run is at its end, in words. */
export function describeEnd(run: string, { epoch, best }: TrainerState, { epochs }: Training): string {
  if (epoch >= epochs) return `${run} has ${epochs === 1 ? 'its only epoch' : `all of its ${epochs} epochs`}`
  return `${run} stopped after ${epoch} of ${plural(epochs, 'epoch')}: ${best?.metric} has not been better since epoch ${best?.epoch}`
}

/** Removes the checkpoints that `keepBest` does not keep. */
export async function keepBest(run: string, { keepBest, watch }: Training): Promise<void> {
  if (keepBest !== null) await pruneEpochs(run, keepBest, (validation) => scoreOf(validation, watch))
}

/** Speed, memory and waiting of an epoch: what depends on the clock and the machine. */
export interface EpochTimings extends Readonly<Record<string, number>> {
  readonly secondsTraining: number
  readonly secondsValidation: number
  readonly imagesPerSecond: number
  /** Of the training, spent on waiting for images. */
  readonly waitingShare: number
  readonly memoryMiB: number
  readonly peakMemoryMiB: number
}

export function measureEpoch(times: {
  readonly begun: number
  readonly trained: number
  readonly images: number
  readonly waitingShare: number
}): EpochTimings {
  const secondsTraining = (times.trained - times.begun) / 1000
  return {
    secondsTraining,
    secondsValidation: (performance.now() - times.trained) / 1000,
    imagesPerSecond: times.images / secondsTraining,
    waitingShare: times.waitingShare,
    memoryMiB: process.memoryUsage.rss() / 2 ** 20,
    peakMemoryMiB: peakMemoryMiB(),
  }
}

/** One line about the time and memory of an epoch, in half precision also about the steps that were not finite. */
export function timingsText(
  { imagesPerSecond, waitingShare, peakMemoryMiB }: EpochTimings,
  skippedSteps?: number | undefined,
): string {
  const waiting = `${(100 * waitingShare).toFixed(1)} % of the time waiting for images`
  const skipped = skippedSteps === undefined ? '' : `, ${plural(skippedSteps, 'step')} skipped`
  return `${imagesPerSecond.toFixed(2)} images a second, ${waiting}, memory ${Math.ceil(peakMemoryMiB)} MiB at most${skipped}`
}

/** A table of the epochs of a run with their figures, the best one by `watch` marked. */
export async function summarize(run: string, { best }: TrainerState): Promise<string> {
  const names = ['trainLoss', 'loss', 'rocAuc', 'averagePrecision', 'pf1', 'bestPf1', 'imageBestPf1'] as const
  const lines = (await readMetrics(run)).filter(({ kind }) => kind === 'validation')
  const cell = (value: unknown) => (typeof value === 'number' ? value.toFixed(4) : '-')
  return formatTable(
    ['epoch', 'training loss', 'loss', 'ROC AUC', 'average precision', 'pF1', 'best pF1', 'best pF1, images'],
    lines.map((line) => [
      `${line.epoch}${line.epoch === best?.epoch ? ' *' : ''}`,
      ...names.map((name) => cell(line[name])),
    ]),
  )
}
