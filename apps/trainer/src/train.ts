/** `train`: the training loop, from top to bottom. */
import { mkdir, readFile } from 'node:fs/promises'
import { decodeSafetensors } from '@mammokit/seresnext'
import { loadLastCheckpoint, saveCheckpoint } from './checkpoint.ts'
import { CommandError } from './command-error.ts'
import type { Config } from './config.ts'
import { type CommandContext, silentContext } from './context.ts'
import { openEngine } from './engine.ts'
import { createLearner } from './learner.ts'
import { createLoaders } from './loaders.ts'
import { writeRunConfig } from './run-config.ts'
import { openRunLog } from './run-log.ts'
import { createSchedule } from './schedule.ts'
import { readTrainingData } from './training-data.ts'
import { type ValidationMetrics, validate, validationText } from './validate.ts'

export interface TrainSummary {
  readonly run: string
  readonly epochs: number
  readonly steps: number
  /** Of the last epoch. */
  readonly validation: ValidationMetrics
}

/**
 * Trains for the configured epochs, with a checkpoint after each; started again, continues after the last one, bit for bit.
 *
 * @throws CommandError for data, a run or an engine that cannot be used; the signal's reason when it is aborted.
 */
export async function train(
  config: Config,
  { signal, progress }: CommandContext = silentContext,
): Promise<TrainSummary> {
  const { run, training, image } = config
  const { epochs, batchSize, logEvery } = training

  // What to train on. Images that extract-rois could not read are left out.
  const data = await readTrainingData(config)
  progress.line(
    `${data.train.length} training images, ${data.val.length} validation images, ${data.leftOut} left out, ` +
      `${image.height}x${image.width} pixels`,
  )
  await mkdir(run, { recursive: true })
  await writeRunConfig(config, data)

  const checkpoint = await loadLastCheckpoint(run)
  if (checkpoint?.state.epoch === epochs) {
    progress.line(`${run} has all of its ${epochs} epochs`)
    return { run, epochs, steps: checkpoint.state.step, validation: checkpoint.state.validation }
  }
  if (checkpoint) progress.line(`Continuing after epoch ${checkpoint.state.epoch}`)
  let { epoch: epochsDone, step: steps, validation } = checkpoint?.state ?? nothingDone
  const open: (() => unknown)[] = []
  try {
    // The network, and where an earlier start left it.
    const engine = await openEngine(config.engine, config.threads)
    const learner = createLearner(config, engine)
    open.push(learner.dispose)
    if (checkpoint) learner.restore(checkpoint)
    else if (config.weights) learner.loadPretrained(decodeSafetensors(await readFile(config.weights)).tensors)

    // Everything that a step needs beside the network.
    const { trainLoader, valLoader } = createLoaders(config, data, signal)
    open.push(trainLoader.close, valLoader.close)
    const stepsPerEpoch = trainLoader.batchesPerEpoch
    const schedule = createSchedule(training, epochs * stepsPerEpoch, checkpoint?.state.plateau ?? null)
    const log = openRunLog(run, checkpoint?.state.log)
    open.push(log.close)
    progress.line(`${epochs} epochs of ${stepsPerEpoch} steps of ${batchSize} images; compiling the step`)
    const images = [batchSize, image.height, image.width, 1]
    const step = await engine.prepare(learner.step, [images, [batchSize, 1], [], []])
    open.push(step.dispose)
    const evaluate = await engine.prepare(learner.evaluate, [images, [batchSize, 1]])
    open.push(evaluate.dispose)

    while (epochsDone < epochs) {
      const epoch = epochsDone + 1
      progress.start(`epoch ${epoch}/${epochs}`, stepsPerEpoch)
      let lossSum = 0
      let logged = { steps, at: performance.now() }
      for await (const batch of trainLoader.epoch(epochsDone)) {
        signal?.throwIfAborted()
        const { lr, beta1 } = schedule.at(steps)
        const [[loss]] = await step.run(batch.images, batch.targets, Float32Array.of(lr), Float32Array.of(beta1))
        if (!Number.isFinite(loss)) throw diverged(loss, steps, lr)
        steps++
        lossSum += loss

        const meanLoss = lossSum / (batch.index + 1)
        progress.update(batch.index + 1, `loss ${meanLoss.toFixed(4)}, lr ${lr.toExponential(2)}`)
        if (steps % logEvery !== 0) continue
        const secondsPerStep = (performance.now() - logged.at) / 1000 / (steps - logged.steps)
        log.write('train', steps, epoch, { loss, lr, beta1 }, { secondsPerStep })
        logged = { steps, at: performance.now() }
      }
      progress.stop()

      validation = await validate(evaluate, valLoader.epoch(0), data.val, signal)
      schedule.endEpoch(validation.loss)
      log.write('validation', steps, epoch, { trainLoss: lossSum / stepsPerEpoch, ...validation })
      const { preprocessHash } = data
      const { plateau } = schedule
      const state = { epoch, step: steps, preprocessHash, validation, plateau, log: log.position() }
      const path = await saveCheckpoint(run, { state, ...learner.save() })
      progress.line(`epoch ${epoch}/${epochs}: ${validationText(validation)}, wrote ${path}`)
      epochsDone = epoch
    }
  } finally {
    for (const close of open.reverse()) await close()
  }
  progress.line(`Trained ${epochs} epochs in ${run}`)
  return { run, epochs, steps, validation }
}

const nothingDone = { epoch: 0, step: 0, validation: { loss: 0, rocAuc: null, pf1: 0, imageRocAuc: null, imagePf1: 0 } }

function diverged(loss: number, step: number, lr: number): CommandError {
  const message = `Expected a finite loss at step ${step} but received ${loss} with learning rate ${lr.toExponential(2)}. Lower training.lr.`
  return new CommandError('DIVERGED', message)
}
