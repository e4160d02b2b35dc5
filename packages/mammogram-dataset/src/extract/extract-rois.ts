/** A whole data set through the one preprocessing path, over worker threads, without ever stopping at a bad file. */
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { FileError } from '@mammokit/atomic-files'
import {
  assertDetectorLoads,
  type PreprocessOptions,
  preprocessHash,
  renderingWarnings,
  resolvePreprocessOptions,
} from '@mammokit/mammogram-preprocess'
import {
  type Adjustments,
  listImages,
  type ManifestRow,
  processedFile,
  type SourceImage,
} from '@mammokit/screening-data'
import { DatasetError } from '../dataset-error.ts'
import { createExtractionPool, type ExtractionPool } from './extraction-pool.ts'
import {
  type Counts,
  count,
  countWarnings,
  type ExtractionProgress,
  type ExtractionSummary,
  progressOf,
} from './extraction-progress.ts'
import { type ExtractionRecord, openExtractionRecord } from './extraction-record.ts'
import type { ExtractionOutcome } from './extraction-task.ts'
import { type HeaderScan, scanHeaders } from './scan-headers.ts'
import { checkShard, isInShard, type Shard, shardSuffix } from './shard.ts'

/** Configuration of `extractRois`. */
export interface ExtractionConfig {
  /** Folder with `raw/train.csv` and `raw/train_images`, or `raw/images.csv`, the same without `raw`, or any folder of images. */
  readonly dataDir: string
  /** Layout of a published data set in `dataDir/raw` or `dataDir`, as screening-data names it. @default train.csv, images.csv, or any folder */
  readonly from?: string | null
  /** Gets `images/<patient>/<image>.png` and `manifest.csv`. @default `<dataDir>/processed` */
  readonly outputDir?: string
  readonly options?: PreprocessOptions
  /** Worker threads, 1 to 64. @default the number of cores */
  readonly workers?: number
  /** This part of the images only, chosen by a hash of their ids; index 0 to count - 1. The manifest's name says which. */
  readonly shard?: Shard
  /** Make images again that were made with other options, instead of refusing. @default false */
  readonly redo?: boolean
  /** Throw at the end, after the manifest is written, where an image failed. @default false */
  readonly strict?: boolean
  /** Whether the manifest says how long each image took; without, equal inputs give equal bytes. @default true */
  readonly recordSeconds?: boolean
  /** Files that a worker takes at a time, 1 to 64; their detections are one batch. Changes no byte. @default 4 */
  readonly detectionBatch?: number
  /** Longest time for one file, seconds. @default 300 */
  readonly timeoutSeconds?: number
  /** Ends the run after the images that are being made; started again it continues. */
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: ExtractionProgress) => void
  /**
   * Asks for all headers to be read before the first image is written, about a second for 1,000 files; the last call says which files may
   * still identify their patient.
   */
  readonly onHeaders?: (scan: HeaderScan) => void
  /** Told once of what exclusions.csv and corrections.csv left out and corrected. */
  readonly onAdjustments?: (adjustments: Adjustments) => void
}

/**
 * Makes the images of a data set and its manifest; continues where an earlier run was killed.
 *
 * @throws DatasetError `invalid-options`, `preprocess-mismatch`, `worker-failed`, `aborted`, and with `strict` `images-failed`
 * @throws ScreeningDataError `no-images`; CsvError with the line of a bad row of train.csv or of a manifest
 * @example
 * const summary = await extractRois({ dataDir: 'data', workers: 2 })
 * summary.failed // 0
 */
export async function extractRois(config: ExtractionConfig): Promise<ExtractionSummary> {
  const started = performance.now()
  const options = resolvePreprocessOptions(config.options)
  const hash = preprocessHash(options)
  // A model that cannot be used is an error of the run, not of each image.
  if (options.detector) await assertDetectorLoads(options.detector)
  const workers = checkedCount('workers', config.workers ?? availableParallelism())
  const detectionBatch = checkedCount('detectionBatch', config.detectionBatch ?? 4)
  const outputDir = config.outputDir ?? join(config.dataDir, 'processed')
  const images = inShard(
    await listImages(config.dataDir, {
      exclude: [madeIn(config.dataDir, outputDir)],
      from: config.from ?? null,
      ...(config.onAdjustments && { onAdjustments: config.onAdjustments }),
    }),
    config.shard,
  )
  const record = await openExtractionRecord({
    outputDir,
    suffix: shardSuffix(config.shard),
    hash,
    options,
    redo: config.redo ?? false,
  })
  const waiting = images.filter((image) => !isMadeOf(record.done.get(image.imageId), image))
  const counts = {
    total: images.length,
    skipped: images.length - waiting.length,
    ok: 0,
    fallback: 0,
    failed: 0,
    identifying: 0,
  }

  const makeRows = async (group: readonly SourceImage[], pool: ExtractionPool): Promise<ManifestRow[]> => {
    const begun = performance.now()
    const files = group.map((image) => ({
      path: image.path,
      target: join(outputDir, processedFile(image)),
      ...(image.rendering && { rendering: image.rendering }),
    }))
    const outcomes = await pool.run(files)
    const share = round((performance.now() - begun) / 1000 / group.length)
    const seconds = (config.recordSeconds ?? true) ? share : undefined
    return group.map((image, i) => rowOf(image, outcomes[i], { seconds, hash }))
  }
  const add = async (row: ManifestRow) => {
    await record.add(row)
    count(counts, row)
    config.onProgress?.(progressOf(counts, started))
  }
  const left = waiting.filter(({ fault }) => !fault)
  if (config.onHeaders && left.length > 0) await scanHeaders(left, config.onHeaders, config.signal)
  config.onProgress?.(progressOf(counts, started))
  for (const image of waiting) {
    if (!image.fault) continue
    const outcome = { status: 'failed', reason: image.fault, warnings: [] } as const
    await add(rowOf(image, outcome, { seconds: undefined, hash }))
  }
  if (left.length > 0) {
    const timeoutMs = 1000 * (config.timeoutSeconds ?? 300)
    const pool = await createExtractionPool({ workers: Math.min(workers, left.length), options, timeoutMs })
    try {
      await allLanes(workers, async (isStopped) => {
        while (left.length > 0 && !isStopped() && !config.signal?.aborted) {
          // Smaller groups towards the end, so that no worker is left alone with a large one.
          const group = left.splice(0, Math.min(detectionBatch, Math.ceil(left.length / (2 * workers))))
          for (const row of await makeRows(group, pool)) await add(row)
        }
      })
    } finally {
      await pool.close()
    }
  }
  if (config.signal?.aborted) throw aborted(counts)
  const rows = await record.finish(images.map(({ imageId }) => imageId))
  return conclude(rows, { record, hash, skipped: counts.skipped, started, strict: config.strict ?? false })
}

