/** `extract-rois`: every image of raw/ to a gray PNG of its breast in processed/, and a manifest of what became of each. */
import { join } from 'node:path'
import { type CommandContext, formatTable, silentContext } from '@mammokit/command-line'
import {
  type ExtractionSummary,
  extractRois as extract,
  type HeaderScan,
  writeContactSheet,
} from '@mammokit/mammogram-dataset'
import { dataPaths, describeAdjustments, readManifest } from '@mammokit/screening-data'
import { withFolderLock } from '@mammokit/training-run'
import type { Config } from '../config/config.ts'
import { dataFolder } from '../data-folder.ts'
import { preprocessOptions } from '../preprocess-options.ts'
import { chooseShard, mergeIfComplete } from './shards.ts'

/**
 * Makes the images that are not there yet and the manifest.
 *
 * @throws DatasetError for options or files that cannot be used, and with `strict`, once the manifest is written, if any image failed.
 * @throws TrainingRunError `run-in-use` where another process makes the same images.
 */
export async function extractRois(
  config: Config,
  { signal, progress }: CommandContext = silentContext,
): Promise<ExtractionSummary> {
  const data = dataFolder(config)
  const { processed } = dataPaths(data)
  const shard = await chooseShard(config.extraction.shard, processed)
  const name = shard ? `extract-rois.shard-${shard.index}-of-${shard.count}` : 'extract-rois'
  let isStarted = false
  const summary = await extract({
    dataDir: data,
    from: config.set,
    outputDir: processed,
    options: preprocessOptions(config),
    workers: config.workers,
    detectionBatch: config.extraction.detectionBatch,
    redo: config.redo,
    strict: config.strict,
    ...(shard && { shard }),
    ...(signal && { signal }),
    guard: (work) => withFolderLock(processed, { doing: 'extracts', name, onWait: progress.line }, work),
    onAdjustments: (adjustments) => {
      const adjusted = describeAdjustments(adjustments)
      if (adjusted) progress.line(`${adjusted}.`)
    },
    onCompare: ({ total, done }) => {
      if (done === 1) progress.start('changed files', total, { unit: 'files' })
      progress.update(done)
      if (done === total) progress.stop()
    },
    onHeaders: (scan) => {
      if (scan.done === 1) progress.start('headers', scan.total, { unit: 'files' })
      progress.update(scan.done)
      if (scan.done === scan.total) reportIdentifying(scan, progress)
    },
    onProgress: ({ total, done, failed, identifying }) => {
      if (!isStarted) progress.start('extract-rois', total, { unit: 'images' })
      isStarted = true
      const notes = [failed > 0 && `${failed} failed`, identifying > 0 && `${identifying} identifying`]
      progress.update(done, notes.filter(Boolean).join(', '))
    },
  })
  progress.stop()

  const rows = await readManifest(summary.manifestPath)
  const outcomes = rows.map(({ status, method }) => (status === 'ok' ? `ok, ${method}` : 'failed'))
  progress.line(formatTable(['outcome', 'images'], countEach(outcomes)))
  for (const row of rows.filter(({ status }) => status === 'failed').slice(0, 5)) {
    progress.line(`  ${row.source}: ${row.reason}`)
  }
  reportWarnings(summary, (text) => progress.line(text))
  progress.line(
    `Wrote ${summary.manifestPath} (preprocess hash ${summary.preprocessHash}, ${summary.skipped} made before)`,
  )
  if (shard) {
    const { preprocessHash } = summary
    await mergeIfComplete(processed, { count: shard.count, preprocessHash }, (text) => progress.line(text))
  }
  if (config.extraction.contactSheet) {
    const path = join(processed, 'contact-sheet.html')
    await writeContactSheet({
      manifestPath: summary.manifestPath,
      dataDir: data,
      path,
      ...(signal && { signal }),
    })
    progress.line(`Wrote ${path}`)
  }
  return summary
}

/** Before the first image is written: which may still identify their patient. Attributes with their number of images, never a value. */
function reportIdentifying(
  { total, identifying, warnings }: HeaderScan,
  { stop, line }: CommandContext['progress'],
): void {
  stop()
  if (identifying.length === 0) return
  const names = identifying.slice(0, 3).join(', ')
  const others = identifying.length > 3 ? ` and ${identifying.length - 3} others` : ''
  line(
    `${identifying.length} of ${total} images to be written may identify their patient by headers or annotations: ${names}${others}.`,
  )
  line(
    formatTable(
      ['attribute', 'images', 'for example'],
      warnings.map(({ warning, images, example }) => [warning.replace('identifier:', ''), images, example]),
    ),
  )
}

/** Which images may still identify their patient, and what else is odd: attributes with their number of images, never a value. */
function reportWarnings(summary: ExtractionSummary, line: (text: string) => void): void {
  const { identifying, total, warnings, manifestPath } = summary
  if (warnings.length === 0) return
  if (identifying > 0) {
    line(
      `${identifying} of ${total} images have headers or annotations that may identify the patient; the column warnings of ${manifestPath} names the attributes of each.`,
    )
  }
  const rows = warnings.map(({ warning, images, example }) => [warning, images, example] as const)
  line(formatTable(['warning', 'images', 'for example'], rows))
}

function countEach(values: readonly string[]): [string, number][] {
  const names = [...new Set(values)].sort()
  return names.map((name) => [name, values.filter((value) => value === name).length])
}
