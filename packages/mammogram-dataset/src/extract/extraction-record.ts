/**
 * What is done and what is not, on disk, so that a killed extraction continues.
 *
 * Each finished image is a line of an append-only journal; the end of a run sorts them into the manifest, which is renamed
 * into place, and removes the journal. A line torn by a kill is dropped and its image made again, with the same bytes; so is an image
 * that is missing or not the one that was made.
 */
import { appendFile, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { explainFileError, writeJsonAtomic } from '@mammokit/atomic-files'
import { isAdmitted, type ResolvedPreprocessOptions } from '@mammokit/mammogram-preprocess'
import {
  formatManifestLine,
  type ManifestRow,
  parseManifestLine,
  readManifest,
  ScreeningDataError,
  writeManifest,
} from '@mammokit/screening-data'
import { optionsMismatch, readSettings } from './options-mismatch.ts'
import { unalteredRows } from './unaltered-rows.ts'

export interface ExtractionRecord {
  readonly manifestPath: string
  /** Rows of images that are done, by image id. */
  readonly done: ReadonlyMap<string, ManifestRow>
  /** Takes rows of images that are done in place of those that were read; the manifest has them, the journal has not. */
  update(rows: readonly ManifestRow[]): void
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

/** @throws DatasetError `preprocess-mismatch`; FileError `cannot-write`; CsvError of a manifest */
export async function openExtractionRecord(config: RecordConfig): Promise<ExtractionRecord> {
  const { outputDir, suffix, hash, options, redo } = config
  const manifestPath = join(outputDir, `manifest${suffix}.csv`)
  const journalPath = join(outputDir, `manifest${suffix}.journal.jsonl`)
  const settingsPath = join(outputDir, 'preprocess.json')

  const listed = await readManifestIfCurrent(manifestPath)
  const earlier = [...(listed ?? []), ...(await readJournal(journalPath))]
  if (!redo) await assertSameOptions(config, { earlier, isOutdated: listed === undefined, settingsPath })
  // All shards write the same, some at the same moment.
  await writeJsonAtomic(settingsPath, { preprocessHash: hash, options }, { writer: suffix })

  // Failed images are tried again: their files may have been repaired.
  const candidates = earlier.filter(
    (row) => row.preprocessHash === hash && row.status === 'ok' && isAdmitted(row.warnings, options.admission),
  )
  const done = new Map((await unalteredRows(candidates, outputDir)).map((row) => [row.imageId, row]))
  await appendOrThrow(journalPath, await tornLineEnd(journalPath))
  return {
    manifestPath,
    done,
    update: (rows) => {
      for (const row of rows) done.set(row.imageId, row)
    },
    add: async (row) => {
      done.set(row.imageId, row)
      await appendOrThrow(journalPath, `${formatManifestLine(row)}\n`)
    },
    finish: async (imageIds) => {
      const rows = imageIds.flatMap((id) => done.get(id) ?? [])
      await writeManifest(manifestPath, rows)
      await rm(journalPath, { force: true })
      return rows
    },
  }
}

/**
 * The rows of a manifest, none where it is not there. Undefined where it is of an earlier version: nothing says whether its images are what
 * they were, so all are made again.
 */
export async function readManifestIfCurrent(path: string): Promise<ManifestRow[] | undefined> {
  if (!(await exists(path))) return []
  try {
    return await readManifest(path)
  } catch (error) {
    if (error instanceof ScreeningDataError && error.code === 'outdated-manifest') return undefined
    throw error
  }
}

async function assertSameOptions(
  { hash, options }: RecordConfig,
  found: { readonly earlier: readonly ManifestRow[]; readonly isOutdated: boolean; readonly settingsPath: string },
): Promise<void> {
  const settings = await readSettings(found.settingsPath)
  const others = found.earlier.filter((row) => row.preprocessHash !== hash)
  if (others.length > 0) {
    const mismatch = { found: others[0]!.preprocessHash, others: others.length }
    throw optionsMismatch(mismatch, { hash, options }, settings)
  }
  const { preprocessHash = hash } = settings
  if (found.isOutdated && preprocessHash !== hash) {
    throw optionsMismatch({ found: preprocessHash, others: undefined }, { hash, options }, settings)
  }
}

async function readJournal(path: string): Promise<ManifestRow[]> {
  if (!(await exists(path))) return []
  return (await readFile(path, 'utf8')).split('\n').flatMap((line) => parseManifestLine(line) ?? [])
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
    throw explainFileError('cannot-write', path, error)
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
