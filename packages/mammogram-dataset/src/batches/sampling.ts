/** Which images stand in which batch of an epoch: a pure function of seed and epoch. */
import { createRandom } from '@mammokit/seeded-random'
import { endlessOrder, shuffled } from './endless-order.ts'
import { invalidSampling as invalid } from './invalid-sampling.ts'
import { type GroupSampling, planGroups } from './sample-groups.ts'
import type { SamplingPlan } from './sampling-plan.ts'

/**
 * How an epoch draws its images.
 *
 * - `sequential`: each image once, in the order of the rows: evaluation
 * - `shuffle`: each image once, in a new order every epoch
 * - `positiveFactor`: each negative once and each positive this many times on average (the reference repeats its positives 10 times)
 * - `weights`: each image so many times on average, one number per row; whole numbers are met exactly
 * - `positiveFraction`: the same number of positives, at least one, in every batch; as many draws as there are images; positives and
 *   negatives each pass in turn, and go on in the next epoch where they ended
 * - `positivesPerBatch`: so many positives in every batch, and each negative once: the epoch has as many batches as the negatives fill;
 *   positives pass in turn, over the epochs
 * - `groups`: of each group of rows so many in every batch, `draws` in all; the rows of a group pass in turn, over the epochs
 */
export type Sampling =
  | 'sequential'
  | 'shuffle'
  | { readonly positiveFactor: number }
  | { readonly weights: readonly number[] }
  | { readonly positiveFraction: number }
  | { readonly positivesPerBatch: number }
  | GroupSampling

/** @throws DatasetError `invalid-options` */
export function planSampling(
  targets: readonly number[],
  sampling: Sampling,
  batchSize: number,
  seed: number,
): SamplingPlan {
  const all = Int32Array.from(targets, (_, row) => row)
  if (sampling === 'sequential') return { draws: all.length, order: () => all }
  if (sampling === 'shuffle') return { draws: all.length, order: (epoch) => shuffled(all, seed, 'order', epoch) }
  if ('positiveFraction' in sampling) return planFraction(targets, sampling.positiveFraction, batchSize, seed)
  if ('positivesPerBatch' in sampling) return planPerBatch(targets, sampling.positivesPerBatch, batchSize, seed)
  if ('groups' in sampling) return planGroups(sampling, batchSize, seed, targets.length)
  return planWeights(weightsOf(targets, sampling), seed)
}

function weightsOf(
  targets: readonly number[],
  sampling: Extract<Sampling, { readonly weights: unknown } | { readonly positiveFactor: unknown }>,
): readonly number[] {
  if ('weights' in sampling) {
    const { weights } = sampling
    const wrong = weights.findIndex((weight) => !(weight >= 0 && Number.isFinite(weight)))
    if (weights.length !== targets.length) {
      throw invalid('sampling.weights', `${targets.length} numbers, one per row,`, weights.length, 'Give one per row.')
    }
    if (wrong >= 0) throw invalid(`sampling.weights[${wrong}]`, 'a number, 0 or more,', weights[wrong], 'Correct it.')
    return weights
  }
  const { positiveFactor } = sampling
  if (!(positiveFactor > 0 && Number.isFinite(positiveFactor))) {
    throw invalid('sampling.positiveFactor', 'a number above 0', positiveFactor, 'Give 1 for no repetition.')
  }
  return targets.map((target) => (target > 0.5 ? positiveFactor : 1))
}

/** Systematic sampling: row i stands floor(w_i) or ceil(w_i) times in an epoch, w_i on average over the epochs. */
function planWeights(weights: readonly number[], seed: number): SamplingPlan {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const draws = Math.round(total)
  if (draws < 1) throw invalid('sampling', 'weights that sum to 1 at least', total, 'Raise them.')
  const order = (epoch: number) => {
    const start = createRandom(seed, 'rounding', epoch).uniform()
    const rows = new Int32Array(draws)
    let drawn = 0
    let passed = 0
    weights.forEach((weight, row) => {
      passed += (weight * draws) / total
      // the last row takes what rounding left over
      while (drawn < draws && drawn + start < passed) rows[drawn++] = row
    })
    while (drawn < draws) rows[drawn++] = weights.findLastIndex((weight) => weight > 0)
    return shuffled(rows, seed, 'order', epoch)
  }
  return { draws, order }
}

