/** Whose result stands among the samples. */
import type { SplitRow } from '@mammokit/screening-data'

/**
 * The first test patient of a split with a cancer in exactly one breast.
 *
 * @throws Error where there is none
 * @example
 * samplePatient(await readSplitsCsv('demo/data/processed/splits.csv')) // '656'
 */
export function samplePatient(
  rows: readonly Pick<SplitRow, 'patientId' | 'laterality' | 'cancer' | 'subset'>[],
): string {
  const breastsWithCancer = new Map<string, Set<string>>()
  for (const { patientId, laterality, cancer, subset } of rows) {
    if (subset !== 'test' || !cancer) continue
    breastsWithCancer.set(patientId, (breastsWithCancer.get(patientId) ?? new Set()).add(laterality))
  }
  const first = [...breastsWithCancer].find(([, breasts]) => breasts.size === 1)
  if (first === undefined) throw new Error('Expected a test patient with a cancer in exactly one breast.')
  return first[0]
}
