/** `extract-rois`: every DICOM image of raw/ to a grey PNG of its breast in processed/, and a manifest of what became of each. */
import { type ExtractionSummary, extractRois as extract, readManifest } from '@mammokit/mammogram-dataset'
import type { Config } from './config.ts'
import { type CommandContext, silentContext } from './context.ts'
import { dataPaths } from './paths.ts'
import { preprocessOptions } from './preprocess-options.ts'
import { formatTable } from './text-table.ts'

/**
 * Makes the images that are not there yet and the manifest.
 *
 * @throws DatasetError for options or files that cannot be used, and with `strict` for the first image that failed.
 */
export async function extractRois(
  config: Config,
  { signal, progress }: CommandContext = silentContext,
): Promise<ExtractionSummary> {
  const { processed } = dataPaths(config.data)
  let isStarted = false
  const summary = await extract({
    dataDir: config.data,
    outputDir: processed,
    options: preprocessOptions(config),
    workers: config.workers,
    redo: config.redo,
    strict: config.strict,
    ...(signal && { signal }),
    onProgress: ({ total, done, failed, imagesPerSecond }) => {
      if (!isStarted) progress.start('extract-rois', total)
      isStarted = true
      progress.update(done, `${imagesPerSecond.toFixed(1)} images/s${failed > 0 ? `, ${failed} failed` : ''}`)
    },
  })
  progress.stop()

  const rows = await readManifest(summary.manifestPath)
  const outcomes = rows.map(({ status, method }) => (status === 'ok' ? `ok, ${method}` : 'failed'))
  progress.line(formatTable(['outcome', 'images'], countEach(outcomes)))
  for (const row of rows.filter(({ status }) => status === 'failed').slice(0, 5)) {
    progress.line(`  ${row.source}: ${row.reason}`)
  }
  progress.line(
    `Wrote ${summary.manifestPath} (preprocess hash ${summary.preprocessHash}, ${summary.skipped} made before)`,
  )
  return summary
}

function countEach(values: readonly string[]): [string, number][] {
  const names = [...new Set(values)].sort()
  return names.map((name) => [name, values.filter((value) => value === name).length])
}
