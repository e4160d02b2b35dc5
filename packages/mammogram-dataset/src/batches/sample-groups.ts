/** Batches of which each group of rows has a fixed number. */
import { createRandom } from '@mammokit/seeded-random'
import { endlessOrder } from './endless-order.ts'
import { invalidSampling } from './invalid-sampling.ts'
import type { SamplingPlan } from './sampling-plan.ts'

/** So many rows of each group in every batch; groups may share rows. */
export interface GroupSampling {
  readonly groups: readonly { readonly rows: readonly number[]; readonly perBatch: number }[]
  /** Draws of an epoch. */
  readonly draws: number
}

/** @throws DatasetError `invalid-options` */
export function planGroups(
  { groups, draws }: GroupSampling,
  batchSize: number,
  seed: number,
  count: number,
): SamplingPlan {
  const sum = groups.reduce((total, { perBatch }) => total + perBatch, 0)
  if (sum !== batchSize || groups.some(({ perBatch }) => !(Number.isInteger(perBatch) && perBatch >= 0)))
    throw invalidSampling(
      'sampling.groups',
      `numbers of rows that sum to ${batchSize}, batchSize,`,
      sum,
      'Correct perBatch.',
    )
  if (groups.some(({ rows, perBatch }) => perBatch > 0 && rows.length === 0))
    throw invalidSampling('sampling.groups', 'rows in every group that is drawn from', 'none', 'Leave the group out.')
  const unknown = groups.flatMap(({ rows }) => rows).find((row) => !(Number.isInteger(row) && row >= 0 && row < count))
  if (unknown !== undefined)
    throw invalidSampling('sampling.groups', `numbers of ${count} rows, from 0,`, unknown, 'Correct rows.')
  if (!(Number.isInteger(draws) && draws >= 1))
    throw invalidSampling('sampling.draws', 'a whole number >= 1', draws, 'Correct it.')
  const batches = Math.ceil(draws / batchSize)
  const order = (epoch: number) => {
    const orders = groups.map(({ rows }, group) => endlessOrder(Int32Array.from(rows), seed, `group ${group}`))
    const random = createRandom(seed, 'slots', epoch)
    const rows = new Int32Array(batches * batchSize)
    for (let batch = 0; batch < batches; batch++) {
      const slots = rows.subarray(batch * batchSize, (batch + 1) * batchSize)
      const before = epoch * batches + batch
      let slot = 0
      groups.forEach(({ perBatch }, group) => {
        for (let each = 0; each < perBatch; each++) slots[slot++] = orders[group]!(before * perBatch + each)
      })
      random.shuffle(slots)
    }
    return rows.subarray(0, draws)
  }
  return { draws, order }
}
