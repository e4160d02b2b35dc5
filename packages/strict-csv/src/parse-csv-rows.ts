/** CSV text to typed rows: a field per column, checked by a zod schema. */
import type { z } from 'zod'
import { CsvError } from './csv-error.ts'
import { type CsvRecord, type ParseCsvOptions, parseCsv } from './parse-csv.ts'

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

export interface CsvRow<Columns extends CsvColumns> {
  /** From 1, the header included. */
  readonly line: number
  /** Every column of the file, in its order, as it was written there. */
  readonly cells: Readonly<Record<string, string>>
  readonly values: CsvValues<Columns>
}

export interface ParseCsvRowsOptions<Columns extends CsvColumns> extends ParseCsvOptions {
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
  const { header, records } = parseCsv(content, path, options)
  const fields = Object.entries(columns).map(([field, column]) => {
    const position = header.indexOf(column.name)
    if (position < 0 && !column.optional) throw missingColumn(column.name, header, path)
    return { field, position, parse: rememberCells(column.schema), ...column }
  })
  const seen = new Map(options.unique?.map((field) => [field as string, new Map<unknown, number>()]))
  const rowOf = (record: CsvRecord): CsvRow<Columns> => {
    const { line, cells } = record
    const values: Record<string, unknown> = {}
    for (const { field, name, parse, position } of fields) {
      values[field] = position < 0 ? null : parse(cells[position]!, { path, line, column: name })
      const lines = seen.get(field)
      if (lines) assertFirst(lines, values[field], { path, line, column: name })
    }
    return { line, cells: nameCells(header, record), values: values as CsvValues<Columns> }
  }
  const { onFault } = options
  if (onFault === undefined) return records.map(rowOf)
  return records.flatMap((record) => {
    try {
      return [rowOf(record)]
    } catch (error) {
      if (!(error instanceof CsvError)) throw error
      onFault(error)
      return []
    }
  })
}

interface Place {
  readonly path: string
  readonly line: number
  readonly column: string
}

/** Distinct cells of a column that are remembered: most columns have few, and a schema costs more than a look-up. */
const rememberedCells = 256

function rememberCells(schema: z.ZodType): (cell: string, place: Place) => unknown {
  const known = new Map<string, unknown>()
  return (cell, place) => {
    if (known.has(cell)) return known.get(cell)
    const value = parseCell(schema, cell, place)
    if (known.size < rememberedCells) known.set(cell, value)
    return value
  }
}

function parseCell(schema: z.ZodType, cell: string, place: Place): unknown {
  const result = schema.safeParse(cell.trim())
  if (result.success) return result.data
  throw new CsvError(
    'bad-value',
    `Expected ${result.error.issues[0]!.message} for ${place.column} but received ${JSON.stringify(cell)} on line ${place.line} of ${place.path}. Correct that cell.`,
    { ...place, value: cell },
  )
}

function assertFirst(lines: Map<unknown, number>, value: unknown, place: Place): void {
  const earlier = lines.get(value)
  if (earlier !== undefined) {
    throw new CsvError(
      'duplicate-value',
      `Expected each ${place.column} once for ${place.path} but received ${String(value)} on line ${earlier} and again on line ${place.line}. Remove one.`,
      { ...place, value },
    )
  }
  lines.set(value, place.line)
}

function missingColumn(column: string, header: readonly string[], path: string): CsvError {
  const isOtherDelimiter = header.length === 1 && /[;\t]/.test(header[0]!)
  const advice = isOtherDelimiter
    ? 'Its cells are separated by semicolons or tabs: save it with commas.'
    : 'Add it, or check that this is the right file.'
  return new CsvError(
    'missing-column',
    `Expected a column ${column} for ${path} but line 1 has only ${header.join(', ')}. ${advice}`,
    { path, line: 1, column },
  )
}

function nameCells(header: readonly string[], { cells }: CsvRecord): Record<string, string> {
  return Object.fromEntries(header.map((name, position) => [name, cells[position]!]))
}
