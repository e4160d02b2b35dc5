/**
 * What is done and what is not, on disk, so that a killed extraction continues.
 *
 * Each finished image is a line of an append-only journal; the end of a run sorts them into the manifest, which is renamed
 * into place, and removes the journal. A line torn by a kill is dropped and its image made again, with the same bytes.
 */
import { appendFile, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { ResolvedPreprocessOptions } from '@mammokit/mammogram-preprocess'
import { type ManifestRow, readManifest, writeManifest } from '@mammokit/screening-data'
import { DatasetError } from '../dataset-error.ts'
import { cannotWrite, writeAtomically } from '../write-atomically.ts'

export interface ExtractionRecord {
  readonly manifestPath: string
  /** Rows of images that are done, by image id. */
  readonly done: ReadonlyMap<string, ManifestRow>
  add(row: ManifestRow): Promise<void>
  /** Writes the manifest of these images and removes the journal. */
  finish(imageIds: readonly string[]): Promise<ManifestRow[]>
}

export interface RecordConfig {
  readonly outputDir: string
  /** Part of the file names, such as '.shard-0-of-4'; '' for a whole run. */
  readonly suffix: string
  readonly hash: string
  readonly options: ResolvedPreprocessOptions
  /** Forget images that were made with other options instead of refusing. */
  readonly redo: boolean
}

/** @throws DatasetError `preprocess-mismatch`, `cannot-write`; CsvError of a manifest */
export async function openExtractionRecord(config: RecordConfig): Promise<ExtractionRecord> {
  const { outputDir, suffix, hash, options, redo } = config
  const manifestPath = join(outputDir, `manifest${suffix}.csv`)
  const journalPath = join(outputDir, `manifest${suffix}.journal.jsonl`)
  const settingsPath = join(outputDir, 'preprocess.json')

  const earlier = [...(await readRows(manifestPath)), ...(await readJournal(journalPath))]
  const others = earlier.filter((row) => row.preprocessHash !== hash)
  if (others.length > 0 && !redo) throw await mismatch(settingsPath, others, hash, options)
  // All shards write the same, some at the same moment.
  await writeAtomically(settingsPath, `${JSON.stringify({ preprocessHash: hash, options }, null, 2)}\n`, suffix)

  const done = new Map<string, ManifestRow>()
  for (const row of earlier) {
    // Failed images are tried again: their files may have been repaired.
    if (row.preprocessHash === hash && row.status === 'ok' && (await exists(join(outputDir, row.file)))) {
      done.set(row.imageId, row)
    }
  }
  await appendOrThrow(journalPath, await tornLineEnd(journalPath))
  return {
    manifestPath,
    done,
    add: async (row) => {
      done.set(row.imageId, row)
      await appendOrThrow(journalPath, `${JSON.stringify(row)}\n`)
    },
    finish: async (imageIds) => {
      const rows = imageIds.flatMap((id) => done.get(id) ?? [])
      await writeManifest(manifestPath, rows)
      await rm(journalPath, { force: true })
      return rows
    },
  }
}

async function readRows(path: string): Promise<ManifestRow[]> {
  return (await exists(path)) ? readManifest(path) : []
}

async function readJournal(path: string): Promise<ManifestRow[]> {
  if (!(await exists(path))) return []
  return (await readFile(path, 'utf8')).split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line) as ManifestRow]
    } catch {
      return []
    }
  })
}

/** A newline where a kill left half a line, so that the next row starts on its own. */
async function tornLineEnd(path: string): Promise<string> {
  if (!(await exists(path))) return ''
  const text = await readFile(path, 'utf8')
  return text === '' || text.endsWith('\n') ? '' : '\n'
}

async function appendOrThrow(path: string, text: string): Promise<void> {
  try {
    await appendFile(path, text)
  } catch (error) {
    throw cannotWrite(path, error)
  }
}

async function mismatch(
  settingsPath: string,
  others: readonly ManifestRow[],
  hash: string,
  options: ResolvedPreprocessOptions,
): Promise<DatasetError> {
  const found = others[0].preprocessHash
  const differences = await readFile(settingsPath, 'utf8').then(
    (text) => differingOptions((JSON.parse(text) as { options?: object }).options ?? {}, options),
    () => [],
  )
  const which = differences.length > 0 ? ` They differ in ${differences.join(', ')}.` : ''
  return new DatasetError(
    'preprocess-mismatch',
    `Expected images made with preprocess hash ${hash} but received ${others.length} made with ${found}.${which} ` +
      `Ask for redo to make these ${others.length} again, or choose another output folder.`,
    { expected: hash, received: found, images: others.length, differences },
  )
}

function differingOptions(before: object, now: object, prefix = ''): string[] {
  const old = before as Record<string, unknown>
  const current = now as Record<string, unknown>
  return [...new Set([...Object.keys(old), ...Object.keys(current)])].sort().flatMap((key) => {
    const [a, b] = [old[key], current[key]]
    if (a && b && typeof a === 'object' && typeof b === 'object') return differingOptions(a, b, `${prefix}${key}.`)
    return JSON.stringify(a) === JSON.stringify(b)
      ? []
      : [`${prefix}${key} (${JSON.stringify(a)}, now ${JSON.stringify(b)})`]
  })
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
