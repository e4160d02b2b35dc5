/** `train-detector`: YOLOv5 on single-channel images and YOLO-format boxes, to an ONNX file that roi-detector loads. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createRandom } from '@mammokit/augmentation'
import { oneCycleLr } from '@mammokit/one-cycle-scheduler'
import { fitInput, loadYolov5 } from '@mammokit/roi-detector'
import { decodeSafetensors, encodeSafetensors, type SafetensorsTensor } from '@mammokit/seresnext'
import { type Adam, type AdamState, compile, createAdam, toOnnx } from '@mammokit/tfjs-onnxruntime'
import * as tf from '@tensorflow/tfjs'
import { writeFileAtomic, writeJsonAtomic } from '../atomic-file.ts'
import type { Config } from '../config.ts'
import { type CommandContext, silentContext } from '../context.ts'
import { packageVersion } from '../versions.ts'
import { augmentDetection } from './augment-detection.ts'
import { detectionLoss } from './detection-loss.ts'
import { type DetectionSample, readDetectionSet } from './detection-set.ts'
import { detectionTargets } from './detection-targets.ts'
import { type DetectorReport, evaluateDetector } from './evaluate-detector.ts'
import { createYolov5, strides, type Yolov5Network } from './yolov5-network.ts'

type DetectorConfig = Config['detector']

/**
 * Trains for a number of steps, continuing from the last checkpoint of the run; writes detector.onnx and report.json.
 *
 * @throws CommandError for images or labels that cannot be used
 */
export async function trainDetector(
  config: Config,
  { signal, progress }: CommandContext = silentContext,
): Promise<Record<string, DetectorReport>> {
  const { detector, run, threads } = config
  tf.enableProdMode()
  await tf.setBackend('cpu')
  const [train, val] = [
    await readDetectionSet(detector.images, 'train'),
    await readDetectionSet(detector.images, 'val'),
  ]
  const settings = {
    width: detector.width,
    imageSize: detector.imageSize,
    anchors: detector.anchors,
    seed: detector.seed,
  }
  const network = createYolov5(settings)
  const average = createYolov5(settings, 'average')
  const adam = createAdam(network.trainable)
  const checkpoint = join(run, 'detector.safetensors')
  let done = await restore(checkpoint, network, average, adam)

  const step = await compileStep(network, average, adam, detector, threads)
  const schedule = oneCycleLr({ maxLr: detector.lr, totalSteps: detector.steps, pctStart: 0.1 })
  progress.start('train-detector', detector.steps)
  for (; done < detector.steps && !signal?.aborted; ) {
    const batch = makeBatch(train, detector, done)
    const { lr } = schedule(done)
    const outputs = await step.run(...batch, Float32Array.of(lr), Float32Array.of(averageDecay(done)))
    done++
    const [box, objectness, oneClass] = outputs[0].data
    progress.update(done, `box ${box.toFixed(3)}, objectness ${objectness.toFixed(3)}, class ${oneClass.toFixed(3)}`)
    if (done % detector.saveEvery === 0) await save(checkpoint, done, network, average, adam)
  }
  await step.dispose()
  await save(checkpoint, done, network, average, adam)
  progress.stop()
  const path = join(run, 'detector.onnx')
  if (done === detector.steps) await writeFileAtomic(path, exportDetector(average, detector, train.length))
  for (const part of [network, average, adam]) part.dispose()
  signal?.throwIfAborted()

  const loaded = await loadYolov5(path, { threads, confidence: 0.05 })
  const report: Record<string, DetectorReport> = {}
  for (const [kind, samples] of groupsOf(val)) {
    report[kind] = await evaluateDetector(samples, async (picture) => (await loaded.detect([picture]))[0])
    const { images, meanIou, worstIou, worstImage, ap50, ap } = report[kind]
    progress.line(
      `${kind}: ${images} images, IoU mean ${meanIou.toFixed(3)}, worst ${worstIou.toFixed(3)} (${worstImage}), AP50 ${ap50.toFixed(3)}, AP ${ap.toFixed(3)}`,
    )
  }
  await loaded.dispose()
  await writeJsonAtomic(join(run, 'report.json'), report)
  progress.line(`Wrote ${path}`)
  return report
}

/** Images are told apart by the part of their name before the first dash: `phantom-0001` and `real-0001`. */
function groupsOf(samples: readonly DetectionSample[]): Map<string, DetectionSample[]> {
  const groups = new Map<string, DetectionSample[]>()
  for (const sample of samples) {
    const kind = sample.name.split('-')[0]
    groups.set(kind, [...(groups.get(kind) ?? []), sample])
  }
  return groups
}

/** Rises to 0.998, so that the average forgets the start: ModelEMA of YOLOv5 with a shorter memory. */
const averageDecay = (step: number) => 0.998 * (1 - Math.exp(-step / 100))

