/**
 * A step of training on a batch: in one pass, or in parts whose gradients are added up.
 *
 * A step in parts follows the mean of the parts' losses, each with the weight of its images. Each part is normalized by its own statistics,
 * and moves the running ones, as in PyTorch: with a loss per image that is the step on the whole batch but for batch normalization.
 */
import type { Batch } from '@mammokit/mammogram-dataset'
import type { PreparedFunction, TensorEngine } from '@mammokit/tensor-engine'
import type { Learner, StepFunctions } from './learner.ts'

export interface StepValues {
  /** Of mixup, 0 to 1. */
  readonly share: number
  readonly lr: number
  readonly beta1: number
  /** Of the average of the weights, 0 to 1. */
  readonly averageDecay: number
  /** Steps done, of which random numbers are a function. */
  readonly step: number
}

export interface TrainStep {
  /** Compiles what the first batch of an epoch, counted from 0, needs; what it needs no more is freed. */
  prepare(epoch: number): Promise<void>
  /** Copies the weights to where tfjs reads them: what a device of its own has to do before they are saved. */
  download(): Promise<void>
  /** Takes a step with a batch of at most the configured size: [loss], [norm of the gradient], and the learner's parts of the loss. */
  run(
    batch: Pick<Batch, 'images' | 'targets'> & Partial<Pick<Batch, 'labels'>>,
    values: StepValues,
  ): Promise<readonly Float32Array[]>
  dispose(): Promise<void>
}

export interface TrainStepOptions {
  readonly height: number
  readonly width: number
  readonly batchSize: number
  /** Images, or breasts, that go through the network together; null: the whole batch. */
  readonly microBatchSize: number | null
  /** Of what a step drops. */
  readonly seed: number
}

export function createTrainStep(
  engine: Pick<TensorEngine, 'prepare'>,
  learner: Pick<Learner, 'functionsOf' | 'labels' | 'views'>,
  { height, width, batchSize, microBatchSize, seed }: TrainStepOptions,
): TrainStep {
  const pixels = learner.views * height * width
  const partSize = Math.min(microBatchSize ?? batchSize, batchSize)
  const isWhole = partSize === batchSize
  const prepared = new Map<string, PreparedFunction>()
  let functions: StepFunctions | undefined

  /** The last batch of an epoch, or its last part, may be smaller: it has a graph of its own. */
  async function preparedFor(name: keyof StepFunctions, count: number): Promise<PreparedFunction> {
    const key = `${name} ${count}`
    const found = prepared.get(key)
    if (found !== undefined) return found
    const scalars: readonly (readonly number[])[] = {
      step: [[], [], [], []],
      accumulate: [[], [], []],
      apply: [[], [], []],
    }[name]
    const batch =
      name === 'apply'
        ? []
        : [
            [count * learner.views, height, width, 1],
            [count, 1],
            ...(learner.labels > 0 ? [[count, learner.labels]] : []),
          ]
    const made = await engine.prepare((functions as StepFunctions)[name], [...batch, ...scalars], { seed })
    prepared.set(key, made)
    return made
  }

  async function release(): Promise<void> {
    for (const each of prepared.values()) await each.dispose()
    prepared.clear()
  }

  return {
    async prepare(epoch) {
      const wanted = learner.functionsOf(epoch)
      if (wanted !== functions) await release()
      functions = wanted
      await preparedFor(isWhole ? 'step' : 'accumulate', partSize)
      if (!isWhole) await preparedFor('apply', 0)
    },
    async download() {
      for (const each of prepared.values()) await each.download()
    },
    async run({ images, targets, labels = new Float32Array() }, values) {
      const [share, lr, beta1, decay] = [values.share, values.lr, values.beta1, values.averageDecay].map(scalar)
      const count = targets.length
      if (isWhole) {
        const whole = await preparedFor('step', count)
        whole.seek(values.step)
        return whole.run(images, targets, ...(learner.labels > 0 ? [labels] : []), share, lr, beta1, decay)
      }
      const partsPerStep = Math.ceil(batchSize / partSize)
      let loss = 0
      const parts: Float32Array[] = []
      for (let first = 0; first < count; first += partSize) {
        const end = Math.min(count, first + partSize)
        const weight = (end - first) / count
        const part = [
          images.subarray(first * pixels, end * pixels),
          targets.subarray(first, end),
          ...(learner.labels > 0 ? [labels.subarray(first * learner.labels, end * learner.labels)] : []),
        ]
        const accumulate = await preparedFor('accumulate', end - first)
        accumulate.seek(values.step * partsPerStep + first / partSize)
        const [[value], ...own] = await accumulate.run(...part, share, scalar(weight), scalar(first === 0 ? 0 : 1))
        loss += value * weight
        addParts(parts, own, weight)
        // The weights stay as they are: the step is not taken.
        if (!Number.isFinite(value)) return [scalar(value), scalar(Number.NaN)]
      }
      const [norm] = await (await preparedFor('apply', 0)).run(lr, beta1, decay)
      return [scalar(loss), norm, ...parts]
    },
    dispose: release,
  }
}

/** Adds the loss of cancer of a part, with the weight of its images, and sums and counts of its auxiliary losses to those of the parts before. */
function addParts(all: Float32Array[], own: readonly Float32Array[], weight: number): void {
  own.forEach((values, index) => {
    const sum = all[index] ?? new Float32Array(values.length)
    all[index] = sum.map((value, k) => value + values[k] * (index === 0 ? weight : 1))
  })
}

const scalar = (value: number) => Float32Array.of(value)
