/** `train`: the training loop, from top to bottom. */

import { join } from 'node:path'
import { type CommandContext, plural, silentContext } from '@mammokit/command-line'
import type { Batch } from '@mammokit/mammogram-dataset'
import { openEngine } from '@mammokit/tensor-engine'
import { foldRun, initialState, runPaths, type ValidationMetrics } from '@mammokit/training-run'
import type { Config } from '../config/config.ts'
import { guardedSteps, recoveryAdvice, savingOnError } from '../guarded-steps.ts'
import { openWandbLog } from '../wandb/wandb-log.ts'
import { auxiliaryTargets, lossParts } from './auxiliary-targets.ts'
import { fitBatch } from './fit-batch.ts'
import { openInitialWeights } from './initial-weights.ts'
import { createLearner } from './learner.ts'
import { createLoaders } from './loaders.ts'
import { trainingSize } from './patch-batches.ts'
import { oneRank, type Ranks } from './ranks.ts'
import { makeRunConfig } from './run-config.ts'
import { shareWeights } from './share-weights.ts'
import { openSharedRun } from './shared-run.ts'
import { skippedStep, skippedText } from './step-scaler.ts'
import { followedMetric, openSchedule, stepValues } from './step-values.ts'
import { createTimeLeft } from './time-left.ts'
import { createTrainStep, partSizeOf } from './train-step.ts'
import { readTrainingData } from './training-data.ts'
import { validate, validationText } from './validate.ts'
import {
  bestAfter,
  describeEnd,
  isFinished,
  keepBest,
  measureEpoch,
  summarize,
  timingsText,
  withBest,
} from './watching.ts'

export interface TrainSummary {
  readonly run: string
  readonly epochs: number
  readonly steps: number
  /** Of the last epoch. */
  readonly validation: ValidationMetrics | null
}

/**
 * Trains for the configured epochs, with a checkpoint after each; started again, continues after the last one, bit for bit.
 *
 * @param ranks the processes that do this together, each with a part of every batch; the context is that of `ranks`
 * @throws TrainerError for data, a run or an engine that cannot be used; the signal's reason when it is aborted.
 */
