/** Images that training and evaluation do not see: which, why, and how many are too many. */
import { ScreeningDataError } from './screening-data-error.ts'
import type { SplitRow } from './splits/splits-csv.ts'

const texts = {
  'no-label': 'without a label',
  'no-laterality': 'without laterality',
  'no-view': 'without a view',
  failed: 'failed in extract-rois',
  'not-in-manifest': 'not in manifest.csv',
} as const

/** `no-...`: the data set does not say; `failed`: extract-rois could not make the image; `not-in-manifest`: it never tried. */
export type LeftOutReason = keyof typeof texts

/** An image that was left out. */
export interface LeftOutImage<Row extends { readonly imageId: string } = { readonly imageId: string }> {
  readonly row: Row
  readonly reason: LeftOutReason
  /** What the manifest says of a failed image; else empty. */
  readonly detail: string
}

/** A row of splits.csv that was left out. */
export type LeftOutRow = LeftOutImage<SplitRow & { readonly set?: string | null }>

/**
 * Says which share of the images was left out, by reason, with examples.
 *
 * @param total of the images, those left out included
 * @example
 * describeLeftOut(leftOut, 120)
 * // '3 of 120 images (2.5 %) left out: 2 failed in extract-rois (7: truncated file, 8: not DICOM), 1 not in manifest.csv (9)'
 */
export function describeLeftOut(leftOut: readonly LeftOutImage[], total: number): string {
  const reasons = Object.keys(texts) as LeftOutReason[]
  const parts = reasons.flatMap((reason) => {
    const rows = leftOut.filter((one) => one.reason === reason)
    return rows.length === 0 ? [] : [`${rows.length} ${texts[reason]} (${examplesOf(rows)})`]
  })
  const share = ((100 * leftOut.length) / Math.max(1, total)).toFixed(1)
  return `${leftOut.length} of ${total} images (${share} %) left out${parts.length > 0 ? `: ${parts.join(', ')}` : ''}`
}

/** @throws ScreeningDataError `too-many-left-out` */
export function assertFewLeftOut(leftOut: readonly LeftOutImage[], total: number, maxShare: number): void {
  if (!(maxShare >= 0 && maxShare <= 1)) {
    throw new ScreeningDataError(
      'bad-option',
      `Expected a number from 0 to 1 for maxLeftOut but received ${maxShare}. Give a share such as 0.1.`,
      { maxLeftOut: maxShare },
    )
  }
  if (leftOut.length <= maxShare * total) return
  throw new ScreeningDataError(
    'too-many-left-out',
    `Expected processed images for at least ${100 * (1 - maxShare)} % of the rows but received ${describeLeftOut(leftOut, total)}. ` +
      'Run mammokit-trainer extract-rois again, split again if train.csv has changed, or allow more with maxLeftOut.',
    { leftOut: leftOut.length, total, maxLeftOut: maxShare },
  )
}

function examplesOf(rows: readonly LeftOutImage[]): string {
  const examples = rows.slice(0, 3).map(({ row, detail }) => (detail ? `${row.imageId}: ${detail}` : row.imageId))
  return rows.length > 3 ? `${examples.join(', ')}, ...` : examples.join(', ')
}
