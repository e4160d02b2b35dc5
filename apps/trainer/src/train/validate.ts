/** Validation after an epoch: a probability for each image, and the figures of them. */
import { type CommandContext, type StageOptions, silentContext } from '@mammokit/command-line'
import { classifyBreasts, sigmoid } from '@mammokit/mammogram-classifier'
import type { BatchLoader } from '@mammokit/mammogram-dataset'
import { pfBeta, rocAuc } from '@mammokit/pf1-metric'
import type { PreparedFunction } from '@mammokit/tensor-engine'
import type { ValidationMetrics } from '@mammokit/training-run/schema'
import { diverged } from '../guarded-steps.ts'
import { type BatchLoss, createMeanLoss } from './loss.ts'
import type { TrainingRow } from './training-data.ts'

export interface ValidationStep {
  /** Images [N, H, W, 1] to [logits [N, 1]]. */
  readonly evaluate: Pick<PreparedFunction, 'run'>
  /** The loss that training minimizes. */
  readonly loss: BatchLoss
  /** Advice for logits that are not finite, a sentence. */
  readonly advice: () => string
}

/**
 * Runs the batches of `rows`, in their order, and returns the figures; what pads the last batch does not count.
 *
 * @throws {TrainerError} `diverged` where a logit is not finite.
 */
export async function validate(
  { evaluate, loss, advice }: ValidationStep,
  loader: Pick<BatchLoader, 'batchesPerEpoch' | 'epoch'>,
  rows: readonly TrainingRow[],
  { signal, progress }: CommandContext = silentContext,
  stage: StageOptions = {},
): Promise<ValidationMetrics> {
  const probabilities: number[] = []
  const meanLoss = createMeanLoss(loss)
  progress.start('validation', loader.batchesPerEpoch, stage)
  progress.update(0)
  for await (const { images, targets, imageIds, valid, index } of loader.epoch(0)) {
    signal?.throwIfAborted()
    const [padded] = await evaluate.run(images)
    const logits = padded.subarray(0, valid)
    const wrong = logits.find((value) => !Number.isFinite(value))
    if (wrong !== undefined) throw diverged('finite logits in validation for', wrong, { imageIds }, advice)
    meanLoss.add(logits, targets.subarray(0, valid))
    for (const logit of logits) probabilities.push(sigmoid(logit))
    progress.update(index + 1)
  }
  progress.stop()
  return validationMetrics(rows, probabilities, meanLoss.value)
}

/** Figures of `rows` with their probabilities, in the same order, and the loss of all. */
export function validationMetrics(
  rows: readonly TrainingRow[],
  probabilities: readonly number[],
  loss: number,
): ValidationMetrics {
  const images = rows.map((row, index) => ({ ...row, probability: probabilities[index] }))
  const [image, breast] = [images, classifyBreasts(images)].map((units) => {
    const targets = units.map((unit) => unit.target)
    const scores = units.map((unit) => unit.probability)
    return { rocAuc: new Set(targets).size === 2 ? rocAuc(targets, scores) : null, pf1: pfBeta(targets, scores) }
  })
  return { loss, rocAuc: breast.rocAuc, pf1: breast.pf1, imageRocAuc: image.rocAuc, imagePf1: image.pf1 }
}

/** One line about an epoch's validation. */
export function validationText({ loss, rocAuc, pf1 }: ValidationMetrics): string {
  return `validation loss ${loss.toFixed(4)}, ROC AUC ${rocAuc?.toFixed(3) ?? 'undefined (one class)'}, pF1 ${pf1.toFixed(3)}`
}