function compileStep(
  network: Yolov5Network,
  average: Yolov5Network,
  adam: Adam,
  config: DetectorConfig,
  threads: number,
) {
  const { batchSize: n, imageSize: size, anchors } = config
  return compile(
    (images: tf.Tensor4D, t0: tf.Tensor, t1: tf.Tensor, t2: tf.Tensor, lr: tf.Tensor, decay: tf.Tensor) => {
      let parts: tf.Tensor = decay
      const { grads } = tf.variableGrads(() => {
        const result = detectionLoss(network.forward(images, true), [t0, t1, t2], anchors)
        parts = tf.keep(result.parts)
        return result.loss
      }, [...network.trainable])
      adam.applyGradients(grads, { learningRate: lr })
      for (const [name, variable] of average.variables) {
        const value = network.variables.get(name) as tf.Variable
        variable.assign(tf.add(tf.mul(variable, decay), tf.mul(value, tf.sub(1, decay))))
      }
      return [parts]
    },
    [
      { shape: [n, size, size, 1] },
      ...strides.map((stride) => ({ shape: [n, size / stride, size / stride, 3, 5] })),
      { shape: [] },
      { shape: [] },
    ],
    { intraOpNumThreads: threads },
  )
}

/** Images and targets of a step: a pure function of the seed and the step. */
function makeBatch(samples: readonly DetectionSample[], config: DetectorConfig, step: number): Float32Array[] {
  const { batchSize, imageSize, anchors, seed } = config
  const random = createRandom(seed, step + 1)
  const images = new Float32Array(batchSize * imageSize * imageSize)
  const targets = strides.map((stride) => new Float32Array(batchSize * (imageSize / stride) ** 2 * 3 * 5))
  for (let i = 0; i < batchSize; i++) {
    const { image, box } = augmentDetection(samples[random.integer([0, samples.length - 1])], random)
    const plane = images.subarray(i * imageSize * imageSize, (i + 1) * imageSize * imageSize)
    const { scaleX, scaleY, padX, padY } = fitInput(
      image,
      { width: imageSize, height: imageSize, channels: 1 },
      'letterbox',
      plane,
    )
    const placed = box && {
      x: (box.x + box.width / 2) * scaleX + padX,
      y: (box.y + box.height / 2) * scaleY + padY,
      width: box.width * scaleX,
      height: box.height * scaleY,
    }
    detectionTargets(placed, imageSize, anchors).forEach((rows, head) => {
      targets[head].set(rows, i * rows.length)
    })
  }
  return [images, ...targets]
}

/** Three raw heads `[N, 3, rows, columns, 6]` for `[N, 1, size, size]`, with all that roi-detector wants to know. */
function exportDetector(network: Yolov5Network, config: DetectorConfig, images: number): Uint8Array {
  const { imageSize: size } = config
  const heads = (x: tf.Tensor) => {
    // One channel: NCHW and NHWC are the same numbers.
    const outputs = network.forward(tf.reshape(x, [x.shape[0], size, size, 1]), false)
    return outputs.map((head) => {
      const [n, rows, columns] = head.shape
      return tf.transpose(tf.reshape(head, [n, rows, columns, 3, 6]), [0, 3, 1, 2, 4])
    })
  }
  return toOnnx(heads, [{ shape: [null, 1, size, size], name: 'images' }], {
    outputNames: ['head8', 'head16', 'head32'],
    metadata: {
      description: 'YOLOv5 that finds the breast in a mammogram: one channel, one class',
      imgsz: String(size),
      fit: 'letterbox',
      strides: JSON.stringify(strides),
      anchors: JSON.stringify(config.anchors),
      names: JSON.stringify(['breast']),
      width: String(config.width),
      trainingImages: String(images),
      trainingSteps: String(config.steps),
      batchSize: String(config.batchSize),
      seed: String(config.seed),
      version: packageVersion(),
      licence: 'MIT',
    },
  })
}

async function save(
  path: string,
  step: number,
  network: Yolov5Network,
  average: Yolov5Network,
  adam: Adam,
): Promise<void> {
  const tensors = new Map<string, SafetensorsTensor>()
  for (const [prefix, source] of [
    ['weights/', network],
    ['average/', average],
  ] as const) {
    for (const [name, variable] of source.variables) {
      tensors.set(prefix + name, { dtype: 'F32', shape: variable.shape, data: variable.dataSync() as Float32Array })
    }
  }
  for (const [name, { shape, data }] of Object.entries(adam.state()))
    tensors.set(`adam/${name}`, { dtype: 'F32', shape, data })
  await writeFileAtomic(path, encodeSafetensors(tensors, { step: String(step) }))
}

/** @returns the steps that are done */
async function restore(path: string, network: Yolov5Network, average: Yolov5Network, adam: Adam): Promise<number> {
  if (!existsSync(path)) return 0
  const { tensors, metadata } = decodeSafetensors(await readFile(path))
  const state: AdamState = {}
  for (const [name, { shape, data }] of tensors) {
    const [prefix, ...rest] = name.split('/')
    const own = rest.join('/')
    if (prefix === 'adam') state[own] = { shape, data: data as Float32Array }
    else {
      const variable = (prefix === 'average' ? average : network).variables.get(own)
      const value = tf.tensor(data as Float32Array, [...shape])
      variable?.assign(value)
      value.dispose()
    }
  }
  adam.restore(state)
  return Number(metadata?.step ?? 0)
}
