/**
 * Whether sensitivity and specificity are the same for all values of an attribute, such as a site.
 *
 * The values are permuted: among patients of one class (with a cancer or without) where all that a patient has is of one value, within
 * the patient where it is of several, as the two views are. The statistic is Pearson's chi-squared of homogeneity, summed over both
 * classes; no distribution of it is assumed. Sequential: Besag and Clifford, "Sequential Monte Carlo p-values", Biometrika 78, 1991.
 */
import { createRandom, type Random } from '@mammokit/seeded-random'
import { checkOption } from '../check-inputs.ts'
import { MetricError } from '../metric-error.ts'
import type { PermutationOptions } from './paired-permutation-test.ts'

/** A breast, or the part of its images that has one value of the attribute. */
export interface SubgroupUnit {
  readonly patientId: string
  readonly target: number
  /** Whether it is called positive. */
  readonly call: boolean
  /** Of the attribute. */
  readonly value: string
}

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
  const considered = units.filter(({ target }, index) => classes.includes(checkedTarget(target, index)))
  const values = [...new Set(considered.map(({ value }) => value))]
  const labels = Uint32Array.from(considered, ({ value }) => values.indexOf(value))
  const table = tableOf(considered, values.length)
  const statistic = table(labels)
  if (statistic === null) return null
  const shuffle = shuffler(considered, labels)
  const random = createRandom(seed, 'permutation')
  let exceeding = 0
  for (let permutation = 1; permutation <= permutations; permutation++) {
    // A statistic that is the same may differ in its last bits.
    if ((table(shuffle(random)) ?? 0) >= statistic - 1e-9) exceeding++
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
function tableOf(units: readonly SubgroupUnit[], size: number): (labels: Uint32Array) => number | null {
  const targets = Uint8Array.from(units, ({ target }) => target)
  const calls = Uint8Array.from(units, ({ call }) => Number(call))
  const all = [new Uint32Array(size), new Uint32Array(size)]
  const called = [new Uint32Array(size), new Uint32Array(size)]
  return (labels) => {
    for (const counts of [...all, ...called]) counts.fill(0)
    for (let i = 0; i < labels.length; i++) {
      all[targets[i]][labels[i]]++
      called[targets[i]][labels[i]] += calls[i]
    }
    const parts = all.map((counts, target) => chiSquared(counts, called[target]))
    return parts.every((part) => part === null) ? null : parts.reduce<number>((sum, part) => sum + (part ?? 0), 0)
  }
}

function chiSquared(all: Uint32Array, called: Uint32Array): number | null {
  const [total, positives] = [all, called].map((counts) => counts.reduce((sum, count) => sum + count, 0))
  const share = positives / total
  if (!(share > 0 && share < 1) || all.filter((count) => count > 0).length < 2) return null
  let sum = 0
  for (let i = 0; i < all.length; i++) {
    if (all[i] > 0) sum += (called[i] - share * all[i]) ** 2 / (share * (1 - share) * all[i])
  }
  return sum
}

/** Permutes labels among patients that have one, and within patients that have several. */
function shuffler(units: readonly SubgroupUnit[], labels: Uint32Array): (random: Random) => Uint32Array {
  const byPatient = new Map<string, number[]>()
  for (const [index, { patientId }] of units.entries()) {
    const own = byPatient.get(patientId)
    if (own) own.push(index)
    else byPatient.set(patientId, [index])
  }
  const patients = [...byPatient.values()]
  const isMixed = (own: readonly number[]) => own.some((index) => labels[index] !== labels[own[0]])
  const mixed = patients.filter(isMixed)
  const strata = [1, 0].map((target) =>
    patients.filter((own) => !isMixed(own) && Number(own.some((index) => units[index].target === 1)) === target),
  )
  const permuted = labels.slice()
  const drawn = strata.map((stratum) => Uint32Array.from(stratum, (own) => labels[own[0]]))
  return (random) => {
    for (const own of mixed) {
      for (let i = own.length - 1; i > 0; i--) swap(permuted, own[i], own[random.below(i + 1)])
    }
    for (const [at, stratum] of strata.entries()) {
      const given = drawn[at]
      for (let i = given.length - 1; i > 0; i--) swap(given, i, random.below(i + 1))
      for (const [i, own] of stratum.entries()) for (const index of own) permuted[index] = given[i]
    }
    return permuted
  }
}

function swap(values: Uint32Array, a: number, b: number): void {
  const value = values[a]
  values[a] = values[b]
  values[b] = value
}
