/** How many images, breasts, patients and breasts with cancer each value of a column has. */
import type { DataSetImage } from '../data-set/data-set-image.ts'
import type { BreastIndex } from './index-breasts.ts'

/** Counts of one group of images. */
export interface GroupCount {
  /** `unknown` where the set does not say. */
  readonly value: string
  readonly images: number
  readonly breasts: number
  readonly patients: number
  /** Breasts with cancer. */
  readonly cancers: number
}

/** Counts of a data set by the values of one column. */
export interface ColumnCounts {
  /** `class`, `side`, `view`, `machine`, `density`, `published subset`, `set`. */
  readonly column: string
  /** The largest first, `unknown` last. */
  readonly groups: readonly GroupCount[]
}

const columns: Readonly<Record<string, (image: DataSetImage) => string | null>> = {
  class: ({ cancer }) => (cancer === null ? null : cancer === 1 ? 'cancer' : 'no cancer'),
  side: ({ laterality }) => laterality,
  view: ({ view }) => view,
  machine: ({ machineId }) => machineId,
  density: ({ density }) => density,
  'published subset': ({ subset }) => subset,
  set: ({ set }) => set,
}

/** Say nothing where all images have one value. */
const onlySeveral: ReadonlySet<string> = new Set(['published subset', 'set'])

/** Counts by every column that the set has. */
export function countGroups(images: readonly DataSetImage[], index: BreastIndex): ColumnCounts[] {
  return Object.entries(columns).flatMap(([column, read]) => {
    const groups = groupsOf(images, index, read)
    const isKnown = groups.some(({ value }) => value !== unknown)
    return isKnown && (!onlySeveral.has(column) || groups.length > 1) ? [{ column, groups }] : []
  })
}

/** Counts of all images together. */
export function countAll(images: readonly DataSetImage[], index: BreastIndex): Omit<GroupCount, 'value'> {
  const [all] = groupsOf(images, index, () => 'all')
  return {
    images: images.length,
    breasts: all?.breasts ?? 0,
    patients: all?.patients ?? 0,
    cancers: all?.cancers ?? 0,
  }
}

const unknown = 'unknown'

function groupsOf(
  images: readonly DataSetImage[],
  { patients, breasts }: BreastIndex,
  read: (image: DataSetImage) => string | null,
): GroupCount[] {
  const groups = new Map<string, { images: number; breasts: Numbers; patients: Numbers; cancers: Numbers }>()
  for (const [at, image] of images.entries()) {
    const value = read(image) ?? unknown
    let group = groups.get(value)
    if (group === undefined) {
      const numbers = (): Numbers => (groups.size < 256 ? new BitSet(3 * images.length) : new Set())
      group = { images: 0, breasts: numbers(), patients: numbers(), cancers: numbers() }
      groups.set(value, group)
    }
    group.images++
    group.patients.add(patients[at]!)
    // An image of an unknown side is of no breast that could be counted.
    if (image.laterality !== null) group.breasts.add(breasts[at]!)
    if (image.cancer === 1) group.cancers.add(breasts[at]!)
  }
  const counts = [...groups].map(([value, group]) => ({
    value,
    images: group.images,
    breasts: group.breasts.size,
    patients: group.patients.size,
    cancers: group.cancers.size,
  }))
  const isUnknown = ({ value }: GroupCount) => Number(value === unknown)
  return counts.sort((a, b) => isUnknown(a) - isUnknown(b) || b.images - a.images || (a.value < b.value ? -1 : 1))
}

/** Distinct numbers, as far as they are counted. */
interface Numbers {
  readonly size: number
  add(number: number): unknown
}

/** Numbers below a bound at a bit each: faster than a Set, where there are not so many sets of them that memory counts. */
class BitSet implements Numbers {
  size = 0
  readonly #words: Uint32Array

  constructor(bound: number) {
    this.#words = new Uint32Array((bound >>> 5) + 1)
  }

  add(number: number): void {
    const [word, bit] = [number >>> 5, 1 << (number & 31)]
    if ((this.#words[word]! & bit) !== 0) return
    this.#words[word]! |= bit
    this.size++
  }
}
