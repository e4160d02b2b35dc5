/** Rows of patches in place of rows of images: one for each lesion, and one for each image that has tissue without a lesion. */
import { DatasetError } from '../dataset-error.ts'
import { hasRoom } from '../patches/cut-patch.ts'
import type { LesionBox } from '../patches/lesion-in-image.ts'
import type { BatchRow } from './batch-config.ts'

/** What a box of a row is: `ignored` ones give no patch, and none beside them has a part of one. */
export interface PatchLesion extends LesionBox {
  readonly kind: 'malignant' | 'benign' | 'ignored'
}

/** A row of a whole image with its lesions, in pixels of the processed image. */
export interface LesionRow extends BatchRow {
  readonly lesions: readonly PatchLesion[]
}

/** Which patches there are. */
export interface PatchRowOptions {
  /** Of the processed images, pixels. */
  readonly height: number
  readonly width: number
  /** Side of a patch, an even number of pixels. */
  readonly size: number
  /** Largest shift from the middle of a lesion in each direction, pixels. */
  readonly jitter: number
}

/** Rows by what their patches show; those of lesions with cancer have the target 1, all others 0. */
export interface PatchRows {
  readonly malignant: readonly BatchRow[]
  readonly benign: readonly BatchRow[]
  readonly elsewhere: readonly BatchRow[]
}

/**
 * The patches of images. A benign finding that has a malignant or ignored one beside it gives none. An image with the target 1 and without a box
 * of a malignant or ignored lesion gives none at all: where its cancer is, nobody knows.
 *
 * @throws {DatasetError} `invalid-options` for an odd size
 * @example
 * const { malignant, benign, elsewhere } = patchRows(rows, { height: 256, width: 128, size: 64, jitter: 8 })
 */
export function patchRows(rows: readonly LesionRow[], { height, width, size, jitter }: PatchRowOptions): PatchRows {
  if (!(Number.isInteger(size) && size >= 2 && size % 2 === 0)) {
    const message = `Expected an even number of pixels for size but received ${size}. Correct the configuration.`
    throw new DatasetError('invalid-options', message, { name: 'size', received: size })
  }
  const found = { malignant: [] as BatchRow[], benign: [] as BatchRow[], elsewhere: [] as BatchRow[] }
  for (const { lesions, ...row } of rows) {
    const avoid = lesions.filter(({ kind }) => kind !== 'benign')
    // Where its cancer is, nobody knows.
    if (row.target !== 0 && avoid.length === 0) continue
    for (const box of lesions) {
      const isAlone = !avoid.some((other) => other !== box && isNear(box, other, size / 2 + jitter))
      if (box.kind === 'malignant') found.malignant.push({ ...row, target: 1, patch: { box, jitter } })
      else if (box.kind === 'benign' && isAlone) found.benign.push({ ...row, target: 0, patch: { box, jitter } })
    }
    if (hasRoom({ height, width }, size, avoid)) found.elsewhere.push({ ...row, target: 0, patch: { avoid } })
  }
  return found
}

/** Whether a patch on `box` may have a part of `other`. */
function isNear(box: LesionBox, other: LesionBox, reach: number): boolean {
  const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2]
  return x + reach > other.left && x - reach < other.right && y + reach > other.top && y - reach < other.bottom
}