export async function train(
  given: Config,
  context: CommandContext = silentContext,
  ranks: Ranks = oneRank(context),
): Promise<TrainSummary> {
  const { signal, progress } = context
  const { image, fold } = given
  const run = fold === null ? given.run : foldRun(given.run, fold)

  // What to train on. Images that extract-rois could not read are left out.
  const data = await readTrainingData(given)
  progress.line(
    `${data.train.length} training images, ${data.val.length} validation images, ${data.leftOut} left out, ` +
      `${image.height}x${image.width} pixels`,
  )
  for (const note of data.notes) progress.line(note)
  const config = given.fitBatch ? await fitBatch(given, run, data.train.length + data.val.length, context) : given
  const { training } = config
  const { epochs, batchSize, logEvery, saveEvery } = training
  const isFirst = ranks.rank === 0
  const initial = await openInitialWeights(config, run, context)
  const engine = await openEngine(config.engine, { threads: config.threads, device: config.device })
  const runConfig = makeRunConfig(config, data, initial?.record, ranks.size)
  const { checkpoint, log, notes, ...opened } = await openSharedRun(ranks, run, runConfig, {
    onWait: progress.line,
    from: config.resume ?? undefined,
  })
  const open: (() => unknown)[] = [opened.close]
  try {
    for (const note of notes) progress.line(note)
    // All that changes from step to step, beside the learner.
    const reached = checkpoint?.state ?? initialState(data.preprocessHash)
    let position = await ranks.share(await withBest(run, reached, training.watch))
    const options = isFirst ? config.wandb : { ...config.wandb, project: null }
    const watched = await openWandbLog(log, { options, run, base: given.run, config: runConfig }, context)
    open.push(() => watched.close(isFinished(position, training)))
    if (isFinished(position, training)) {
      if (isFirst) await keepBest(run, training)
      progress.line(describeEnd(run, position, training))
      return { run, epochs: position.epoch, steps: position.step, validation: position.validation }
    }
    if (position.step > 0) progress.line(`Continuing after step ${position.step}, epoch ${position.epoch + 1}`)

    // The network, and where an earlier start left it.
    const learner = createLearner(config, engine, ranks.size > 1)
    open.push(learner.dispose)
    if (checkpoint) learner.restore(checkpoint)
    else if (initial && position.step === 0) learner.loadPretrained(await initial.read())

    // Everything that a step needs beside the network.
    const { trainLoader, valLoader } = createLoaders(config, data, learner.views, ranks)
    open.push(trainLoader.close, valLoader.close)
    const stepsPerEpoch = trainLoader.batchesPerEpoch
    const schedule = openSchedule(training, stepsPerEpoch, position.plateau)
    progress.line(
      `${plural(epochs, 'epoch')} of ${plural(stepsPerEpoch, 'step')} of ${batchSize} ${training.patches !== null ? 'patches' : learner.views === 1 ? 'images' : 'breasts'}; compiling the step`,
    )
    const { height, width } = image
    const step = createTrainStep(engine, learner, { ...trainingSize(config), ...training, ranks })
    open.push(step.dispose)
    await step.prepare(position.epoch)
    const evaluate = await engine.prepare(learner.evaluate, [
      [partSizeOf(training, ranks.size) * learner.views, height, width, 1],
    ])
    open.push(evaluate.dispose)

    const timeLeft = createTimeLeft({ epochs, stepsPerEpoch, validationBatches: valLoader.batchesPerEpoch })
    let saved = checkpoint?.state
    // Whether weights, position and log are all after the same step, so that a run can go on from them.
    let isBetweenSteps = true
    const advice = () => {
      const weights = saved && join(runPaths(run).checkpointAt(saved), 'model.safetensors')
      return recoveryAdvice({ run, setting: 'training.lr', lr: training.lr, weights })
    }
    await shareWeights(ranks, learner, { isSame: false, download: step.download })
    const save = async () => {
      if (!isFirst) return ''
      await step.download()
      const path = await opened.save({ state: { ...position, plateau: schedule.plateau }, ...learner.save() })
      saved = position
      return path
    }
    const start = (batch: Batch) => {
      isBetweenSteps = false
      const values = stepValues(training, schedule, position.step)
      return { lr: values.lr, outputs: step.run(batch, values) }
    }
    const isUnsaved = () => isBetweenSteps && position.step > (saved?.step ?? 0)
    const trainEpochs = async () => {
      while (!isFinished(position, training)) {
        const epoch = position.epoch + 1
        await step.prepare(position.epoch)
        const stage = {
          unit: 'images',
          unitsPerItem: batchSize * learner.views,
          secondsAfter: timeLeft.afterTraining(epoch),
        }
        progress.start(`epoch ${epoch}/${epochs}`, stepsPerEpoch, stage)
        progress.update(position.batch)
        const begun = performance.now()
        let logged = { step: position.step, at: begun }
        let waited = { share: 0, images: 0 }
        const batches = ranks.each(trainLoader.epoch(position.epoch, { startBatch: position.batch }))
        const { learning } = learner.functionsOf(position.epoch)
        const skippedOf = ([...more]: readonly Float32Array[]) =>
          learner.isScaled ? skippedStep(more.at(-1) as Float32Array, learning) : undefined
        const steps = guardedSteps(batches, start, { done: position.step, advice, skippedOf })
        let skippedSteps = 0
        for await (const { batch, loss: found, more, skipped, waitingShare } of steps) {
          const { lr, beta1 } = schedule.at(position.step)
          // The loss of a skipped step may not be finite: the mean of the epoch stands for it.
          const loss = Number.isFinite(found) ? found : position.lossSum / Math.max(1, position.batch)
          if (skipped) {
            skippedSteps++
            progress.line(skippedText(position.step + 1, skipped, training.lossScale.backoffFactor))
          }
          position = {
            ...position,
            step: position.step + 1,
            batch: batch.index + 1,
            lossSum: position.lossSum + loss,
          }

          waited = { share: waitingShare, images: waited.images + batch.total * learner.views }
          const meanLoss = position.lossSum / position.batch
          const waiting = `${Math.round(100 * waitingShare)} % waiting for images`
          progress.update(position.batch, `loss ${meanLoss.toFixed(4)}, lr ${lr.toExponential(2)}, ${waiting}`)
          if (position.step % logEvery === 0) {
            const secondsPerStep = (performance.now() - logged.at) / 1000 / (position.step - logged.step)
            const scale = learner.isScaled ? { lossScale: more.at(-1)?.[0] as number } : {}
            const values = { loss, lr, beta1, ...scale, ...lossParts(auxiliaryTargets(training), more) }
            watched.write('train', position.step, epoch, values, { secondsPerStep, waitingShare })
            logged = { step: position.step, at: performance.now() }
          }
          isBetweenSteps = true
          if (position.step % saveEvery === 0) await save()
          signal?.throwIfAborted()
        }
        progress.stop()

        const skips = learner.isScaled ? { skippedSteps } : {}
        const trained = performance.now()
        const validating = { ...stage, secondsAfter: timeLeft.afterValidation(epoch) }
        await shareWeights(ranks, learner, { isSame: true, download: step.download })
        const evaluated = { evaluate, views: learner.views, loss: learner.loss, advice, ranks }
        const validation = await validate(evaluated, valLoader, data.val, context, validating)
        isBetweenSteps = false
        schedule.endEpoch(followedMetric(training.schedule, validation))
        const trainLoss = position.lossSum / stepsPerEpoch
        const timings = measureEpoch({ begun, trained, images: waited.images, waitingShare: waited.share })
        watched.write('validation', position.step, epoch, { trainLoss, ...validation }, { ...timings, ...skips })
        position = { ...position, epoch, batch: 0, lossSum: 0, validation }
        position = { ...position, best: bestAfter(position, epoch, training.watch) }
        const path = await save()
        if (isFirst) await keepBest(run, training)
        isBetweenSteps = true
        progress.line(`epoch ${epoch}/${epochs}: ${validationText(validation)}, wrote ${path}`)
        progress.line(timingsText(timings, skips.skippedSteps))
      }
    }
    await savingOnError(trainEpochs, { isUnsaved, save, advice })
    if (isFirst) progress.line(await summarize(run, position))
    progress.line(
      position.epoch >= epochs ? `Trained ${plural(epochs, 'epoch')} in ${run}` : describeEnd(run, position, training),
    )
    return { run, epochs: position.epoch, steps: position.step, validation: position.validation }
  } finally {
    for (const close of open.reverse()) await close()
  }
}