function planFraction(targets: readonly number[], fraction: number, batchSize: number, seed: number): SamplingPlan {
  const { positives, negatives } = splitByTarget(targets, 'positiveFraction')
  if (!(fraction > 0 && fraction < 1) || batchSize < 2) {
    throw invalid(
      'sampling.positiveFraction',
      'a share above 0 and below 1 of batches of 2 or more',
      fraction,
      'Give 0.25, say.',
    )
  }
  const perBatch = Math.min(batchSize - 1, Math.max(1, Math.round(fraction * batchSize)))
  const batches = Math.max(1, Math.ceil(targets.length / batchSize))
  const order = (epoch: number) => {
    const positive = endlessOrder(positives, seed, 'positives')
    const negative = endlessOrder(negatives, seed, 'negatives')
    const random = createRandom(seed, 'slots', epoch)
    const rows = new Int32Array(batches * batchSize)
    for (let batch = 0; batch < batches; batch++) {
      const slots = rows.subarray(batch * batchSize, (batch + 1) * batchSize)
      const before = epoch * batches + batch
      for (let slot = 0; slot < batchSize; slot++) {
        slots[slot] =
          slot < perBatch
            ? positive(before * perBatch + slot)
            : negative(before * (batchSize - perBatch) + slot - perBatch)
      }
      random.shuffle(slots)
    }
    return rows.subarray(0, targets.length)
  }
  return { draws: targets.length, order }
}

function planPerBatch(targets: readonly number[], perBatch: number, batchSize: number, seed: number): SamplingPlan {
  const { positives, negatives } = splitByTarget(targets, 'positivesPerBatch')
  if (!(Number.isInteger(perBatch) && perBatch >= 1 && perBatch < batchSize)) {
    const expected = `a whole number from 1 to ${batchSize - 1}, less than batchSize,`
    throw invalid('sampling.positivesPerBatch', expected, perBatch, 'Give 1, say.')
  }
  const negativesPerBatch = batchSize - perBatch
  const batches = Math.ceil(negatives.length / negativesPerBatch)
  const order = (epoch: number) => {
    const positive = endlessOrder(positives, seed, 'positives')
    const passed = shuffled(negatives, seed, 'negatives', epoch)
    const random = createRandom(seed, 'slots', epoch)
    const rows = new Int32Array(negatives.length + batches * perBatch)
    for (let batch = 0; batch < batches; batch++) {
      const slots = rows.subarray(batch * batchSize, (batch + 1) * batchSize)
      for (let slot = 0; slot < perBatch; slot++) slots[slot] = positive((epoch * batches + batch) * perBatch + slot)
      slots.set(passed.subarray(batch * negativesPerBatch, (batch + 1) * negativesPerBatch), perBatch)
      random.shuffle(slots)
    }
    return rows
  }
  return { draws: negatives.length + batches * perBatch, order }
}

/** Row numbers of both kinds. @throws DatasetError `invalid-options` where there is only one */
function splitByTarget(targets: readonly number[], name: string) {
  const rowsWith = (isPositive: boolean) =>
    Int32Array.from(targets.flatMap((target, row) => (target > 0.5 === isPositive ? [row] : [])))
  const [positives, negatives] = [rowsWith(true), rowsWith(false)]
  if (positives.length > 0 && negatives.length > 0) return { positives, negatives }
  const received = `${positives.length} positives and ${negatives.length} negatives`
  throw invalid(`sampling.${name}`, 'rows of both kinds', received, 'Sample with shuffle.')
}
