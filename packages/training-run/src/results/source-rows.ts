import { createHash } from 'node:crypto'
import type { ImageIdentity } from '../schema/prediction.ts'

/** An image of a data set, and the file that it was made from. */
export interface SourceRow {
  readonly imageId: string
  readonly patientId: string
  readonly laterality: 'L' | 'R'
  readonly view: string
  readonly cancer: 0 | 1
  readonly sourceSha256: string
}

/** What a prediction of the row says of it. */
export function identityOf({ imageId, patientId, laterality, view, cancer }: SourceRow): ImageIdentity {
  return { imageId, patientId, laterality, view, target: cancer }
}

/** SHA-256 over the ids of the images and the files that they were made from. */
export function hashSources(rows: readonly SourceRow[]): string {
  const known = sourceHashes.get(rows)
  if (known !== undefined) return known
  const sources = rows.map(({ imageId, sourceSha256 }) => [imageId, sourceSha256])
  const hash = createHash('sha256').update(JSON.stringify(sources)).digest('hex')
  sourceHashes.set(rows, hash)
  return hash
}

/** Each checkpoint of a selection is compared with the same rows. */
const sourceHashes = new WeakMap<readonly SourceRow[], string>()
