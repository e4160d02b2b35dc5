/** `train-detector`: YOLOv5 on single-channel images and YOLO-format boxes, to an ONNX file that roi-detector loads. */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFileAtomic, writeJsonAtomic } from '@mammokit/atomic-files'
import { type CommandContext, silentContext } from '@mammokit/command-line'
import { type DetectionSample, readDetectionSet } from '@mammokit/mammogram-dataset'
import { oneCycleLr } from '@mammokit/one-cycle-scheduler'
import { loadYolov5Detector, shrink } from '@mammokit/roi-detector'
import { openEngine, type PreparedFunction, type TensorEngine } from '@mammokit/tensor-engine'
import { lockFolder, saveStepCheckpoint } from '@mammokit/training-run'
import { type DetectorReport, detectionLoss, evaluateDetector, strides, targetValues } from '@mammokit/yolov5'
import * as tf from '@tensorflow/tfjs-core'
import type { Config } from '../config/config.ts'
import { gradientNorm, guardedSteps, recoveryAdvice, savingOnError } from '../guarded-steps.ts'
import { averageWeights } from '../weight-state.ts'
import { type DetectorBatch, detectorBatches, groupByKind } from './detector-batch.ts'
import { detectorFile, findDetectorCheckpoint } from './detector-checkpoint.ts'
import { createDetectorState, type DetectorState } from './detector-state.ts'
import { drawBoxes } from './draw-boxes.ts'
import { exportDetector } from './export-detector.ts'

// One object fills much of each image, so boxes count for more than among YOLOv5's many objects (0.05).
const gains = { boxGain: 1, objectnessGain: 1, classGain: 0.1 }

/**
 * Trains for a number of steps, continuing from the last intact checkpoint of the run; writes detector.onnx, report.json and the worst images.
 *
 * @throws TrainerError for images or labels that cannot be used, or a run that was begun with other settings
 */
export async function trainDetector(
  config: Config,
  { signal, progress }: CommandContext = silentContext,
): Promise<Record<string, DetectorReport>> {
  const { detector, run, threads, device } = config
  const engine = await openEngine(config.engine, { threads, device })
  // Shrunk by whole factors towards the input, as roi-detector does before it detects.
  const prepare = (image: DetectionSample['image']) =>
    shrink(image, Math.max(1, Math.floor(Math.max(image.width, image.height) / detector.imageSize)))
  const train = groupByKind(await readDetectionSet(detector.images, 'train', prepare))
  const val = groupByKind(await readDetectionSet(detector.images, 'val', prepare))

  const weights = config.pretrained === null ? null : await readFile(config.pretrained)
  const lock = await lockFolder(run, { doing: 'trains', onWait: progress.line })
  const open: (() => unknown)[] = [lock.release]
  try {
    const state = createDetectorState(detector, weights)
    open.push(state.dispose)
    const { checkpoint, notes } = await findDetectorCheckpoint(run)
    for (const note of notes) progress.line(note)
    if (checkpoint) state.restore(run, checkpoint)
    let done = checkpoint?.step ?? 0
    if (done > 0) progress.line(`Continuing after step ${done}`)
    let saved = { step: done, path: checkpoint?.path }
    // Whether the weights are those after `done` steps.
    let isBetweenSteps = true
    const { lr } = detector
    const advice = () => recoveryAdvice({ run, setting: 'detector.lr', lr, weights: saved.path })
    const save = async () => {
      lock.assertHeld()
      saved = { step: done, path: await saveStepCheckpoint(run, detectorFile, state.checkpoint(done)) }
    }
    if (done < detector.steps) {
      const step = await prepareStep(engine, state, detector)
      open.push(step.dispose)
      const schedule = oneCycleLr({ maxLr: detector.lr, totalSteps: detector.steps, pctStart: 0.1 })
      progress.start('train-detector', detector.steps, { unit: 'images', unitsPerItem: detector.batchSize })
      const batches = detectorBatches([...train.values()], detector, done)
      const start = ({ inputs }: DetectorBatch) => {
        isBetweenSteps = false
        const { lr } = schedule(done)
        return { lr, outputs: step.run(...inputs, Float32Array.of(lr), Float32Array.of(averageDecay(done))) }
      }
      const trainSteps = async () => {
        for await (const { more } of guardedSteps(batches, start, { done, advice })) {
          done++
          isBetweenSteps = true
          const [[box, objectness]] = more
          progress.update(done, `box ${box.toFixed(3)}, objectness ${objectness.toFixed(3)}`)
          if (done === detector.steps || done % detector.saveEvery === 0) await save()
          signal?.throwIfAborted()
        }
      }
      await savingOnError(trainSteps, { isUnsaved: () => isBetweenSteps && done > saved.step, save, advice })
      progress.stop()
    }

    const path = join(run, 'detector.onnx')
    const counts = Object.fromEntries([...train].map(([kind, samples]) => [kind, samples.length]))
    await writeFileAtomic(path, exportDetector(state.average, detector, counts))
    const reports = await report(path, val, run, config, progress)
    progress.line(`Wrote ${path}`)
    return reports
  } finally {
    for (const close of open.reverse()) await close()
  }
}

