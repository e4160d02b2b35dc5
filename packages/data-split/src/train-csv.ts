/** train.csv of the RSNA layout as typed rows. */
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { DataSplitError } from './data-split-error.ts'
import { type CsvTable, parseCsv } from './parse-csv.ts'

const identifier = z
  .string()
  .regex(/^[^\s/\\]+$/, 'an id without spaces or slashes')
  .refine((id) => id !== '.' && id !== '..', 'an id that is not a folder')
const optionalNumber = z
  .string()
  .regex(/^([+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?)?$/, 'a number or nothing')
  .transform((cell) => (cell === '' ? null : Number(cell)))
const optionalFlag = z
  .string()
  .regex(/^(0|1|true|false|)$/i, '0, 1, True, False or nothing')
  .transform((cell) => (cell === '' ? null : cell === '1' || cell.toLowerCase() === 'true'))

/** Field names follow the file's columns: `patient_id` is `patientId`. */
const fieldOfColumn = {
  patient_id: ['patientId', identifier],
  image_id: ['imageId', identifier],
  laterality: ['laterality', z.enum(['L', 'R'], 'L or R')],
  view: ['view', z.string().min(1, 'a view such as CC or MLO')],
  cancer: ['cancer', z.enum(['0', '1'], '0 or 1').transform((cell) => (cell === '1' ? 1 : 0))],
  site_id: ['siteId', optionalNumber],
  age: ['age', optionalNumber],
  implant: ['implant', optionalFlag],
  machine_id: ['machineId', optionalNumber],
  biopsy: ['biopsy', optionalFlag],
  invasive: ['invasive', optionalFlag],
  BIRADS: ['birads', optionalNumber],
  density: ['density', z.string().transform((cell) => (cell === '' ? null : cell))],
  difficult_negative_case: ['difficultNegativeCase', optionalFlag],
} as const satisfies Record<string, readonly [string, z.ZodType]>

type Column = keyof typeof fieldOfColumn
type Cell<Name extends Column> = z.output<(typeof fieldOfColumn)[Name][1]>
type RequiredColumn = 'patient_id' | 'image_id' | 'laterality' | 'view' | 'cancer'
const requiredColumns: readonly RequiredColumn[] = ['patient_id', 'image_id', 'laterality', 'view', 'cancer']

/** One image. A field is null where the file has no such column or the cell is empty. */
export type TrainRow = {
  readonly [Name in Column as (typeof fieldOfColumn)[Name][0]]: Name extends RequiredColumn
    ? Cell<Name>
    : Cell<Name> | null
} & {
  /** Every column of the file, in its order, as it was written there. */
  readonly columns: Readonly<Record<string, string>>
}

/** An image of the competition's test.csv, which has no labels. */
export type TestRow = Omit<TrainRow, 'cancer'>

/**
 * Reads train.csv: one typed row per image, unknown columns kept in `columns`.
 *
 * @throws DataSplitError with the line: `missing-file`, `empty-file`, `malformed-csv`, `missing-column`, `duplicate-column`, `bad-value`, `duplicate-image`.
 * @example
 * (await readTrainCsv('data/raw/train.csv'))[0].patientId // '10006'
 */
export async function readTrainCsv(path: string): Promise<TrainRow[]> {
  return parseTrainCsv(await readCsvFile(path), path)
}

/** As `readTrainCsv`, of text; `path` is only named in errors. */
export function parseTrainCsv(text: string, path = 'train.csv'): TrainRow[] {
  const table = parseCsv(text, path)
  return parseRows(table, path, requiredColumns) as TrainRow[]
}

/** Reads test.csv: `readTrainCsv` for a file without the column `cancer`. */
export async function readTestCsv(path: string): Promise<TestRow[]> {
  const table = parseCsv(await readCsvFile(path), path)
  const required = requiredColumns.filter((column) => column !== 'cancer')
  return parseRows(table, path, required).map(({ cancer: _, ...row }) => row as TestRow)
}

export async function readCsvFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    throw new DataSplitError('missing-file', `Expected a CSV file at ${path} but received nothing. Check the path.`, {
      path,
    })
  }
}

function parseRows(table: CsvTable, path: string, required: readonly Column[]): Record<string, unknown>[] {
  for (const column of required) assertColumn(table, column, path)
  const fields = (Object.keys(fieldOfColumn) as Column[]).map((column) => {
    const [field, schema] = fieldOfColumn[column]
    return { column, field, schema, position: table.header.indexOf(column) }
  })
  const lineOfImage = new Map<string, number>()
  return table.records.map(({ line, cells }) => {
    const columns = Object.fromEntries(table.header.map((name, position) => [name, cells[position]!]))
    const row: Record<string, unknown> = { columns }
    for (const { column, field, schema, position } of fields) {
      row[field] = position < 0 ? null : parseCell(schema, cells[position]!, { path, line, column })
    }
    const imageId = row.imageId as string
    const earlier = lineOfImage.get(imageId)
    if (earlier !== undefined) {
      throw new DataSplitError(
        'duplicate-image',
        `Expected each image_id once for ${path} but received ${imageId} on line ${earlier} and again on line ${line}. Remove one.`,
        { path, line, column: 'image_id', value: imageId },
      )
    }
    lineOfImage.set(imageId, line)
    return row
  })
}

export function assertColumn(table: CsvTable, column: string, path: string): void {
  if (table.header.includes(column)) return
  throw new DataSplitError(
    'missing-column',
    `Expected a column ${column} for ${path} but line 1 has only ${table.header.join(', ')}. Add it, or check that this is the right file.`,
    { path, line: 1, column },
  )
}

export function parseCell<Schema extends z.ZodType>(
  schema: Schema,
  cell: string,
  place: { readonly path: string; readonly line: number; readonly column: string },
): z.output<Schema> {
  const result = schema.safeParse(cell.trim())
  if (result.success) return result.data
  throw new DataSplitError(
    'bad-value',
    `Expected ${result.error.issues[0]!.message} for ${place.column} but received ${JSON.stringify(cell)} on line ${place.line} of ${place.path}. Correct that cell.`,
    { ...place, value: cell },
  )
}
