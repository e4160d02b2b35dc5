/**
 * A step of training on a batch: in one pass, or in parts whose gradients are added up, in this process or over several.
 *
 * A step in parts follows the mean of the parts' losses, each with the weight of its images. Each part is normalized by its own statistics,
 * and moves the running ones of its process, as in PyTorch: with a loss per image that is the step on the whole batch but for batch normalization.
 * Mixup blends images with those of the mirrored places of the whole batch, whichever part and process has them.
 */
import type { Batch } from '@mammokit/mammogram-dataset'
import type { Precision, PreparedFunction, TensorEngine } from '@mammokit/tensor-engine'
import { gradientMessages } from './gradient-messages.ts'
import type { Learner, StepFunctions } from './learner.ts'
import { reversePlaces } from './mixup.ts'
import type { Ranks } from './ranks.ts'

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
  /**
   * Takes a step with a batch of at most the configured size, or this process's part of one: [loss], [norm of the gradient], the
   * learner's parts of the loss, all of the whole batch, and in float16 the report of the loss's scale.
   */
  run(
    batch: Pick<Batch, 'images' | 'targets'> & Partial<Pick<Batch, 'labels' | 'total'>>,
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
  readonly precision: Precision
  /** The processes that each take a part of the batch. @default this one alone */
  readonly ranks?: Pick<Ranks, 'rank' | 'size' | 'sum'>
}

/** Images, or breasts, that go through the network together: of the part of the batch that each of `size` processes has. */
export function partSizeOf(
  { batchSize, microBatchSize }: Pick<TrainStepOptions, 'batchSize' | 'microBatchSize'>,
  size: number,
): number {
  return Math.min(microBatchSize ?? batchSize, batchSize / size)
}

