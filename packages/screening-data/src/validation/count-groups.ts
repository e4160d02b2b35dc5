/** How many images, breasts, patients and breasts with cancer each value of a column has. */
import type { DataSetImage } from '../data-set/data-set-image.ts'

export interface GroupCount {
  /** `unknown` where the set does not say. */
  readonly value: string
  readonly images: number
  readonly breasts: number
  readonly patients: number
  /** Breasts with cancer. */
  readonly cancers: number
}

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
export function countGroups(images: readonly DataSetImage[]): ColumnCounts[] {
  const breasts = images.map(breastOf)
  return Object.entries(columns).flatMap(([column, read]) => {
    const groups = groupsOf(images, breasts, read)
    const isKnown = groups.some(({ value }) => value !== unknown)
    return isKnown && (!onlySeveral.has(column) || groups.length > 1) ? [{ column, groups }] : []
  })
}

/** Counts of all images together. */
export function countAll(images: readonly DataSetImage[]): Omit<GroupCount, 'value'> {
  const [all] = groupsOf(images, images.map(breastOf), () => 'all')
  return {
    images: images.length,
    breasts: all?.breasts ?? 0,
    patients: all?.patients ?? 0,
    cancers: all?.cancers ?? 0,
  }
}

/** The patient and the side: the unit that is scored. */
export function breastOf({ set, patientId, laterality }: DataSetImage): string {
  return `${set}\n${patientId}\n${laterality ?? ''}`
}

export function patientOf({ set, patientId }: Pick<DataSetImage, 'set' | 'patientId'>): string {
  return `${set}\n${patientId}`
}

const unknown = 'unknown'

function groupsOf(
  images: readonly DataSetImage[],
  breasts: readonly string[],
  read: (image: DataSetImage) => string | null,
): GroupCount[] {
  const groups = new Map<
    string,
    { images: number; breasts: Set<string>; patients: Set<string>; cancers: Set<string> }
  >()
  for (const [at, image] of images.entries()) {
    const value = read(image) ?? unknown
    let group = groups.get(value)
    if (group === undefined) {
      group = { images: 0, breasts: new Set(), patients: new Set(), cancers: new Set() }
      groups.set(value, group)
    }
    const breast = breasts[at]!
    group.images++
    group.patients.add(patientOf(image))
    // An image of an unknown side is of no breast that could be counted.
    if (image.laterality !== null) group.breasts.add(breast)
    if (image.cancer === 1) group.cancers.add(breast)
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
