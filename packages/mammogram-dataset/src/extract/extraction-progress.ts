/** How far an extraction is and what became of its images, in numbers. */
import type { ManifestRow } from '@mammokit/screening-data'

/** How far a run is; `done` counts all four kinds. */
export interface ExtractionProgress {
  readonly total: number
  readonly done: number
  /** Made by an earlier run. */
  readonly skipped: number
  readonly ok: number
  /** Of those that are ok: not by the first method of the chain. */
  readonly fallback: number
  readonly failed: number
  /** Images of this run by which a patient may be identified, in the header or in the pixels. */
  readonly identifying: number
  readonly imagesPerSecond: number
  readonly secondsLeft: number
}

/** The outcome of a run, over the images of earlier runs as well. */
export interface ExtractionSummary {
  readonly total: number
  readonly skipped: number
  readonly ok: number
  readonly fallback: number
  readonly failed: number
  /** Images by which a patient may be identified, in the header or in the pixels. */
  readonly identifying: number
  /** Each warning of the manifest with its number of images, most first. */
  readonly warnings: readonly WarningCount[]
  readonly seconds: number
  readonly manifestPath: string
  readonly preprocessHash: string
}

/** How many images have a warning, such as `identifier:PatientName`. */
export interface WarningCount {
  readonly warning: string
  readonly images: number
  /** The first DICOM file with it, relative to the input folder. */
  readonly example: string
}

export type Counts = {
  total: number
  skipped: number
  ok: number
  fallback: number
  failed: number
  identifying: number
}

/** Counts one more image. */
export function count(counts: Counts, row: ManifestRow): void {
  if (row.warnings.some((warning) => warning.startsWith('identifier:'))) counts.identifying++
  if (row.status === 'failed') counts.failed++
  else {
    counts.ok++
    if (row.reason !== '') counts.fallback++
  }
}

/** Each warning with the number of images that have it, most first. */
export function countWarnings(rows: readonly Pick<ManifestRow, 'source' | 'warnings'>[]): WarningCount[] {
  const counts = new Map<string, { images: number; example: string }>()
  for (const { warnings, source } of rows) {
    for (const warning of warnings) {
      const counted = counts.get(warning)
      if (counted) counted.images++
      else counts.set(warning, { images: 1, example: source })
    }
  }
  return [...counts].map(([warning, counted]) => ({ warning, ...counted })).sort((a, b) => b.images - a.images)
}

/** @param started when the run began, by `performance.now()` */
export function progressOf(counts: Counts, started: number): ExtractionProgress {
  const made = counts.ok + counts.failed
  const imagesPerSecond = made / Math.max(1e-3, (performance.now() - started) / 1000)
  const left = counts.total - counts.skipped - made
  return {
    ...counts,
    done: counts.skipped + made,
    imagesPerSecond,
    secondsLeft: left === 0 ? 0 : left / imagesPerSecond,
  }
}

/** The outcome of a run. */
export function summarize(
  rows: readonly ManifestRow[],
  run: Pick<ExtractionSummary, 'skipped' | 'seconds' | 'manifestPath' | 'preprocessHash'>,
): ExtractionSummary {
  const counts: Counts = { total: rows.length, skipped: run.skipped, ok: 0, fallback: 0, failed: 0, identifying: 0 }
  for (const row of rows) count(counts, row)
  return { ...run, ...counts, warnings: countWarnings(rows) }
}
