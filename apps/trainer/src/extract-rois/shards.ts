/** Which part of the images `extract-rois --shard` makes, and the manifest of all parts. */
import {
  DatasetError,
  mergeShards,
  type Shard,
  shardFilesOfOtherCounts,
  shardFromEnvironment,
} from '@mammokit/mammogram-dataset'
import { TrainerError } from '../trainer-error.ts'

/**
 * `2/8`, counted from 0; `auto` or `auto/8` reads Slurm's or Kubernetes' environment variables.
 *
 * @param processed folder of the shards' manifests
 * @throws TrainerError `shard-unknown` for `auto` outside of both, or where there are shards of another count than the array's
 */
export async function chooseShard(text: string | null, processed: string): Promise<Shard | undefined> {
  if (text === null) return undefined
  const [index, count] = text.split('/')
  if (index !== 'auto') return { index: Number(index), count: Number(count) }
  const shard = shardFromEnvironment(process.env, count === undefined ? undefined : Number(count))
  if (!shard) {
    throw new TrainerError(
      'shard-unknown',
      `Expected SLURM_ARRAY_TASK_ID or JOB_COMPLETION_INDEX for shard ${text} but received neither. Name the shard, for example 0/8.`,
    )
  }
  if (count === undefined) await assertWholeArray(shard, processed)
  return shard
}

/** The tasks of an array that are submitted again alone look like a smaller array. */
async function assertWholeArray({ count }: Shard, processed: string): Promise<void> {
  const others = await shardFilesOfOtherCounts(processed, count)
  if (others.length === 0) return
  throw new TrainerError(
    'shard-unknown',
    `Expected shards of ${count} for this Slurm array in ${processed} but received ${others.join(', ')}. Give the number of shards, such as auto/8, or delete these files to make other shards.`,
    { count, files: others },
  )
}

/** The shard that ends last finds the manifests of all others. */
export async function mergeIfComplete(
  processed: string,
  run: { readonly count: number; readonly preprocessHash: string },
  line: (text: string) => void,
): Promise<void> {
  try {
    line(`Wrote ${await mergeShards(processed, run)}, all shards are done`)
  } catch (error) {
    if (!(error instanceof DatasetError) || error.code !== 'input-not-found') throw error
    const missing = error.details.missing as readonly number[]
    const shards = `${missing.length === 1 ? 'shard' : 'shards'} ${missing.join(', ')} of ${run.count}`
    line(`Waiting for ${shards}. The shard that ends last writes manifest.csv.`)
    return
  }
  const others = await shardFilesOfOtherCounts(processed, run.count)
  if (others.length > 0) line(`There are shards of another count as well; delete them: ${others.join(', ')}`)
}
