/** CSV text to typed rows: a field per column, checked by a zod schema. */
import type { z } from 'zod'
import { CsvError } from './csv-error.ts'
import { eachRecord } from './parse-csv.ts'
import type { ParseCsvOptions } from './parse-records.ts'

/** A column with the schema of its cells. */
export interface CsvColumn<Schema extends z.ZodType = z.ZodType, Optional extends boolean = boolean> {
  /** Name in the header. */
  readonly name: string
  /** Of the cell's text without spaces around it, a function of that text alone; its error message completes "Expected ... for". */
  readonly schema: Schema
  /** Whether the file may lack the column; its field is null then. */
  readonly optional: Optional
}

/** Columns by the name of their field. */
export type CsvColumns = Readonly<Record<string, CsvColumn>>

/** The typed fields of a row. */
export type CsvValues<Columns extends CsvColumns> = {
  readonly [Field in keyof Columns]: Columns[Field] extends CsvColumn<infer Schema, infer Optional>
    ? z.output<Schema> | (Optional extends true ? null : never)
    : never
}

/** A record with its typed values. */
export interface CsvRow<Columns extends CsvColumns> {
  /** From 1, the header included. */
  readonly line: number
  /** Every column of the file, in its order, as it was written there. */
  readonly cells: Readonly<Record<string, string>>
  readonly values: CsvValues<Columns>
}

/** Options of `parseCsvRows`. */
export interface ParseCsvRowsOptions<Columns extends CsvColumns> extends ParseCsvOptions {
  /** Whether rows have their `cells`, which cost as much as the values; without them these are empty. @default true */
  readonly cells?: boolean
  /** Columns that `cells` leaves out, by their names in the file. @default none */
  readonly cellsExcept?: readonly string[]
  /** Fields whose values may occur once only. @default none */
  readonly unique?: readonly (keyof Columns & string)[]
  /** Called for each row with a `bad-value` or `duplicate-value`, which is left out then. @default the first one is thrown */
  readonly onFault?: (error: CsvError) => void
}

/** A column that every file must have. */
export function requiredColumn<Schema extends z.ZodType>(name: string, schema: Schema): CsvColumn<Schema, false> {
  return { name, schema, optional: false }
}

/** A column that a file may lack. */
export function optionalColumn<Schema extends z.ZodType>(name: string, schema: Schema): CsvColumn<Schema, true> {
  return { name, schema, optional: true }
}

/**
 * Parses CSV text, or the bytes of a file in UTF-8, into typed rows; other columns than those named are kept in `cells`. `path` is only named in errors.
 *
 * @throws CsvError as `parseCsv` does; `missing-column`, `bad-value`, `duplicate-value`
 * @example
 * const columns = { imageId: requiredColumn('image_id', z.string().min(1, 'an id')), age: optionalColumn('age', z.coerce.number()) }
 * parseCsvRows('image_id,site\n7,A\n', 'images.csv', columns)[0]
 * // { line: 2, cells: { image_id: '7', site: 'A' }, values: { imageId: '7', age: null } }
 */
export function parseCsvRows<Columns extends CsvColumns>(
  content: string | Uint8Array,
  path: string,
  columns: Columns,
  options: ParseCsvRowsOptions<Columns> = {},
): CsvRow<Columns>[] {
  return mapCsvRows(content, path, columns, options, (row) => row)
}

/**
 * The same with each row made into something else when it is read, so that of a long file only the results stay in memory.
 *
 * @throws CsvError as `parseCsvRows` does, and whatever `map` throws; a CsvError of `map` goes to `onFault` as well
 * @example
 * mapCsvRows('image_id\n7\n', 'images.csv', { imageId: requiredColumn('image_id', z.string()) }, {}, ({ values }) => values.imageId) // ['7']
 */
export function mapCsvRows<Columns extends CsvColumns, Mapped>(
  content: string | Uint8Array,
  path: string,
  columns: Columns,
  options: ParseCsvRowsOptions<Columns>,
  map: (row: CsvRow<Columns>) => Mapped,
): Mapped[] {
  const { onFault } = options
  const rows: Mapped[] = []
  eachRecord(content, path, options, (header) => {
    const rowOf = rowReader(header, path, columns, options)
    if (onFault === undefined) return (line, cells) => rows.push(map(rowOf(line, cells)))
    return (line, cells) => {
      try {
        rows.push(map(rowOf(line, cells)))
      } catch (error) {
        if (!(error instanceof CsvError)) throw error
        onFault(error)
      }
    }
  })
  return rows
}

