/** A model of what is known before anyone looks at an image: what a network has to beat to be worth looking at. */
import { logisticRegression } from '@mammokit/pf1-metric'
import type { ManifestRow, SplitRow } from '@mammokit/screening-data'

/** Never biopsy, invasive, BIRADS, density or difficulty, which are known only after somebody read the image. */
export type KnownBefore = Pick<SplitRow, 'age' | 'siteId' | 'machineId' | 'view' | 'implant'> & {
  readonly frame?: ManifestRow['frame']
}

export interface MetadataModel {
  /** The columns that tell training images apart. */
  readonly columns: readonly string[]
  /** Log-odds of cancer. */
  readonly logit: (row: KnownBefore) => number
}

const categories: Readonly<Record<string, (row: KnownBefore) => string | null>> = {
  site: ({ siteId }) => siteId?.toString() ?? null,
  machine: ({ machineId }) => machineId?.toString() ?? null,
  view: ({ view }) => view,
  implant: ({ implant }) => implant?.toString() ?? null,
}

/** Fits the model on training images; null where no column tells them apart, or they are all of one class. */
export function fitMetadataModel(rows: readonly (KnownBefore & { readonly cancer: number })[]): MetadataModel | null {
  const targets = rows.map(({ cancer }) => cancer)
  if (!targets.includes(0) || !targets.includes(1)) return null
  const encoders = [
    numberEncoder('age', ({ age }) => age, rows),
    ...Object.entries(categories).map(([name, of]) => categoryEncoder(name, of, rows)),
    numberEncoder('image rows', ({ frame }) => frame?.height ?? null, rows),
    numberEncoder('image columns', ({ frame }) => frame?.width ?? null, rows),
  ]
  const used = encoders.filter((encoder) => encoder !== null)
  if (used.length === 0) return null
  const encode = (row: KnownBefore) => {
    const columns: number[] = []
    for (const { of } of used) for (const column of of(row)) columns.push(column)
    return columns
  }
  const { logit } = logisticRegression(rows.map(encode), targets)
  return { columns: used.map(({ name }) => name), logit: (row) => logit(encode(row)) }
}

interface Encoder {
  readonly name: string
  readonly of: (row: KnownBefore) => readonly number[]
}

/** In deviations from the mean, and its square, because risk need not rise evenly; an unknown number is the mean, and said. */
function numberEncoder(
  name: string,
  of: (row: KnownBefore) => number | null,
  rows: readonly KnownBefore[],
): Encoder | null {
  const numbers = rows.flatMap((row) => of(row) ?? [])
  const mean = numbers.reduce((sum, x) => sum + x, 0) / numbers.length
  const deviation = Math.sqrt(numbers.reduce((sum, x) => sum + (x - mean) ** 2, 0) / numbers.length)
  if (!(deviation > 0)) return null
  return {
    name,
    of: (row) => {
      const x = of(row)
      const z = x === null ? 0 : (x - mean) / deviation
      return [z, z * z, x === null ? 1 : 0]
    },
  }
}

/** One column for each value in training; a new value has none of them. */
function categoryEncoder(
  name: string,
  of: (row: KnownBefore) => string | null,
  rows: readonly KnownBefore[],
): Encoder | null {
  const values = [...new Set(rows.map((row) => of(row) ?? 'unknown'))].sort()
  if (values.length < 2) return null
  const columnsOf = new Map(values.map((value) => [value, values.map((other) => Number(other === value))]))
  const newValue = values.map(() => 0)
  return { name, of: (row) => columnsOf.get(of(row) ?? 'unknown') ?? newValue }
}
