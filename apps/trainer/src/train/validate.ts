/** Validation after an epoch: a probability for each image, and the figures of them. */
import { type CommandContext, silentContext } from '@mammokit/command-line'
import type { BatchLoader } from '@mammokit/mammogram-dataset'
import { aggregateByBreast, pfBeta, rocAuc } from '@mammokit/pf1-metric'
import type { PreparedFunction } from '@mammokit/tensor-engine'
import type { ValidationMetrics } from '@mammokit/training-run/schema'
import type { TrainingRow } from './training-data.ts'

/** Runs the batches of `rows`, in their order, and returns the figures; what pads the last batch does not count. */
export async function validate(
  evaluate: Pick<PreparedFunction, 'run'>,
  loader: Pick<BatchLoader, 'batchesPerEpoch' | 'epoch'>,
  rows: readonly TrainingRow[],
  { signal, progress }: CommandContext = silentContext,
): Promise<ValidationMetrics> {
  const probabilities: number[] = []
  const losses: number[] = []
  progress.start('validation', loader.batchesPerEpoch)
  for await (const { images, targets, valid, index } of loader.epoch(0)) {
    signal?.throwIfAborted()
    const outputs = await evaluate.run(images, targets)
    probabilities.push(...outputs[0].subarray(0, valid))
    losses.push(...outputs[1].subarray(0, valid))
    progress.update(index + 1)
  }
  progress.stop()
  return validationMetrics(rows, probabilities, losses)
}

/** Figures of `rows` with their probabilities and losses, all in one order. */
export function validationMetrics(
  rows: readonly TrainingRow[],
  probabilities: readonly number[],
  losses: readonly number[],
): ValidationMetrics {
  const images = rows.map((row, index) => ({ ...row, probability: probabilities[index] }))
  const [image, breast] = [images, aggregateByBreast(images)].map((units) => {
    const targets = units.map((unit) => unit.target)
    const scores = units.map((unit) => unit.probability)
    return { rocAuc: new Set(targets).size === 2 ? rocAuc(targets, scores) : null, pf1: pfBeta(targets, scores) }
  })
  const loss = losses.reduce((sum, value) => sum + value, 0) / losses.length
  return { loss, rocAuc: breast.rocAuc, pf1: breast.pf1, imageRocAuc: image.rocAuc, imagePf1: image.pf1 }
}

/** The figures of an epoch in words. */
export function validationText({ loss, rocAuc, pf1 }: ValidationMetrics): string {
  return `validation loss ${loss.toFixed(4)}, ROC AUC ${rocAuc?.toFixed(3) ?? 'undefined (one class)'}, pF1 ${pf1.toFixed(3)}`
}
