/** Which images a person should look at after an extraction. */
import { createHash } from 'node:crypto'
import type { ManifestRow } from '@mammokit/screening-data'

/** How many images a contact sheet shows. */
export interface ContactSheetCounts {
  /** Most fallbacks to draw. @default 200 */
  readonly maxFallbacks?: number
  /** Images with the lowest scores. @default 24 */
  readonly lowest?: number
  /** Images drawn at random. @default 24 */
  readonly sample?: number
  /** Of the random sample. @default 13 */
  readonly seed?: number
}

export interface Section {
  readonly title: string
  readonly rows: readonly ManifestRow[]
}

/** Failed images, fallbacks, the lowest scores of the rest, and a random sample; the same for the same manifest and seed. */
export function chooseRows(rows: readonly ManifestRow[], counts: ContactSheetCounts = {}): Section[] {
  const { maxFallbacks = 200, lowest = 24, sample = 24, seed = 13 } = counts
  const made = rows.filter(({ status }) => status === 'ok')
  const fallbacks = made.filter(({ reason }) => reason !== '')
  const regular = made.filter(({ reason }) => reason === '')
  const byScore = regular.toSorted((a, b) => (a.score ?? 0) - (b.score ?? 0))
  const byChance = made.toSorted((a, b) => (chance(a, seed) < chance(b, seed) ? -1 : 1))
  return [
    { title: 'Failed', rows: rows.filter(({ status }) => status === 'failed') },
    { title: `Fallbacks (${fallbacks.length} of ${made.length} images)`, rows: fallbacks.slice(0, maxFallbacks) },
    { title: 'Lowest scores', rows: byScore.slice(0, lowest) },
    { title: 'Random sample', rows: byChance.slice(0, sample) },
  ]
}

const chance = ({ imageId }: ManifestRow, seed: number) =>
  createHash('sha256').update(`${seed} ${imageId}`).digest('hex')
