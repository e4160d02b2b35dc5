/** `train`: the training loop, from top to bottom. */
import { mkdir, readFile } from 'node:fs/promises'
import { createBatchLoader } from '@mammokit/mammogram-dataset'
import { decodeSafetensors } from '@mammokit/seresnext'
import { loadLastCheckpoint, saveCheckpoint } from './checkpoint.ts'
import { CommandError } from './command-error.ts'
import type { Config } from './config.ts'
import { type CommandContext, silentContext } from './context.ts'
import { openEngine } from './engine.ts'
import { createLearner } from './learner.ts'
import { dataPaths } from './paths.ts'
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
  const stepsPerEpoch = Math.floor(data.train.length / batchSize)
  progress.line(
    `${data.train.length} training images, ${data.val.length} validation images, ${data.leftOut} left out; ` +
      `${epochs} epochs of ${stepsPerEpoch} steps of ${batchSize} images at ${image.height}x${image.width}`,
  )
  await mkdir(run, { recursive: true })
  await writeRunConfig(config, data)

  // The network, and where an earlier start left it.
  const engine = await openEngine(config.engine, config.threads)
  const learner = createLearner(config, engine)
  const checkpoint = await loadLastCheckpoint(run)
  if (checkpoint) learner.restore(checkpoint)
  else if (config.weights) learner.loadPretrained(decodeSafetensors(await readFile(config.weights)).tensors)
  if (checkpoint) progress.line(`Continuing after epoch ${checkpoint.state.epoch}`)

  // Everything that a step needs beside the network.
  const schedule = createSchedule(training, epochs * stepsPerEpoch, checkpoint?.state.plateau ?? null)
  const log = openRunLog(run, checkpoint?.state.log)
  const loading = { imagesDir: dataPaths(config.data).images, batchSize, seed: training.seed, workers: config.workers }
  const pixels = { mean: image.mean, std: image.std }
  const { augmentation, sampling } = training
  const trainLoader = createBatchLoader({
    ...loading,
    ...pixels,
    rows: data.train,
    sampling,
    augmentation,
    dropLast: true,
  })
  const valLoader = createBatchLoader({
    ...loading,
    ...pixels,
    rows: data.val,
    sampling: 'sequential',
    augmentation: 'none',
  })
  const batchShapes = [
    [batchSize, image.height, image.width, 1],
    [batchSize, 1],
  ]
  progress.line('Compiling the training step')
  const step = await engine.prepare(learner.step, [...batchShapes, [], []])
  const evaluate = await engine.prepare(learner.evaluate, batchShapes)

  let steps = checkpoint?.state.step ?? 0
  let validation = checkpoint?.state.validation
  try {
    for (let epoch = (checkpoint?.state.epoch ?? 0) + 1; epoch <= epochs; epoch++) {
      progress.start(`epoch ${epoch}/${epochs}`, stepsPerEpoch)
      let lossSum = 0
      let logged = { steps, at: performance.now() }
      for await (const batch of trainLoader.epoch(epoch)) {
        signal?.throwIfAborted()
        const { lr, beta1 } = schedule.at(steps)
        const [[loss]] = await step.run(batch.images, batch.targets, Float32Array.of(lr), Float32Array.of(beta1))
        if (!Number.isFinite(loss)) throw diverged(loss, steps, lr)
        steps++
        lossSum += loss

        if (steps % logEvery === 0) {
          const secondsPerStep = (performance.now() - logged.at) / 1000 / (steps - logged.steps)
          log.write('train', steps, epoch, { loss, lr, beta1 }, { secondsPerStep })
          logged = { steps, at: performance.now() }
        }
        const done = steps - (epoch - 1) * stepsPerEpoch
        progress.update(done, `loss ${(lossSum / done).toFixed(4)}, lr ${lr.toExponential(2)}`)
      }
      progress.stop()

      validation = await validate(
        evaluate,
        valLoader.epoch(0),
        data.val,
        { batchSize, pixels: image.height * image.width },
        signal,
      )
      schedule.endEpoch(validation.loss)
      log.write('validation', steps, epoch, { trainLoss: lossSum / stepsPerEpoch, ...validation })
      const { plateau } = schedule
      const state = {
        epoch,
        step: steps,
        preprocessHash: data.preprocessHash,
        validation,
        plateau,
        log: log.position(),
      }
      const path = await saveCheckpoint(run, { state, ...learner.save() })
      progress.line(`epoch ${epoch}/${epochs}: ${validationText(validation)}, wrote ${path}`)
    }
  } finally {
    await Promise.all([trainLoader.close(), valLoader.close(), step.dispose(), evaluate.dispose()])
    learner.dispose()
    log.close()
  }
  progress.line(`Trained ${epochs} epochs in ${run}`)
  return { run, epochs, steps, validation: validation as ValidationMetrics }
}

function diverged(loss: number, step: number, lr: number): CommandError {
  const message = `Expected a finite loss at step ${step} but received ${loss} with learning rate ${lr.toExponential(2)}. Lower training.lr.`
  return new CommandError('DIVERGED', message)
}