/** What makes the typed row of a record. @throws CsvError `missing-column`, and of a record `bad-value`, `duplicate-value` */
function rowReader<Columns extends CsvColumns>(
  header: readonly string[],
  path: string,
  columns: Columns,
  options: ParseCsvRowsOptions<Columns>,
): (line: number, cells: readonly string[]) => CsvRow<Columns> {
  const fields = Object.entries(columns).map(([field, column]) => {
    const position = header.indexOf(column.name)
    if (position < 0 && !column.optional) throw missingColumn(column.name, header, path)
    const lines = options.unique?.includes(field) ? new Map<unknown, number>() : undefined
    return { field, position, parse: rememberCells(column.schema), lines, name: column.name }
  })
  const nameCells = options.cells === false ? () => noCells : cellNamer(header, options.cellsExcept ?? [])
  let earlier: Record<string, unknown> = {}
  return (line, cells) => {
    // A copy has its fields already: adding more than a dozen one after another makes V8 keep a hash table for each row.
    const values = { ...earlier }
    earlier = values
    for (const { field, name, parse, position, lines } of fields) {
      const value = position < 0 ? null : parse(cells[position]!, path, line, name)
      values[field] = value
      if (lines) assertFirst(lines, value, path, line, name)
    }
    return { line, cells: nameCells(cells), values: values as CsvValues<Columns> }
  }
}

/** Distinct cells of a column that are remembered: most columns have few, and a schema costs more than a look-up. */
const rememberedCells = 256

/** Look-ups after which a column is known to have others than those, if fewer than half of them found something. */
const trials = 1024

function rememberCells(schema: z.ZodType): (cell: string, path: string, line: number, column: string) => unknown {
  const known = new Map<string, unknown>()
  let [lastCell, lastValue]: [string | undefined, unknown] = [undefined, undefined]
  let [lookUps, found] = [0, 0]
  return (cell, path, line, column) => {
    // Rows of one patient follow each other.
    if (cell === lastCell) return lastValue
    let value: unknown
    const isLookedUp = lookUps < trials || 2 * found > lookUps
    if (isLookedUp) {
      lookUps++
      value = known.get(cell)
    }
    if (value !== undefined) found++
    else {
      value = parseCell(schema, cell, path, line, column)
      if (isLookedUp && known.size < rememberedCells) known.set(cell, value)
    }
    lastCell = cell
    lastValue = value
    return value
  }
}

function parseCell(schema: z.ZodType, cell: string, path: string, line: number, column: string): unknown {
  const result = schema.safeParse(cell.trim())
  if (result.success) return result.data
  throw new CsvError(
    'bad-value',
    `Expected ${result.error.issues[0]!.message} for ${column} but received ${JSON.stringify(cell)} on line ${line} of ${path}. Correct that cell.`,
    { path, line, column, value: cell },
  )
}

function assertFirst(lines: Map<unknown, number>, value: unknown, path: string, line: number, column: string): void {
  const earlier = lines.get(value)
  if (earlier !== undefined) {
    throw new CsvError(
      'duplicate-value',
      `Expected each ${column} once for ${path} but received ${String(value)} on line ${earlier} and again on line ${line}. Remove one.`,
      { path, line, column, value },
    )
  }
  lines.set(value, line)
}

function missingColumn(column: string, header: readonly string[], path: string): CsvError {
  const isOtherDelimiter = header.length === 1 && /[;\t]/.test(header[0]!)
  const advice = isOtherDelimiter
    ? 'Its cells are separated by semicolons or tabs: save it with commas.'
    : 'Add it, or check that this is the right file.'
  return new CsvError(
    'missing-column',
    `Expected a column "${column}" for ${path} but line 1 has only ${header.join(', ')}. ${advice}`,
    { path, line: 1, column },
  )
}

const noCells: Readonly<Record<string, string>> = {}

/** A name such as __proto__ would be set and not kept; all others are, faster than from entries. */
function cellNamer(
  header: readonly string[],
  except: readonly string[],
): (cells: readonly string[]) => Record<string, string> {
  const positions = [...header.keys()].filter((position) => !except.includes(header[position]!))
  if (header.includes('__proto__')) {
    return (cells) => Object.fromEntries(positions.map((position) => [header[position]!, cells[position]!]))
  }
  return (cells) => {
    const named: Record<string, string> = {}
    for (const position of positions) named[header[position]!] = cells[position]!
    return named
  }
}
