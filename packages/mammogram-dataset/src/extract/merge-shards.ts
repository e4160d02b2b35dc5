/** The manifests of all shards put together. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type ManifestRow, writeManifest } from '@mammokit/screening-data'
import { DatasetError } from '../dataset-error.ts'
import { readManifestIfCurrent } from './extraction-record.ts'
import { type Shard, shardSuffix } from './shard.ts'

/** Which manifests `mergeShards` puts together. */
export interface MergeOptions {
  /** Number of the shards; others are left alone. @default that of the only ones that are all there */
  readonly count?: number
  /** Shards that were made with another hash count as missing. @default the one of all shards */
  readonly preprocessHash?: string
}

interface ShardFile extends Shard {
  readonly name: string
}

/**
 * Makes `manifest.csv` of the manifests of all shards.
 *
 * @returns the path of the manifest
 * @throws DatasetError `input-not-found`, whose `details.missing` are the shards that are missing; `invalid-options` where shards of several
 *   counts are all there; `preprocess-mismatch` between shards
 * @example
 * await mergeShards('data/processed', { count: 8 }) // 'data/processed/manifest.csv'
 */
export async function mergeShards(outputDir: string, options: MergeOptions = {}): Promise<string> {
  const { preprocessHash } = options
  const files = (await listShardFiles(outputDir)).filter(({ name }) => name.endsWith('.csv'))
  const count = options.count ?? countOf(files, outputDir)
  const parts: (readonly ManifestRow[])[] = []
  const missing: number[] = []
  for (let index = 0; index < count; index++) {
    const rows = await readManifestIfCurrent(join(outputDir, `manifest${shardSuffix({ index, count })}.csv`))
    const isThere = files.some((file) => file.count === count && file.index === index)
    const isOther = preprocessHash !== undefined && rows?.some((row) => row.preprocessHash !== preprocessHash)
    if (!isThere || rows === undefined || isOther) missing.push(index)
    else parts.push(rows)
  }
  if (missing.length > 0) throw missingShards(outputDir, `no shard ${missing.join(', ')} of ${count}`, missing)
  const rows = parts.flat()
  const hashes = [...new Set(rows.map((row) => row.preprocessHash))]
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

/** Names of the manifests and journals in a folder that are of shards of another count, sorted. */
export async function shardFilesOfOtherCounts(outputDir: string, count: number): Promise<string[]> {
  const files = await listShardFiles(outputDir)
  return files.filter((file) => file.count !== count).map(({ name }) => name)
}

async function listShardFiles(outputDir: string): Promise<ShardFile[]> {
  const names = await readdir(outputDir).catch(() => [] as string[])
  return names.sort().flatMap((name) => {
    const match = /^manifest\.shard-(\d+)-of-(\d+)\.(csv|journal\.jsonl)$/.exec(name)
    return match ? [{ name, index: Number(match[1]), count: Number(match[2]) }] : []
  })
}

/** The count of the only shards that are all there, or of the only ones at all. */
function countOf(files: readonly ShardFile[], outputDir: string): number {
  const counts = [...new Set(files.map(({ count }) => count))].sort((a, b) => a - b)
  const complete = counts.filter((count) => files.filter((file) => file.count === count).length === count)
  if (complete.length > 1) {
    const names = files.filter(({ count }) => complete.includes(count)).map(({ name }) => name)
    throw new DatasetError(
      'invalid-options',
      `Expected all shards of one count in ${outputDir} but received those of ${complete.join(' and ')}. Give the count, or delete the files of the others: ${names.join(', ')}.`,
      { outputDir, counts: complete, names },
    )
  }
  const [count = counts[0]] = complete
  if (count !== undefined && (complete.length === 1 || counts.length === 1)) return count
  const what = counts.length === 0 ? 'none' : `some of the shards of ${counts.join(' and ')}`
  throw missingShards(outputDir, what, [])
}

function missingShards(outputDir: string, what: string, missing: readonly number[]): DatasetError {
  return new DatasetError(
    'input-not-found',
    `Expected the manifests of all shards in ${outputDir} but received ${what}. Run the missing shards first.`,
    { outputDir, missing },
  )
}
