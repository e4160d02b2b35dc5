/** A data set in parts: several machines or jobs each make the images of one shard, and one call puts the manifests together. */
import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type ManifestRow, readManifest, writeManifest } from '@mammokit/screening-data'
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
    `Expected a shard from 0 to ${count - 1} of ${count} but received ${index}. Shards are counted from 0.`,
    { index, count },
  )
}

/** Part of the names of a shard's files. */
export const shardSuffix = (shard: Shard | undefined) => (shard ? `.shard-${shard.index}-of-${shard.count}` : '')

/**
 * The shard of this job: of a Slurm array (SLURM_ARRAY_TASK_ID, _MIN, _COUNT) or an indexed Kubernetes job
 * (JOB_COMPLETION_INDEX; the number of completions must be given, Kubernetes does not tell it).
 *
 * @returns undefined outside of both
 * @throws DatasetError `invalid-options`
 * @example
 * shardFromEnvironment({ SLURM_ARRAY_TASK_ID: '3', SLURM_ARRAY_TASK_MIN: '1', SLURM_ARRAY_TASK_COUNT: '8' }) // { index: 2, count: 8 }
 */
export function shardFromEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  count?: number,
): Shard | undefined {
  const slurm = environment.SLURM_ARRAY_TASK_ID
  const kubernetes = environment.JOB_COMPLETION_INDEX
  if (slurm === undefined && kubernetes === undefined) return undefined
  const shard =
    slurm === undefined
      ? { index: Number(kubernetes), count: count ?? Number.NaN }
      : {
          index: Number(slurm) - Number(environment.SLURM_ARRAY_TASK_MIN ?? 0),
          count: count ?? Number(environment.SLURM_ARRAY_TASK_COUNT),
        }
  checkShard(shard)
  return shard
}

/**
 * Makes `manifest.csv` of the manifests of all shards.
 *
 * @returns the path of the manifest
 * @throws DatasetError `input-not-found` naming the shards that are missing, `preprocess-mismatch` between shards
 */
export async function mergeShards(outputDir: string): Promise<string> {
  const names = await readdir(outputDir).catch(() => [] as string[])
  const found = names.flatMap((name) => {
    const match = /^manifest\.shard-(\d+)-of-(\d+)\.csv$/.exec(name)
    return match ? [{ name, index: Number(match[1]), count: Number(match[2]) }] : []
  })
  const counts = new Set(found.map(({ count }) => count))
  const [count = 0] = counts
  const missing = Array.from({ length: count }, (_, i) => i).filter((i) => !found.some(({ index }) => index === i))
  if (counts.size !== 1 || missing.length > 0) {
    const what =
      counts.size > 1
        ? `shards of ${[...counts].sort((a, b) => a - b).join(' and ')}`
        : counts.size === 0
          ? 'none'
          : `no shard ${missing.join(', ')} of ${count}`
    throw new DatasetError(
      'input-not-found',
      `Expected the manifests of all shards in ${outputDir} but received ${what}. Run the missing shards first.`,
      {
        outputDir,
        missing,
      },
    )
  }
  const rows: ManifestRow[] = []
  for (const { name } of found) rows.push(...(await readManifest(join(outputDir, name))))
  const hashes = [...new Set(rows.map(({ preprocessHash }) => preprocessHash))]
  if (hashes.length > 1) {
    throw new DatasetError(
      'preprocess-mismatch',
      `Expected shards of one preprocess hash in ${outputDir} but received ${hashes.join(' and ')}. Make one of them again.`,
      { hashes },
    )
  }
  const path = join(outputDir, 'manifest.csv')
  await writeManifest(path, rows, `.${process.pid}`) // two shards may end at the same moment
  return path
}