/** Rises to 0.998, so that the average forgets the start. */
const averageDecay = (step: number) => 0.998 * (1 - Math.exp(-step / 100))

/** (images [N, size, size, 1], targets of three heads, learning rate, decay of the average) to [loss, norm of the gradient, box, objectness and class loss]. */
function prepareStep(
  engine: TensorEngine,
  { network, average, adam }: DetectorState,
  { batchSize: n, imageSize: size, anchors }: Config['detector'],
): Promise<PreparedFunction> {
  return engine.prepare(
    (images, t0, t1, t2, learningRate, decay) => {
      let parts: tf.Tensor = decay
      const { value, grads } = tf.variableGrads(() => {
        const heads = network.forward(images as tf.Tensor4D, { training: true })
        const { loss, ...rest } = detectionLoss(heads, [t0, t1, t2], { anchors, ...gains })
        parts = tf.keep(tf.stack([rest.box, rest.objectness, rest.class]))
        return loss
      }, [...network.trainableVariables])
      adam.applyGradients(grads, { learningRate })
      averageWeights(average, network, decay)
      return [value, gradientNorm(grads), parts]
    },
    [
      [n, size, size, 1],
      ...strides.map((stride, i) => [n, size / stride, size / stride, anchors[i].length / 2, targetValues]),
      [],
      [],
    ],
  )
}

/** Measures the file that was written, not the network in memory. */
async function report(
  path: string,
  groups: ReadonlyMap<string, DetectionSample[]>,
  run: string,
  { threads }: Config,
  progress: CommandContext['progress'],
): Promise<Record<string, DetectorReport>> {
  const loaded = await loadYolov5Detector(path, { threads, confidence: 0.01, maxDetections: 20 })
  const reports: Record<string, DetectorReport> = {}
  for (const [kind, samples] of groups) {
    const { report, worst } = await evaluateDetector(samples, async (picture) => (await loaded.detect([picture]))[0])
    reports[kind] = report
    await writeFileAtomic(join(run, `worst-${kind}.png`), await drawBoxes(worst.sample, worst.found))
    const { images, emptyImages, highestEmptyScore, meanIou, above80, worstIou, worstImage, ap50, ap } = report
    if (emptyImages > 0) {
      progress.line(`${kind}: ${emptyImages} images without a box, highest score ${highestEmptyScore.toFixed(3)}`)
    }
    if (images === 0) continue
    progress.line(
      `${kind}: ${images} images, IoU mean ${meanIou.toFixed(3)}, above 0.8 in ${(100 * above80).toFixed(1)} %, ` +
        `worst ${worstIou.toFixed(3)} (${worstImage}), AP50 ${ap50.toFixed(3)}, AP ${ap.toFixed(3)}`,
    )
  }
  await loaded.dispose()
  await writeJsonAtomic(join(run, 'report.json'), reports)
  return reports
}
