/**
 * Whether one score ranks better than another, without a formula for the variance: the two are exchanged patient by patient.
 *
 * Reference: Bandos, Rockette and Gur, "A permutation test sensitive to differences in areas for comparing ROC curves from a paired
 * design", Statistics in Medicine 24, 2005, 2873-2893; here all samples of a patient are exchanged together.
 */
import { createRandom } from '@mammokit/seeded-random'
import { checkInputs, checkOption } from '../check-inputs.ts'
import { checkGroups, numberGroups } from '../ranking.ts'
import { rocAuc } from '../roc.ts'

/** How many permutations are drawn, and from which seed. */
export interface PermutationOptions {
  /** Number of permutations, 1 or more; where there are no more than so many, each is taken once. @default 999 */
  readonly permutations?: number | undefined
  /** 0 to 2^53 - 1. @default 13 */
  readonly seed?: number | undefined
}

/** Difference of two areas under the ROC curve, and its permutation test. */
export interface PermutationTest {
  /** The first scores' area minus the second's. */
  readonly value: number
  /** Two-sided: the share of permutations that differ as much, the samples as they are among them. */
  readonly pValue: number
}

/**
 * The test for scores on any scales, which are compared by their ranks.
 *
 * @param targets 0 or 1, [N]
 * @param first any finite numbers, [N]
 * @param second any finite numbers, [N]
 * @param groups the patient of each, [N]
 * @throws MetricError as `rocAuc`, `length-mismatch`, `bad-option`
 * @example
 * pairedPermutationTest(targets, probabilities, ages, patientIds) // { value: 0.09, pValue: 0.031 }
 */
export function pairedPermutationTest(
  targets: ArrayLike<number>,
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  groups: ArrayLike<string>,
  { permutations = 999, seed = 13 }: PermutationOptions = {},
): PermutationTest {
  checkOption('permutations', permutations, 1, 1e7, true)
  for (const scores of [first, second]) checkInputs(targets, scores, 'scores')
  checkGroups(targets, groups)
  const value = rocAuc(targets, first) - rocAuc(targets, second)
  const { numbers, groupCount } = numberGroups(groups)
  const ranks = [ranksOf(first), ranksOf(second)]
  const differs = (isSwapped: (group: number) => boolean) => {
    const taken = Uint8Array.from(numbers, (group) => Number(isSwapped(group)))
    const areas = [0, 1].map((side) =>
      rocAuc(
        targets,
        Float64Array.from(taken, (swap, i) => ranks[side ^ swap][i]),
      ),
    )
    // Areas are fractions: a difference that is the same may differ in its last bits.
    return Math.abs(areas[0] - areas[1]) >= Math.abs(value) - 1e-12
  }
  let exceeding = 0
  const all = 2 ** groupCount
  if (all <= permutations + 1) {
    for (let mask = 0; mask < all; mask++) exceeding += Number(differs((group) => ((mask >> group) & 1) === 1))
    return { value, pValue: exceeding / all }
  }
  const random = createRandom(seed, 'permutation')
  const swaps = new Uint8Array(groupCount)
  for (let permutation = 0; permutation < permutations; permutation++) {
    for (let group = 0; group < groupCount; group++) swaps[group] = random.below(2)
    exceeding += Number(differs((group) => swaps[group] === 1))
  }
  return { value, pValue: (exceeding + 1) / (permutations + 1) }
}

/** Ranks from 1, of ties their mean. */
function ranksOf(scores: ArrayLike<number>): Float64Array {
  const sorted = Float64Array.from(scores).sort()
  const rankOf = new Map<number, number>()
  for (let start = 0, end = 0; start < sorted.length; start = end) {
    while (end < sorted.length && sorted[end] === sorted[start]) end++
    rankOf.set(sorted[start], (start + 1 + end) / 2)
  }
  return Float64Array.from(scores, (score) => rankOf.get(score)!)
}
