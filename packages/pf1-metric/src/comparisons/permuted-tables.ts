/**
 * Tables of what a permutation of labels gives, without the permutation.
 *
 * Patients whose units are all of one label change it among each other: how many of each kind of patient get each label is a table with
 * given margins, drawn cell by cell (Agresti, Wackerly and Boyett, "Exact conditional tests for cross-classifications", Psychometrika 44,
 * 1979). Patients of several labels change them among their own units, of which only those count that are unlike the others.
 */
import type { Random } from '@mammokit/seeded-random'
import { drawHypergeometric } from './hypergeometric.ts'

/** A unit's class and call as one number: 0 healthy, 1 healthy and called, 2 with cancer, 3 with cancer and called. */
export const kinds = 4

export interface LabeledUnit {
  readonly patientId: string
  /** From 0 to 3, as `kinds` says. */
  readonly kind: number
  /** From 0. */
  readonly label: number
}

/** Number of units by label and kind, [labels * 4]. */
export type LabelTable = Int32Array

export function tableOf(units: readonly LabeledUnit[], labels: number): LabelTable {
  const table = new Int32Array(labels * kinds)
  for (const { label, kind } of units) table[label * kinds + kind]++
  return table
}

/** What draws the table of a permutation of the labels; it is valid until the next. */
export function tablePermuter(units: readonly LabeledUnit[], labels: number): (random: Random) => LabelTable {
  const patients = [...byPatient(units).values()]
  const isMixed = (own: readonly LabeledUnit[]) => own.some(({ label }) => label !== own[0].label)
  const hasCancer = (own: readonly LabeledUnit[]) => own.some(({ kind }) => kind >= 2)
  const pure = patients.filter((own) => !isMixed(own))
  const strata = [true, false].map((cancer) =>
    toStratum(
      pure.filter((own) => hasCancer(own) === cancer),
      labels,
    ),
  )
  const mixed = toMixed(patients.filter(isMixed), labels)
  const table = new Int32Array(labels * kinds)
  return (random) => {
    table.set(mixed.base)
    for (const stratum of strata) addStratum(table, stratum, random)
    addMixed(table, mixed, random)
    return table
  }
}

function byPatient(units: readonly LabeledUnit[]): Map<string, LabeledUnit[]> {
  const patients = new Map<string, LabeledUnit[]>()
  for (const unit of units) {
    const own = patients.get(unit.patientId)
    if (own) own.push(unit)
    else patients.set(unit.patientId, [unit])
  }
  return patients
}

/** Patients of one label each, by what they have. */
interface Stratum {
  /** Units of each kind that a patient of the pattern has, and how many patients have it. */
  readonly patterns: readonly { readonly counts: readonly number[]; readonly patients: number }[]
  /** Patients of each label. */
  readonly ofLabel: Int32Array
  /** Those that are not placed yet, in a permutation. */
  readonly left: Int32Array
}

function toStratum(patients: readonly (readonly LabeledUnit[])[], labels: number): Stratum {
  const ofLabel = new Int32Array(labels)
  const patterns = new Map<string, { counts: number[]; patients: number }>()
  for (const own of patients) {
    ofLabel[own[0].label]++
    const counts = new Array<number>(kinds).fill(0)
    for (const { kind } of own) counts[kind]++
    const key = counts.join()
    const known = patterns.get(key)
    if (known) known.patients++
    else patterns.set(key, { counts, patients: 1 })
  }
  return { patterns: [...patterns.values()], ofLabel, left: ofLabel.slice() }
}

function addStratum(table: LabelTable, { patterns, ofLabel, left }: Stratum, random: Random): void {
  left.set(ofLabel)
  for (const [at, { counts, patients }] of patterns.entries()) {
    const isLast = at === patterns.length - 1
    let open = left.reduce((sum, count) => sum + count, 0)
    let toPlace = patients
    for (let label = 0; label < left.length; label++) {
      open -= left[label]
      const placed = isLast ? left[label] : drawHypergeometric(random, left[label], open, toPlace)
      left[label] -= placed
      toPlace -= placed
      for (let kind = 0; kind < kinds; kind++) table[label * kinds + kind] += placed * counts[kind]
    }
  }
}

/** Patients of several labels. */
interface Mixed {
  /** Their table if all units of a patient were of its most frequent kind. */
  readonly base: LabelTable
  /** Labels of the patients that have units of another kind, one after another. */
  readonly labels: Uint32Array
  /** Of each of these patients how many labels, and how many units of another kind. */
  readonly sizes: Uint32Array
  readonly odd: Uint32Array
  /** Of each of these patients the most frequent kind, and of each odd unit its kind. */
  readonly usual: Uint8Array
  readonly oddKinds: Uint8Array
}

function toMixed(patients: readonly (readonly LabeledUnit[])[], labels: number): Mixed {
  const base = new Int32Array(labels * kinds)
  const columns = { labels: [] as number[], sizes: [] as number[], odd: [] as number[], usual: [] as number[] }
  const oddKinds: number[] = []
  for (const own of patients) {
    const counts = new Array<number>(kinds).fill(0)
    for (const { kind } of own) counts[kind]++
    const usual = counts.indexOf(Math.max(...counts))
    for (const { label } of own) base[label * kinds + usual]++
    const others = own.filter(({ kind }) => kind !== usual)
    if (others.length === 0) continue
    for (const { label } of own) columns.labels.push(label)
    for (const { kind } of others) oddKinds.push(kind)
    columns.sizes.push(own.length)
    columns.odd.push(others.length)
    columns.usual.push(usual)
  }
  return {
    base,
    labels: Uint32Array.from(columns.labels),
    sizes: Uint32Array.from(columns.sizes),
    odd: Uint32Array.from(columns.odd),
    usual: Uint8Array.from(columns.usual),
    oddKinds: Uint8Array.from(oddKinds),
  }
}

/** Draws the labels of the odd units, each from those that the units before left. */
function addMixed(table: LabelTable, { labels, sizes, odd, usual, oddKinds }: Mixed, random: Random): void {
  for (let patient = 0, first = 0, unit = 0; patient < sizes.length; patient++) {
    const size = sizes[patient]
    for (let i = 0; i < odd[patient]; i++, unit++) {
      const drawn = first + i + random.below(size - i)
      const label = labels[drawn]
      labels[drawn] = labels[first + i]
      labels[first + i] = label
      table[label * kinds + usual[patient]]--
      table[label * kinds + oddKinds[unit]]++
    }
    first += size
  }
}
