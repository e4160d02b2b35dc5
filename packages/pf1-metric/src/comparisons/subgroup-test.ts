/**
 * Whether sensitivity and specificity are the same for all values of an attribute, such as a site.
 *
 * The values are permuted: among patients of one class (with a cancer or without) where all that a patient has is of one value, within
 * the patient where it is of several, as the two views are. The statistic is Pearson's chi-squared of homogeneity, summed over both
 * classes; no distribution of it is assumed. Sequential: Besag and Clifford, "Sequential Monte Carlo p-values", Biometrika 78, 1991.
 */
import { createRandom } from '@mammokit/seeded-random'
import { checkOption } from '../check-inputs.ts'
import { MetricError } from '../metric-error.ts'
import type { PermutationOptions } from './paired-permutation-test.ts'
import { kinds, type LabeledUnit, type LabelTable, tableOf, tablePermuter } from './permuted-tables.ts'

/** A breast, or the part of its images that has one value of the attribute. */
export interface SubgroupUnit {
  readonly patientId: string
  readonly target: number
  /** Whether it is called positive. */
  readonly call: boolean
  /** Of the attribute. */
  readonly value: string
}

/** Options of `subgroupTest`. */
export interface SubgroupTestOptions extends PermutationOptions {
  /** Classes that are compared; invasiveness is known of cancers alone. @default both */
  readonly compares?: 'both' | 'sensitivity'
}

/** Permutations that differ as much as the truth after which no more are drawn. */
const enough = 50

/**
 * The chance of differences between the values as large as these if there were none; null where fewer than two values have anything to
 * compare.
 *
 * @throws MetricError `bad-target`, `bad-option`
 * @example
 * subgroupTest([{ patientId: '1', target: 1, call: true, value: 'site 1' }, ...]) // 0.003
 */
export function subgroupTest(
  units: readonly SubgroupUnit[],
  { permutations = 999, seed = 13, compares = 'both' }: SubgroupTestOptions = {},
): number | null {
  checkOption('permutations', permutations, 1, 1e7, true)
  const classes = compares === 'both' ? [1, 0] : [1]
  const labelOf = new Map<string, number>()
  const labeled: LabeledUnit[] = []
  for (const [index, { patientId, target, call, value }] of units.entries()) {
    if (!classes.includes(checkedTarget(target, index))) continue
    const label = labelOf.get(value) ?? labelOf.size
    if (label === labelOf.size) labelOf.set(value, label)
    labeled.push({ patientId, kind: 2 * target + Number(call), label })
  }
  const statistic = chiSquaredOf(tableOf(labeled, labelOf.size))
  if (statistic === null) return null
  const permute = tablePermuter(labeled, labelOf.size)
  const random = createRandom(seed, 'permutation')
  let exceeding = 0
  for (let permutation = 1; permutation <= permutations; permutation++) {
    // A statistic that is the same may differ in its last bits.
    if ((chiSquaredOf(permute(random)) ?? 0) >= statistic - 1e-9) exceeding++
    if (exceeding === enough) return exceeding / permutation
  }
  return (exceeding + 1) / (permutations + 1)
}

function checkedTarget(target: number, index: number): number {
  if (target === 0 || target === 1) return target
  throw new MetricError(
    'bad-target',
    `Expected 0 or 1 for the target of unit ${index} but received ${target}. Map labels to the numbers 0 and 1.`,
    { index, value: target },
  )
}

/** Chi-squared of the calls of both classes by label; null where no class has two labels and two kinds of calls. */
function chiSquaredOf(table: LabelTable): number | null {
  const parts = [chiSquared(table, 0), chiSquared(table, 2)]
  return parts.every((part) => part === null) ? null : parts.reduce<number>((sum, part) => sum + (part ?? 0), 0)
}

/** Of the class whose units are of this kind, or of the next one where they are called. */
function chiSquared(table: LabelTable, kind: number): number | null {
  let [total, positives, labels] = [0, 0, 0]
  for (let at = kind; at < table.length; at += kinds) {
    const all = table[at] + table[at + 1]
    total += all
    positives += table[at + 1]
    if (all > 0) labels++
  }
  const share = positives / total
  if (!(share > 0 && share < 1) || labels < 2) return null
  let sum = 0
  for (let at = kind; at < table.length; at += kinds) {
    const all = table[at] + table[at + 1]
    if (all > 0) sum += (table[at + 1] - share * all) ** 2 / (share * (1 - share) * all)
  }
  return sum
}
