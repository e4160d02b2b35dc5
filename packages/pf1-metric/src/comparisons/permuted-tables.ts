/**
 * Tables of what a permutation of labels gives, without the permutation.
 *
 * Patients whose units are all of one label change it among each other: how many of each kind of patient get each label is a table with
 * given margins, drawn cell by cell (Agresti, Wackerly and Boyett, "Exact conditional tests for cross-classifications", Psychometrika 44,
 * 1979). Patients of several labels change them among their own units, of which only those count that are unlike the others.
 */
import type { Random } from '@mammokit/seeded-random'
import { numberGroups } from '../ranking.ts'
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
  const patients = byPatient(units)
  const [withCancer, healthy] = [new PatternCounter(labels), new PatternCounter(labels)]
  const mixed = new MixedPatients(labels)
  for (let patient = 0; patient + 1 < patients.starts.length; patient++) {
    const [start, end] = [patients.starts[patient], patients.starts[patient + 1]]
    const { label } = units[patients.order[start]]
    const counts = [0, 0, 0, 0]
    let isMixed = false
    for (let i = start; i < end; i++) {
      const unit = units[patients.order[i]]
      counts[unit.kind]++
      if (unit.label !== label) isMixed = true
    }
    if (isMixed) mixed.add(units, patients.order.subarray(start, end), counts)
    else if (counts[2] + counts[3] > 0) withCancer.add(label, counts)
    else healthy.add(label, counts)
  }
  const strata = [withCancer.toStratum(), healthy.toStratum()]
  const others = mixed.toMixed()
  const table = new Int32Array(labels * kinds)
  return (random) => {
    table.set(others.base)
    for (const stratum of strata) addStratum(table, stratum, random)
    addMixed(table, others, random)
    return table
  }
}

/** Indexes of units, those of a patient together from its start on, both in order of first appearance. */
function byPatient(units: readonly LabeledUnit[]): { readonly order: Uint32Array; readonly starts: Uint32Array } {
  const { numbers, groupCount } = numberGroups(units.map(({ patientId }) => patientId))
  const starts = new Uint32Array(groupCount + 1)
  for (const number of numbers) starts[number + 1]++
  for (let patient = 0; patient < groupCount; patient++) starts[patient + 1] += starts[patient]
  const next = starts.slice()
  const order = new Uint32Array(units.length)
  for (let i = 0; i < numbers.length; i++) order[next[numbers[i]]++] = i
  return { order, starts }
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

/** Counts patients of one label each by what they have. */
class PatternCounter {
  readonly #ofLabel: Int32Array
  readonly #patterns = new Map<string, { counts: readonly number[]; patients: number }>()

  constructor(labels: number) {
    this.#ofLabel = new Int32Array(labels)
  }

  /** A patient with so many units of each kind. */
  add(label: number, counts: readonly number[]): void {
    this.#ofLabel[label]++
    const key = counts.join()
    const known = this.#patterns.get(key)
    if (known) known.patients++
    else this.#patterns.set(key, { counts, patients: 1 })
  }

  toStratum(): Stratum {
    return { patterns: [...this.#patterns.values()], ofLabel: this.#ofLabel, left: this.#ofLabel.slice() }
  }
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

/** Collects patients of several labels. */
class MixedPatients {
  readonly #base: Int32Array
  readonly #columns = { labels: [] as number[], sizes: [] as number[], odd: [] as number[], usual: [] as number[] }
  readonly #oddKinds: number[] = []

  constructor(labels: number) {
    this.#base = new Int32Array(labels * kinds)
  }

  /** A patient with the units of these indexes, so many of each kind. */
  add(units: readonly LabeledUnit[], own: Uint32Array, counts: readonly number[]): void {
    const usual = counts.indexOf(Math.max(...counts))
    for (const i of own) this.#base[units[i].label * kinds + usual]++
    const odd = own.length - counts[usual]
    if (odd === 0) return
    const { labels, sizes, odd: odds, usual: usuals } = this.#columns
    for (const i of own) {
      labels.push(units[i].label)
      if (units[i].kind !== usual) this.#oddKinds.push(units[i].kind)
    }
    sizes.push(own.length)
    odds.push(odd)
    usuals.push(usual)
  }

  toMixed(): Mixed {
    return {
      base: this.#base,
      labels: Uint32Array.from(this.#columns.labels),
      sizes: Uint32Array.from(this.#columns.sizes),
      odd: Uint32Array.from(this.#columns.odd),
      usual: Uint8Array.from(this.#columns.usual),
      oddKinds: Uint8Array.from(this.#oddKinds),
    }
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
