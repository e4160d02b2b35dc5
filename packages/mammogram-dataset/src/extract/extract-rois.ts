/** A whole data set through the one preprocessing path, over worker threads, without ever stopping at a bad file. */
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import {
  assertDetectorLoads,
  preprocessHash,
  type ResolvedPreprocessOptions,
  resolvePreprocessOptions,
} from '@mammokit/mammogram-preprocess'
import { listImages, type ManifestRow, processedFile, type SourceImage } from '@mammokit/screening-data'
import { DatasetError } from '../dataset-error.ts'
import { currentRows } from './current-rows.ts'
import { checkedCount, type ExtractionConfig } from './extraction-config.ts'
import { createExtractionPool, type ExtractionPool } from './extraction-pool.ts'
import { type Counts, count, type ExtractionSummary, progressOf, summarize } from './extraction-progress.ts'
import { openExtractionRecord } from './extraction-record.ts'
import { outcomeRow } from './outcome-row.ts'
import { scanHeaders } from './scan-headers.ts'
import { checkShard, isInShard, type Shard, shardSuffix } from './shard.ts'
import { readSourceState } from './source-state.ts'

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
  const work = () => makeImages(config, { started, options, workers, detectionBatch, outputDir, images })
  return config.guard ? config.guard(work) : work()
}

/** A configuration that was checked, and the images that it is about. */
interface Extraction {
  readonly started: number
  readonly options: ResolvedPreprocessOptions
  readonly workers: number
  readonly detectionBatch: number
  readonly outputDir: string
  readonly images: readonly SourceImage[]
}

async function makeImages(
  config: ExtractionConfig,
  { started, options, workers, detectionBatch, outputDir, images }: Extraction,
): Promise<ExtractionSummary> {
  const hash = preprocessHash(options)
  const suffix = shardSuffix(config.shard)
  const record = await openExtractionRecord({ outputDir, suffix, hash, options, redo: config.redo ?? false })
  const { onCompare, signal } = config
  const current = await currentRows(images, record.done, { onCompare, onUnchanged: record.add, signal })
  record.update(current)
  const made = new Set(current.map(({ imageId }) => imageId))
  const waiting = images.filter(({ imageId }) => !made.has(imageId))
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
    // Before the files are read: what replaces one meanwhile has another time.
    const states = await Promise.all(group.map(({ path }) => readSourceState(path)))
    const outcomes = await pool.run(files)
    const share = round((performance.now() - begun) / 1000 / group.length)
    const seconds = (config.recordSeconds ?? true) ? share : undefined
    return group.map((image, i) => outcomeRow(image, outcomes[i], { seconds, hash, state: states[i] }))
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
    await add(outcomeRow(image, outcome, { hash }))
  }
  if (left.length > 0) {
    const timeoutMs = 1000 * (config.timeoutSeconds ?? 300)
    const pool = await createExtractionPool({
      workers: Math.min(workers, left.length),
      options,
      timeoutMs,
      writer: suffix,
    })
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
  const { manifestPath } = record
  const seconds = round((performance.now() - started) / 1000)
  const summary = summarize(rows, { skipped: counts.skipped, seconds, manifestPath, preprocessHash: hash })
  if (config.strict) assertNoneFailed(rows, summary)
  return summary
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

function assertNoneFailed(rows: readonly ManifestRow[], summary: ExtractionSummary): void {
  const first = rows.find(({ status }) => status === 'failed')
  if (first === undefined) return
  const { failed, total, manifestPath } = summary
  throw new DatasetError(
    'images-failed',
    `Expected every image to be made but received ${failed} of ${total} failed, the first ${first.source}: ${first.reason.replace(/\.$/, '')}. See ${manifestPath}.`,
    { summary },
  )
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

const round = (seconds: number) => Math.round(seconds * 1000) / 1000
