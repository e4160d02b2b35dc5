import { open } from 'node:fs/promises'
import { DatasetError } from '../dataset-error.ts'

/** Files that are looked at side by side. */
const lanes = 64

/**
 * Looks at every image before a run that will read them: each must exist and be a PNG with an end. Their content is checked when they are read.
 *
 * @throws DatasetError `image-missing` with their number and the first ones; `details.files` has all
 * @example
 * await assertImagesPresent([{ file: 'data/processed/images/10006/462822612.png' }])
 */
export async function assertImagesPresent(rows: readonly { readonly file: string }[]): Promise<void> {
  const waiting = rows.keys()
  const missing = new Set<number>()
  const lane = async () => {
    for (const index of waiting) if (!(await hasEnd(rows[index]!.file))) missing.add(index)
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  if (missing.size === 0) return
  const files = [...missing].sort((a, b) => a - b).map((index) => rows[index]!.file)
  const first = files.slice(0, 3).join(', ')
  const which = files.length > 3 ? `${first} and ${files.length - 3} more` : first
  throw new DatasetError(
    'image-missing',
    `Expected ${rows.length} processed images but received ${files.length} missing or cut ones: ${which}. ` +
      'Run extract-rois again: it makes those again.',
    { files },
  )
}

/** The last chunk of every PNG, IEND: PNG specification, 11.2.5. */
const lastChunk = Buffer.from([0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82])

/** Whether the file was written to its end: a few bytes of each, which costs no more than asking for its size. */
async function hasEnd(path: string): Promise<boolean> {
  const file = await open(path).catch(() => undefined)
  if (file === undefined) return false
  try {
    const { size } = await file.stat()
    if (size < lastChunk.length) return false
    const { buffer } = await file.read(Buffer.alloc(lastChunk.length), 0, lastChunk.length, size - lastChunk.length)
    return buffer.equals(lastChunk)
  } catch {
    return false
  } finally {
    await file.close()
  }
}