/** Whether there is a row of it, made of what the table says now of how its file was rendered. */
function isMadeOf(row: ManifestRow | undefined, { rendering }: SourceImage): boolean {
  if (row === undefined) return false
  const said = row.warnings.filter((warning) => warning.startsWith('rendering:'))
  return said.join(' ') === renderingWarnings(rendering).join(' ')
}

/** Runs lanes side by side; after the first error the others end with the image that they are at. */
async function allLanes(lanes: number, lane: (isStopped: () => boolean) => Promise<void>): Promise<void> {
  let stopped = false
  const guarded = () =>
    lane(() => stopped).catch((error: unknown) => {
      stopped = true
      throw error
    })
  const results = await Promise.allSettled(Array.from({ length: lanes }, guarded))
  for (const result of results) if (result.status === 'rejected') throw result.reason
}

function rowOf(
  image: SourceImage,
  outcome: ExtractionOutcome,
  { seconds, hash }: { seconds: number | undefined; hash: string },
): ManifestRow {
  if (outcome.status === 'cannot-write') throw new FileError('cannot-write', outcome.message, outcome.details)
  const { imageId, patientId, laterality, view, source, path } = image
  const both = { imageId, patientId, laterality, view, seconds, source, preprocessHash: hash }
  const warnings = [...new Set([...(image.warnings ?? []), ...outcome.warnings])]
  if (outcome.status === 'ok') return { ...both, ...outcome, warnings, file: processedFile(image) }
  return {
    ...both,
    status: 'failed',
    method: '',
    // The same text wherever the data lie.
    reason: outcome.reason.replaceAll(path, source),
    score: undefined,
    placement: undefined,
    side: '',
    warnings,
    file: '',
    sourceSha256: '',
    imageSha256: '',
  }
}

function conclude(
  rows: readonly ManifestRow[],
  run: { record: ExtractionRecord; hash: string; skipped: number; started: number; strict: boolean },
): ExtractionSummary {
  const counts: Counts = { total: rows.length, skipped: run.skipped, ok: 0, fallback: 0, failed: 0, identifying: 0 }
  for (const row of rows) count(counts, row)
  const seconds = round((performance.now() - run.started) / 1000)
  const { manifestPath } = run.record
  const summary = { ...counts, warnings: countWarnings(rows), seconds, manifestPath, preprocessHash: run.hash }
  if (run.strict && counts.failed > 0) {
    const first = rows.find(({ status }) => status === 'failed') as ManifestRow
    throw new DatasetError(
      'images-failed',
      `Expected every image to be made but received ${counts.failed} of ${counts.total} failed, the first ${first.source}: ${first.reason.replace(/\.$/, '')}. See ${manifestPath}.`,
      { summary },
    )
  }
  return summary
}

/** The folder of what earlier runs made, which are no images to make again. */
function madeIn(dataDir: string, outputDir: string): string {
  return resolve(outputDir) === resolve(dataDir) ? join(outputDir, 'images') : outputDir
}

function inShard(images: SourceImage[], shard: Shard | undefined): SourceImage[] {
  if (!shard) return images
  checkShard(shard)
  return images.filter(({ imageId }) => isInShard(imageId, shard))
}

function aborted({ skipped, ok, failed, total }: Counts): DatasetError {
  const done = skipped + ok + failed
  return new DatasetError('aborted', `Stopped after ${done} of ${total} images. Start again to continue.`, {
    done,
    total,
  })
}

function checkedCount(name: string, value: number): number {
  if (Number.isInteger(value) && value >= 1 && value <= 64) return value
  throw new DatasetError(
    'invalid-options',
    `Expected an integer from 1 to 64 for ${name} but received ${value}. Choose a value in that range.`,
    {
      [name]: value,
    },
  )
}

const round = (seconds: number) => Math.round(seconds * 1000) / 1000
