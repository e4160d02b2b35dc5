/** What the headers of images say of their patients, before anything is made of the images. */
import { readIdentifyingWarnings } from '@mammokit/mammogram-preprocess'
import type { SourceImage } from '@mammokit/screening-data'
import { countWarnings, type WarningCount } from './extraction-progress.ts'

/** How far the headers are read; the other fields are complete with the last call, where `done` is `total`. */
export interface HeaderScan {
  readonly total: number
  readonly done: number
  /** Files by which a patient may be identified, in the header or in the pixels, relative to the input folder. */
  readonly identifying: readonly string[]
  /** Each such attribute with its number of files, most first. */
  readonly warnings: readonly WarningCount[]
}

/** Files that are read at a time: enough to keep a disk busy, few enough for any limit of open files. */
const lanes = 16

/** Reads the headers of images and nothing else of them. */
export async function scanHeaders(
  images: readonly SourceImage[],
  onHeaders: (scan: HeaderScan) => void,
  signal?: AbortSignal,
): Promise<void> {
  const total = images.length
  const found = new Map<SourceImage, readonly string[]>()
  const left = images.values()
  const lane = async () => {
    for (const image of left) {
      if (signal?.aborted) return
      found.set(image, await readIdentifyingWarnings(image.path))
      if (found.size < total) onHeaders({ total, done: found.size, identifying: [], warnings: [] })
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  if (signal?.aborted) return
  const rows = images.map((image) => ({ source: image.source, warnings: found.get(image)! }))
  const identifying = rows.filter(({ warnings }) => warnings.length > 0).map(({ source }) => source)
  onHeaders({ total, done: total, identifying, warnings: countWarnings(rows) })
}
