/** Ids that a spreadsheet or a data frame has rewritten as numbers, and the ids that they were. */
import { ScreeningDataError } from '../screening-data-error.ts'

/** A row with the ids of patient and image. */
export interface IdRow {
  readonly patientId: string
  readonly imageId: string
}

interface Mangling {
  readonly found: string
  readonly original: string
  readonly how: string
}

/** Significant digits of a spreadsheet's number. */
const spreadsheetDigits = 15

/**
 * Throws where ids that `known` does not have are ids of it as numbers: `42` or `42.0` for `0042`, `6.7E+08` for
 * `674714180`, digits after the fifteenth lost, the end cut off.
 *
 * @param path the file of `rows`, named in the error
 * @throws ScreeningDataError `mangled-ids`
 * @example
 * assertIdsUnmangled([{ patientId: '1', imageId: '42' }], [{ patientId: '1', imageId: '0042' }], 'splits.csv') // throws
 */
export function assertIdsUnmangled(rows: readonly IdRow[], known: readonly IdRow[], path: string): void {
  const ids = new Set(known.map(({ imageId }) => imageId))
  const unknown = rows.filter(({ imageId }) => !ids.has(imageId))
  if (unknown.length === 0) return
  const used = new Set(rows.map(({ imageId }) => imageId))
  const unused = known.filter(({ imageId }) => !used.has(imageId))
  const manglings = findManglings(unknown, unused)
  const [first] = manglings
  if (first === undefined) return
  const others = manglings.length > 1 ? ` (and ${manglings.length - 1} more)` : ''
  throw new ScreeningDataError(
    'mangled-ids',
    `Expected image_id ${first.original} in ${path} but received ${first.found}${others}: ${first.how}, as spreadsheets do to numbers. ` +
      'Restore the original file, and split again if splits.csv was made of the rewritten one.',
    { path, manglings },
  )
}

export function findManglings(unknown: readonly IdRow[], unused: readonly IdRow[]): Mangling[] {
  const byZeros = indexBy(unused, ({ imageId }) => stripZeros(imageId))
  const byDigits = indexBy(unused, ({ imageId }) => firstDigits(imageId))
  const byRounding = new Map<number, Map<string, IdRow[]>>()
  const ofPatient = indexBy(unused, ({ patientId }) => stripZeros(patientId))
  return unknown.flatMap(({ imageId: found, patientId }) => {
    const whole = found.replace(/^(\d+)\.0+$/, '$1')
    const asNumber = byZeros.get(stripZeros(whole))?.[0]
    if (asNumber) {
      const how = whole === found ? 'its leading zeros were lost or added' : 'it became a decimal number'
      return [{ found, original: asNumber.imageId, how }]
    }
    const decimals = decimalsOfExponential(found)
    if (decimals !== undefined) {
      const index = byRounding.get(decimals) ?? indexBy(unused, ({ imageId }) => roundTo(decimals, imageId))
      byRounding.set(decimals, index)
      const rounded = index.get(roundTo(decimals, found)) ?? []
      const original = rounded.find((row) => stripZeros(row.patientId) === stripZeros(patientId)) ?? rounded[0]
      const how = `it became a number with an exponent, rounded to ${decimals + 1} significant figures`
      if (original) return [{ found, original: original.imageId, how }]
    }
    const longer = /^\d+$/.test(found) ? byDigits.get(firstDigits(found))?.[0] : undefined
    if (longer) return [{ found, original: longer.imageId, how: `digits after the ${spreadsheetDigits}th were lost` }]
    const cut = ofPatient.get(stripZeros(patientId))?.filter(({ imageId }) => imageId.startsWith(found)) ?? []
    return found.length > 3 && cut.length === 1 ? [{ found, original: cut[0].imageId, how: 'its end was cut off' }] : []
  })
}

function indexBy(rows: readonly IdRow[], keyOf: (row: IdRow) => string): Map<string, IdRow[]> {
  const index = new Map<string, IdRow[]>()
  for (const row of rows) {
    const key = keyOf(row)
    const others = index.get(key)
    if (others) others.push(row)
    else index.set(key, [row])
  }
  return index
}

function stripZeros(id: string): string {
  return /^\d+$/.test(id) ? id.replace(/^0+(?=\d)/, '') : id
}

/** Digits after the first of a number such as 6.7E+08; undefined for any other text. */
function decimalsOfExponential(id: string): number | undefined {
  return /^\d(?:[.,](\d+))?e\+?\d+$/i.test(id) ? (/[.,](\d+)/.exec(id)?.[1]?.length ?? 0) : undefined
}

/** A number with so many digits after the first; other ids stand for themselves. */
function roundTo(decimals: number, id: string): string {
  const isNumber = /^\d+$/.test(id) || decimalsOfExponential(id) !== undefined
  return isNumber ? Number(id.replace(',', '.')).toExponential(Math.min(decimals, 100)) : `id ${id}`
}

/** Length and first fifteen digits of a longer number, which survive in a spreadsheet; other ids stand for themselves. */
function firstDigits(id: string): string {
  if (!/^\d+$/.test(id) || id.length <= spreadsheetDigits) return `id ${id}`
  return `${id.length} ${id.slice(0, spreadsheetDigits)}`
}
