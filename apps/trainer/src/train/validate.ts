/** Validation after an epoch: a probability for each image, and the figures of them. */
import { type CommandContext, type StageOptions, silentContext } from '@mammokit/command-line'
import { classifyBreasts, fuseViews, groupByBreast, sigmoid, type ViewOutput } from '@mammokit/mammogram-classifier'
import type { BatchLoader } from '@mammokit/mammogram-dataset'
import { averagePrecision, pfBeta, rocAuc, sweepThresholds } from '@mammokit/pf1-metric'
import type { PreparedFunction } from '@mammokit/tensor-engine'
import type { ValidationMetrics } from '@mammokit/training-run/schema'
import type { MetricName } from '../config/schedule-config.ts'
import { diverged } from '../guarded-steps.ts'
import { type BatchLoss, createMeanLoss } from './loss.ts'
import { oneRank, type Ranks } from './ranks.ts'
import type { TrainingRow } from './training-data.ts'

export interface ValidationStep {
  /** Images [N, H, W, 1] to [logits [N, 1]], with attention also [..., scores [N, 1]]. */
  readonly evaluate: Pick<PreparedFunction, 'run'>
  /** Images of a breast in a step of training: with more than 1 the images of each breast are fused, all that it has. @default 1 */
  readonly views?: number
  /** The loss that training minimizes. */
  readonly loss: BatchLoss
  /** Advice for logits that are not finite, a sentence. */
  readonly advice: () => string
  /** The processes that each run their parts of the batches. @default this one alone */
  readonly ranks?: Ranks
}

/**
 * Runs the batches of `rows`, in their order, and returns the figures; what pads the last batch does not count.
 *
 * @throws {TrainerError} `diverged` where a logit is not finite.
 */
export async function validate(
  { evaluate, views = 1, loss, advice, ranks = oneRank(silentContext) }: ValidationStep,
  loader: Pick<BatchLoader, 'batchesPerEpoch' | 'epoch'>,
  rows: readonly TrainingRow[],
  { signal, progress }: CommandContext = silentContext,
  stage: StageOptions = {},
): Promise<ValidationMetrics> {
  // Zeros where another process has the image: the sum of all has every image once.
  const [logitsFound, scoresFound, targets] = [0, 1, 2].map(() => new Float32Array(rows.length))
  let [seen, batchSize] = [0, 0]
  progress.start('validation', loader.batchesPerEpoch, stage)
  progress.update(0)
  for await (const { images, targets: own, imageIds, valid, index, start } of ranks.each(loader.epoch(0))) {
    signal?.throwIfAborted()
    const [padded, scores] = await evaluate.run(images)
    // A process without an image in the last batch starts beyond the last row.
    const place = ranks.size === 1 ? seen : Math.min(start, rows.length)
    const logits = padded.subarray(0, valid)
    const wrong = logits.find((value) => !Number.isFinite(value))
    if (wrong !== undefined) throw diverged('finite logits in validation for', wrong, { imageIds }, advice)
    logitsFound.set(logits, place)
    scoresFound.set(scores?.subarray(0, valid) ?? [], place)
    targets.set(own.subarray(0, valid), place)
    seen += valid
    batchSize = Math.max(batchSize, valid)
    progress.update(index + 1)
  }
  progress.stop()
  await ranks.sum([logitsFound, scoresFound, targets])
  // The first process has the first part of each batch, which is as large as any.
  batchSize = await ranks.share(batchSize)
  const outputs = Array.from(logitsFound, (logit, index): ViewOutput => ({ logit, score: scoresFound[index] }))

  // What has a logit of its own: an image, or a breast, as many together as in a step.
  const units = views === 1 ? outputs.map((_, index) => [index]) : groupByBreast(rows)
  const unitsPerBatch = Math.ceil(batchSize / views)
  const logits = units.map((indexes) => fuseViews(indexes.map((index) => outputs[index])))
  const labels = units.map((indexes) => Math.max(...indexes.map((index) => targets[index])))
  const meanLoss = createMeanLoss(loss)
  for (let first = 0; first < units.length; first += unitsPerBatch) {
    const end = first + unitsPerBatch
    meanLoss.add(Float32Array.from(logits.slice(first, end)), Float32Array.from(labels.slice(first, end)))
  }
  const probabilities = new Array<number>(outputs.length)
  units.forEach((indexes, unit) => {
    for (const index of indexes) probabilities[index] = sigmoid(logits[unit])
  })
  return validationMetrics(rows, probabilities, meanLoss.value)
}

/** Figures of `rows` with their probabilities, in the same order, and the loss of all. */
export function validationMetrics(
  rows: readonly TrainingRow[],
  probabilities: readonly number[],
  loss: number,
): ValidationMetrics {
  const images = rows.map((row, index) => ({ ...row, probability: probabilities[index] }))
  const [image, breast] = [images, classifyBreasts(images)].map((units) => ({
    targets: units.map((unit) => unit.target),
    scores: units.map((unit) => unit.probability),
  }))
  const best = breast.targets.includes(1) ? sweepThresholds(breast.targets, breast.scores) : null
  return {
    loss,
    rocAuc: hasBoth(breast.targets) ? rocAuc(breast.targets, breast.scores) : null,
    averagePrecision: hasBoth(breast.targets) ? averagePrecision(breast.targets, breast.scores) : null,
    pf1: pfBeta(breast.targets, breast.scores),
    bestPf1: best?.score ?? null,
    bestThreshold: best?.threshold ?? null,
    imageRocAuc: hasBoth(image.targets) ? rocAuc(image.targets, image.scores) : null,
    imagePf1: pfBeta(image.targets, image.scores),
    imageBestPf1: image.targets.includes(1) ? bestOfHundred(image.targets, image.scores) : null,
  }
}

const hasBoth = (targets: readonly number[]) => new Set(targets).size === 2

/** pF1 of yes and no at the best of the thresholds 0, 0.01, ... 0.99: the score that the reference names its checkpoints by. */
function bestOfHundred(targets: readonly number[], scores: readonly number[]): number {
  const { curve } = sweepThresholds(targets, scores, { gridStep: 0.01 })
  return Math.max(...curve.scores.subarray(0, 100))
}

/** One line about an epoch's validation. */
export function validationText(metrics: ValidationMetrics): string {
  const { loss, rocAuc, averagePrecision, pf1, bestPf1, bestThreshold } = metrics
  const figure = (value: number | null) => value?.toFixed(3) ?? 'undefined (one class)'
  const best = bestThreshold === null ? '' : `, at best ${bestPf1?.toFixed(3)} (threshold ${bestThreshold.toFixed(3)})`
  return `validation loss ${loss.toFixed(4)}, ROC AUC ${figure(rocAuc)}, AP ${figure(averagePrecision)}, pF1 ${pf1.toFixed(3)}${best}`
}

/** A figure by its name; NaN where it is undefined. */
export function metricOf(metrics: ValidationMetrics, name: MetricName): number {
  return metrics[name] ?? Number.NaN
}
