/** A data set in parts: several machines or jobs each make the images of one shard. */
import { createHash } from 'node:crypto'
import { DatasetError } from '../dataset-error.ts'

/** One of `count` parts, counted from 0. */
export interface Shard {
  readonly index: number
  readonly count: number
}

/** Whether an image is in a shard: by the first 32 bits of its id's SHA-256. @throws DatasetError `invalid-options` */
export function isInShard(imageId: string, { index, count }: Shard): boolean {
  return createHash('sha256').update(imageId).digest().readUInt32BE() % count === index
}

/** @throws DatasetError `invalid-options` */
export function checkShard({ index, count }: Shard): void {
  if (Number.isInteger(count) && count >= 1 && Number.isInteger(index) && index >= 0 && index < count) return
  throw new DatasetError(
    'invalid-options',
    `Expected a shard from 0 to ${count - 1} of ${count} but received ${index}. Shards are counted from 0, the tasks of a Slurm array as well.`,
    { index, count },
  )
}

/** Part of the names of a shard's files. */
export const shardSuffix = (shard: Shard | undefined) => (shard ? `.shard-${shard.index}-of-${shard.count}` : '')

/**
 * The shard of this job: of a Slurm array or an indexed Kubernetes job. With `count`, SLURM_ARRAY_TASK_ID or JOB_COMPLETION_INDEX is the
 * shard's index, also of tasks that are submitted again alone. Without it, which is for a whole Slurm array only, the index is counted
 * from SLURM_ARRAY_TASK_MIN, and the array must have every task up to SLURM_ARRAY_TASK_MAX.
 *
 * @returns undefined outside of both
 * @throws DatasetError `invalid-options`
 * @example
 * shardFromEnvironment({ SLURM_ARRAY_TASK_ID: '3' }, 8) // { index: 3, count: 8 }
 */
export function shardFromEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  count?: number,
): Shard | undefined {
  const slurm = environment.SLURM_ARRAY_TASK_ID
  const kubernetes = environment.JOB_COMPLETION_INDEX
  const id = slurm ?? kubernetes
  if (id === undefined) return undefined
  if (count !== undefined) return checkedShard({ index: Number(id), count })
  if (slurm === undefined) {
    throw new DatasetError(
      'invalid-options',
      `Expected the number of shards but received JOB_COMPLETION_INDEX=${kubernetes} alone, since Kubernetes does not tell it. Give the job's completions, such as auto/8.`,
      { JOB_COMPLETION_INDEX: kubernetes },
    )
  }
  const { SLURM_ARRAY_TASK_MIN: min, SLURM_ARRAY_TASK_MAX: max, SLURM_ARRAY_TASK_COUNT: tasks } = environment
  if (Number(tasks) !== Number(max) - Number(min) + 1) {
    throw new DatasetError(
      'invalid-options',
      `Expected a Slurm array with every task from ${min} to ${max} but received ${tasks} tasks (SLURM_ARRAY_TASK_COUNT). Give the number of shards, such as auto/8 with --array=0-7, or any of its tasks.`,
      { min, max, tasks },
    )
  }
  return checkedShard({ index: Number(slurm) - Number(min), count: Number(tasks) })
}

function checkedShard(shard: Shard): Shard {
  checkShard(shard)
  return shard
}