export function createTrainStep(
  engine: Pick<TensorEngine, 'prepare'>,
  learner: Pick<Learner, 'functionsOf' | 'labels' | 'views' | 'isScaled' | 'hasMixup'>,
  { height, width, batchSize, microBatchSize, seed, precision, ranks }: TrainStepOptions,
): TrainStep {
  const { rank, size } = ranks ?? { rank: 0, size: 1 }
  const pixels = learner.views * height * width
  const partSize = partSizeOf({ batchSize, microBatchSize }, size)
  const partsPerProcess = Math.ceil(batchSize / size / partSize)
  const isWhole = partSize === batchSize
  /** Numbers of a row in images, targets and labels. */
  const widths = [pixels, 1, ...(learner.labels > 0 ? [learner.labels] : [])]
  const prepared = new Map<string, PreparedFunction>()
  let functions: StepFunctions | undefined

  /** The last batch of an epoch, or its last part, may be smaller: it has a graph of its own. */
  async function preparedFor(name: 'step' | 'accumulate' | 'apply', count: number): Promise<PreparedFunction> {
    const key = `${name} ${count}`
    const found = prepared.get(key)
    if (found !== undefined) return found
    const scalars: readonly (readonly number[])[] = {
      step: [[], [], [], []],
      accumulate: [[], [], []],
      apply: [[], [], []],
    }[name]
    const batch = [
      [count * learner.views, height, width, 1],
      [count, 1],
      ...(learner.labels > 0 ? [[count, learner.labels]] : []),
    ]
    const arrays = { step: batch, accumulate: learner.hasMixup ? [...batch, ...batch] : batch, apply: [] }[name]
    const made = await engine.prepare((functions as StepFunctions)[name], [...arrays, ...scalars], {
      seed,
      precision,
    })
    prepared.set(key, made)
    return made
  }

  /** What mixup blends this process's part of a batch with: the mirrored places of the whole batch, which other processes may have. */
  async function partnersOf(own: readonly Float32Array[], count: number, total: number): Promise<Float32Array[]> {
    if (ranks === undefined || size === 1) return own.map((values, index) => reversePlaces(values, widths[index]))
    const first = Math.min(total, (rank * batchSize) / size)
    const whole = own.map((values, index) => {
      const joined = new Float32Array(total * widths[index])
      joined.set(values, first * widths[index])
      return joined
    })
    await ranks.sum(whole)
    return whole.map((values, index) =>
      reversePlaces(values, widths[index]).subarray(first * widths[index], (first + count) * widths[index]),
    )
  }

  async function release(): Promise<void> {
    for (const each of prepared.values()) await each.dispose()
    prepared.clear()
  }

  async function download(): Promise<void> {
    for (const each of prepared.values()) await each.download()
  }

  return {
    async prepare(epoch) {
      const wanted = learner.functionsOf(epoch)
      if (wanted !== functions) await release()
      functions = wanted
      await preparedFor(isWhole ? 'step' : 'accumulate', partSize)
      if (!isWhole) await preparedFor('apply', 0)
    },
    download,
    async run({ images, targets, labels = new Float32Array(), total = targets.length }, values) {
      const [share, lr, beta1, decay] = [values.share, values.lr, values.beta1, values.averageDecay].map(scalar)
      const count = targets.length
      if (isWhole) {
        const whole = await preparedFor('step', count)
        whole.seek(values.step)
        return whole.run(images, targets, ...(learner.labels > 0 ? [labels] : []), share, lr, beta1, decay)
      }
      const own = [images, targets, labels].slice(0, widths.length)
      const arrays = [...own, ...(learner.hasMixup ? await partnersOf(own, count, total) : [])]
      const totals = createTotals(learner.labels)
      for (let first = 0; first < count; first += partSize) {
        const end = Math.min(count, first + partSize)
        const weight = (end - first) / total
        const part = arrays.map((values, index) => {
          const length = widths[index % widths.length]
          return values.subarray(first * length, end * length)
        })
        const accumulate = await preparedFor('accumulate', end - first)
        accumulate.seek((values.step * size + rank) * partsPerProcess + first / partSize)
        const [[value], ...parts] = await accumulate.run(...part, share, scalar(weight), scalar(first === 0 ? 0 : 1))
        totals.add(value, parts, weight)
        // The weights stay as they are: the step is not taken. With a scaled loss the update sees to that, and lowers the scale.
        if (!learner.isScaled && !Number.isFinite(value)) return [scalar(value), scalar(Number.NaN)]
      }
      if (ranks !== undefined && size > 1) {
        await download()
        // A process without an image in the last batch of an epoch adds nothing.
        const { messages, unpack } = gradientMessages((functions as StepFunctions).sums, count === 0)
        await ranks.sum([totals.values, ...messages])
        unpack()
      }
      const [norm, ...report] = await (await preparedFor('apply', 0)).run(lr, beta1, decay)
      const [loss, ...parts] = totals.read()
      return [loss, norm, ...parts, ...report]
    },
    dispose: release,
  }
}

/** The loss of a step, and with auxiliary targets that of cancer, the sums of their losses and their counts, side by side. */
function createTotals(labels: number) {
  const sizes = labels > 0 ? [1, 1, labels, labels] : [1]
  const values = new Float64Array(sizes.reduce((sum, size) => sum + size, 0))
  return {
    values,
    /** Adds the losses of a part with the weight of its images, and its sums and counts. */
    add(loss: number, own: readonly Float32Array[], weight: number) {
      const weighted = [loss, ...(own[0] ?? [])].map((value) => value * weight)
      for (const [index, value] of [...weighted, ...own.slice(1).flatMap((part) => [...part])].entries())
        values[index] += value
    },
    read(): Float32Array[] {
      const ends = sizes.map((_, index) => sizes.slice(0, index + 1).reduce((sum, size) => sum + size, 0))
      return sizes.map((size, index) => Float32Array.from(values.subarray(ends[index] - size, ends[index])))
    },
  }
}

const scalar = (value: number) => Float32Array.of(value)
