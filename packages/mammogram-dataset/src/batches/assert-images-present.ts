import { stat } from 'node:fs/promises'
import { DatasetError } from '../dataset-error.ts'

/** Files that are looked at side by side. */
const lanes = 64

/**
 * Looks at every image before a run that will read them: each must exist and hold something. Their content is checked when they are read.
 *
 * @throws DatasetError `image-missing` with their number and the first ones; `details.files` has all
 * @example
 * await assertImagesPresent([{ file: 'data/processed/images/10006/462822612.png' }])
 */
export async function assertImagesPresent(rows: readonly { readonly file: string }[]): Promise<void> {
  const waiting = rows.keys()
  const missing = new Set<number>()
  const lane = async () => {
    for (const index of waiting) if (!(await holdsSomething(rows[index]!.file))) missing.add(index)
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  if (missing.size === 0) return
  const files = [...missing].sort((a, b) => a - b).map((index) => rows[index]!.file)
  const first = files.slice(0, 3).join(', ')
  const which = files.length > 3 ? `${first} and ${files.length - 3} more` : first
  throw new DatasetError(
    'image-missing',
    `Expected ${rows.length} processed images but received ${files.length} missing or empty ones: ${which}. ` +
      'Run extract-rois again: it makes the images that are missing.',
    { files },
  )
}

function holdsSomething(file: string): Promise<boolean> {
  return stat(file).then(
    (found) => found.isFile() && found.size > 0,
    () => false,
  )
}
