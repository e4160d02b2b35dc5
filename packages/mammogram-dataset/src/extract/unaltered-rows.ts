/** Which images are still what an earlier run made. */
import { join } from 'node:path'
import type { ManifestRow } from '@mammokit/screening-data'
import { readBytes } from '../batches/read-bytes.ts'

/** Files that are read side by side. */
const lanes = 16

/** Rows whose image has the SHA-256 that the row says; in their order. */
export async function unalteredRows(rows: readonly ManifestRow[], outputDir: string): Promise<ManifestRow[]> {
  const waiting = rows.keys()
  const isUnaltered = new Array<boolean>(rows.length).fill(false)
  const lane = async () => {
    for (const index of waiting) {
      const { file, imageSha256 } = rows[index]!
      isUnaltered[index] = !('status' in (await readBytes(join(outputDir, file), imageSha256)))
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  return rows.filter((_, index) => isUnaltered[index])
}
