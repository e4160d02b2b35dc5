/** exclusions.csv and corrections.csv, which lie beside the table of a data set. */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readInputFile } from '@mammokit/atomic-files'
import { CsvError, optionalColumn, parseCsvRows, requiredColumn } from '@mammokit/strict-csv'
import { z } from 'zod'
import { dataPaths } from '../data-paths.ts'

/** An image, or all images of a patient, that is not to be used. */
export interface Exclusion {
  readonly line: number
  readonly imageId: string | null
  readonly patientId: string | null
  readonly reason: string
}

/** A cell that is wrong in the table. */
export interface Correction {
  readonly line: number
  readonly imageId: string
  readonly column: string
  /** What the table says. */
  readonly was: string
  readonly value: string
  readonly reason: string
}

interface List<Row> {
  readonly path: string
  readonly sha256: string
  readonly rows: readonly Row[]
}

export interface AdjustmentLists {
  readonly exclusions: List<Exclusion> | undefined
  readonly corrections: List<Correction> | undefined
}

const id = z.string().transform((cell) => cell || null)
const reason = requiredColumn('reason', z.string().min(1, 'a reason'))

const exclusionColumns = {
  imageId: optionalColumn('image_id', id),
  patientId: optionalColumn('patient_id', id),
  reason,
}

const correctionColumns = {
  imageId: requiredColumn('image_id', z.string().min(1, "an image's id")),
  column: requiredColumn('column', z.string().min(1, 'the name of a column')),
  was: requiredColumn('was', z.string()),
  value: requiredColumn('value', z.string()),
  reason,
}

/**
 * Reads the lists of a data folder, in `raw` or the folder itself.
 *
 * @throws CsvError with the line; FileError `cannot-read`
 */
export async function readAdjustmentLists(dataDir: string): Promise<AdjustmentLists> {
  const exclusions = await readList(dataDir, 'exclusions.csv', (bytes, path) => {
    const rows = parseCsvRows(bytes, path, exclusionColumns, { allowEmpty: true })
    for (const { line, values } of rows) {
      if (values.imageId !== null || values.patientId !== null) continue
      const message = `Expected image_id or patient_id on line ${line} of ${path} but received neither. Name one, or remove that line.`
      throw new CsvError('bad-value', message, { path, line, column: 'image_id', value: '' })
    }
    return rows.map(({ line, values }) => ({ line, ...values }))
  })
  const corrections = await readList(dataDir, 'corrections.csv', (bytes, path) => {
    const rows = parseCsvRows(bytes, path, correctionColumns, { allowEmpty: true })
    return rows.map(({ line, values }) => ({ line, ...values }))
  })
  return { exclusions, corrections }
}

/** SHA-256 of the lists that a data folder has now, null where there is none; undefined where it has no raw data at all. */
export async function hashAdjustmentLists(
  dataDir: string,
): Promise<{ exclusionsSha256: string | null; correctionsSha256: string | null } | undefined> {
  const hashOf = async (name: string) => (await readList(dataDir, name, () => []))?.sha256 ?? null
  const hashes = {
    exclusionsSha256: await hashOf('exclusions.csv'),
    correctionsSha256: await hashOf('corrections.csv'),
  }
  const isKept =
    existsSync(dataPaths(dataDir).raw) || hashes.exclusionsSha256 !== null || hashes.correctionsSha256 !== null
  return isKept ? hashes : undefined
}

async function readList<Row>(
  dataDir: string,
  name: string,
  parse: (bytes: Uint8Array, path: string) => Row[],
): Promise<List<Row> | undefined> {
  const path = [join(dataPaths(dataDir).raw, name), join(dataDir, name)].find((file) => existsSync(file))
  if (path === undefined) return undefined
  const bytes = await readInputFile(path, 'Check the path.')
  return { path, sha256: createHash('sha256').update(bytes).digest('hex'), rows: parse(bytes, path) }
}
