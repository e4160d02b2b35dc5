/** What published tables write for a side, a density, a BI-RADS category or an age. null: nothing; undefined: nothing that is defined. */
import type { DataSetImage } from './data-set-image.ts'

/** `L`, `LEFT`, `left`. */
export function readLaterality(cell: string): DataSetImage['laterality'] | undefined {
  const side = cell.trim().toUpperCase()
  if (side === '') return null
  return side === 'L' || side === 'LEFT' ? 'L' : side === 'R' || side === 'RIGHT' ? 'R' : undefined
}

/** ACR density as a letter or a number, with or without its name: `B`, `2`, `DENSITY B`. */
export function readDensity(cell: string): DataSetImage['density'] | undefined {
  const density = cell
    .trim()
    .toUpperCase()
    .replace(/^(DENSITY|ACR)\s*/, '')
  if (density === '') return null
  const letter = /^[1-4]$/.test(density) ? 'ABCD'[Number(density) - 1]! : density
  return /^[A-D]$/.test(letter) ? (letter as DataSetImage['density']) : undefined
}

/** BI-RADS category, with or without its name or letter: `4`, `4a`, `BI-RADS 4`. */
export function readBirads(cell: string): number | null | undefined {
  const category = cell.trim().replace(/^BI-?RADS\s*/i, '')
  if (category === '') return null
  const digit = /^(?:([0-35-6])|(4)[abc]?)$/i.exec(category)
  return digit ? Number(digit[1] ?? digit[2]) : undefined
}

/** Years: `61`, `061Y`. */
export function readAge(cell: string): number | null | undefined {
  const age = cell.trim().replace(/^0*(\d+)Y$/, '$1')
  if (age === '') return null
  return /^\d{1,3}(\.\d+)?$/.test(age) ? Number(age) : undefined
}

/** The cells of a column for the rows of one image as one: the cell where all have the same, else all of them in their order. */
export function joinCells(cells: readonly string[]): string {
  return new Set(cells).size === 1 ? cells[0]! : cells.join(' | ')
}

/** `BI-RADS >= 4` as a label: null where the assessment is unknown or incomplete (0). */
export function cancerOfBirads(category: number | null): 0 | 1 | null {
  if (category === null || category === 0) return null
  return category >= 4 ? 1 : 0
}

/** The name of that rule. */
export const biradsRule = 'BI-RADS >= 4'
