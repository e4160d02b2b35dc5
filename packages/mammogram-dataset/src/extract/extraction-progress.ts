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
  readonly seconds: number
  readonly manifestPath: string
  readonly preprocessHash: string
}

export type Counts = { total: number; skipped: number; ok: number; fallback: number; failed: number }

/** Counts one more image. */
export function count(counts: Counts, row: ManifestRow): void {
  if (row.status === 'failed') counts.failed++
  else {
    counts.ok++
    if (row.reason !== '') counts.fallback++
  }
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
