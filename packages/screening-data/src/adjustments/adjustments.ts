/** What was left out of a data set and corrected in it by hand, in numbers: for the terminal, the split's record and every report. */

export interface ExcludedCount {
  readonly reason: string
  readonly images: number
  readonly patients: number
}

/** Images whose value in a column was corrected by hand, for one reason. */
export interface CorrectedCount {
  readonly column: string
  readonly reason: string
  readonly images: number
}

/** What exclusions.csv and corrections.csv left out and corrected. */
export interface Adjustments {
  readonly excluded: readonly ExcludedCount[]
  readonly corrected: readonly CorrectedCount[]
  /** SHA-256 of exclusions.csv and corrections.csv, hexadecimal; null where there is none. */
  readonly exclusionsSha256: string | null
  readonly correctionsSha256: string | null
}

export const noAdjustments: Adjustments = {
  excluded: [],
  corrected: [],
  exclusionsSha256: null,
  correctionsSha256: null,
}

export function isAdjusted({ excluded, exclusionsSha256, correctionsSha256 }: Adjustments): boolean {
  return excluded.length > 0 || exclusionsSha256 !== null || correctionsSha256 !== null
}

/**
 * Says how many images were excluded and how many labels corrected, by reason; undefined where neither was.
 *
 * @example
 * describeAdjustments(adjustments) // '12 images excluded (8 implant, 4 wrong breast), 3 labels corrected (3 cancer: biopsy)'
 */
export function describeAdjustments({
  excluded,
  corrected,
}: Pick<Adjustments, 'excluded' | 'corrected'>): string | undefined {
  const parts = [
    partOf(excluded, 'image', 'excluded', ({ reason }) => reason),
    partOf(corrected, 'label', 'corrected', ({ column, reason }) => `${column}: ${reason}`),
  ].filter((part) => part !== undefined)
  return parts.length === 0 ? undefined : parts.join(', ')
}

function partOf<Count extends { readonly images: number }>(
  counts: readonly Count[],
  noun: string,
  verb: string,
  nameOf: (count: Count) => string,
): string | undefined {
  const total = counts.reduce((sum, { images }) => sum + images, 0)
  if (total === 0) return undefined
  const reasons = counts.map((count) => `${count.images} ${nameOf(count)}`).join(', ')
  return `${total} ${noun}${total === 1 ? '' : 's'} ${verb} (${reasons})`
}
