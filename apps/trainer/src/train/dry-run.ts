/** `train --dry-run`: a few steps and one batch of validation, to say what the whole run will take; nothing is written. */
import { type CommandContext, plural, silentContext } from '@mammokit/command-line'
import { openEngine } from '@mammokit/tensor-engine'
import { foldRun } from '@mammokit/training-run'
import type { Config } from '../config/config.ts'
import { fitBatch } from './fit-batch.ts'
import { findInitialWeights } from './initial-weights.ts'
import { createLearner } from './learner.ts'
import { createLoaders } from './loaders.ts'
import { fullestEpoch } from './optimizer.ts'
import { trainingSize } from './patch-batches.ts'
import { peakMemoryMiB } from './peak-memory.ts'
import { readPosition, readState } from './run-position.ts'
import { openSchedule, stepValues } from './step-values.ts'
import { createTrainStep } from './train-step.ts'
import { readTrainingData } from './training-data.ts'
import { isFinished } from './watching.ts'

/** The first step allocates what the others use: it is not measured. */
const measuredSteps = 3

export interface DryRun {
  readonly secondsPerStep: number
  readonly secondsPerValidationBatch: number
  /** Of all epochs that are left, with their validations, of all folds. */
  readonly seconds: number
  readonly peakMemoryMiB: number
  /** Of the checkpoints that stay, and one within an epoch, of all folds. */
  readonly diskMiB: number
}

/** The folder of a run: that of its fold, where it has one. */
export function runFolder({ run, fold }: Pick<Config, 'run' | 'fold'>): string {
  return fold === null ? run : foldRun(run, fold)
}

/**
 * Measures the steps of the first of `runs` that is not finished, which are the folds of one configuration or a run alone; what all take is
 * reckoned with those steps, without the epochs that are done.
 *
 * @throws TrainerError as `train`
 */
export async function dryRun(runs: readonly Config[], context: CommandContext = silentContext): Promise<DryRun> {
  const { progress, signal } = context
  const left = await Promise.all(runs.map(epochsLeft))
  const given = runs.find((_, index) => left[index] > 0) ?? runs[0]
  const data = await readTrainingData(given)
  const run = runFolder(given)
  const config = given.fitBatch ? await fitBatch(given, run, data.train.length + data.val.length, context) : given
  const { training, image } = config
  const { epochs, batchSize, microBatchSize, keepBest } = training
  const initial = await findInitialWeights(config, context)
  const engine = await openEngine(config.engine, { threads: config.threads, device: config.device })
  const learner = createLearner(config, engine)
  const open: (() => unknown)[] = [learner.dispose]
  try {
    if (initial) learner.loadPretrained(initial.state)
    const { trainLoader, valLoader } = createLoaders(config, data, learner.views)
    open.push(trainLoader.close, valLoader.close)
    const { height, width } = image
    const step = createTrainStep(engine, learner, { ...trainingSize(config), ...training })
    open.push(step.dispose)
    await step.prepare(fullestEpoch(training))
    const evaluate = await engine.prepare(learner.evaluate, [
      [(microBatchSize ?? batchSize) * learner.views, height, width, 1],
    ])
    open.push(evaluate.dispose)
    const schedule = openSchedule(training, trainLoader.batchesPerEpoch, null)

    const times: number[] = []
    for await (const batch of trainLoader.epoch(0)) {
      signal?.throwIfAborted()
      const begun = performance.now()
      await step.run(batch, stepValues(training, schedule, batch.index))
      times.push((performance.now() - begun) / 1000)
      if (times.length > measuredSteps) break
    }
    const measured = times.slice(1).length > 0 ? times.slice(1) : times
    const secondsPerStep = measured.reduce((sum, time) => sum + time, 0) / measured.length
    let secondsPerValidationBatch = 0
    for await (const { images } of valLoader.epoch(0)) {
      const begun = performance.now()
      await evaluate.run(images)
      secondsPerValidationBatch = (performance.now() - begun) / 1000
      break
    }
    const { model, trainer } = learner.save()
    const bytes = [...model, ...trainer].reduce((sum, [, { data }]) => sum + data.byteLength, 0)
    const kept = Math.min(epochs, keepBest === null ? epochs : keepBest + 1) + 1
    const steps = trainLoader.batchesPerEpoch
    const images = batchSize * learner.views
    const leftInAll = left.reduce((sum, count) => sum + count, 0)
    const result = {
      secondsPerStep,
      secondsPerValidationBatch,
      seconds: leftInAll * (steps * secondsPerStep + valLoader.batchesPerEpoch * secondsPerValidationBatch),
      peakMemoryMiB: peakMemoryMiB(),
      diskMiB: (runs.length * kept * bytes) / 2 ** 20,
    }
    const folds = runs.length > 1 ? ` for each of ${runs.length} folds, as fold ${given.fold} takes them` : ''
    const isBegun = leftInAll < runs.length * epochs
    const whole = isBegun ? `what is left, ${leftInAll} of ${plural(runs.length * epochs, 'epoch')}` : 'all'
    const forAll = `${(result.seconds / 3600).toFixed(2)} hours for ${whole} with their validations`
    progress.line(
      `${plural(epochs, 'epoch')} of ${plural(steps, 'step')} of ${plural(images, 'image')}${folds}: ${secondsPerStep.toFixed(2)} s a step, ` +
        `${(images / secondsPerStep).toFixed(2)} images a second without waiting${training.precision === 'float32' ? '' : ` in ${training.precision} on ${config.device}`}, ${forAll}`,
    )
    progress.line(
      `Memory ${Math.ceil(result.peakMemoryMiB)} MiB at most, checkpoints ${Math.ceil(result.diskMiB)} MiB on the disk; nothing was written`,
    )
    return result
  } finally {
    for (const close of open.reverse()) await close()
  }
}

/** Epochs that a run has still to train; one that was begun counts as a whole one. */
async function epochsLeft(config: Config): Promise<number> {
  const { resume } = config
  const position = (await readPosition(runFolder(config))) ?? (resume === null ? undefined : await readState(resume))
  if (position === undefined) return config.training.epochs
  return isFinished(position, config.training) ? 0 : config.training.epochs - position.epoch
}
