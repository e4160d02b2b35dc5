/** splits.json: what was left out of splits.csv and corrected in it by hand. It is there only where something was. */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { explainFileError, readInputFile, writeFileAtomic } from '@mammokit/atomic-files'
import { z } from 'zod'
import { hashAdjustmentLists } from '../adjustments/adjustment-lists.ts'
import { type Adjustments, noAdjustments } from '../adjustments/adjustments.ts'
import { ScreeningDataError } from '../screening-data-error.ts'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const count = z.int().min(0)
const recordSchema = z.object({
  /** Of the splits.csv that it belongs to. */
  splitsSha256: sha256,
  excluded: z.array(z.object({ reason: z.string(), images: count, patients: count })),
  corrected: z.array(z.object({ column: z.string(), reason: z.string(), images: count })),
  exclusionsSha256: sha256.nullable(),
  correctionsSha256: sha256.nullable(),
})

/** Where the record of a splits.csv is. */
export function splitRecordOf(splits: string): string {
  return splits.replace(/\.csv$/, '.json')
}

/** Writes the record of a splits.csv that is about to be written; a splits.csv without one is written first, then `removeSplitRecord`. */
export async function writeSplitRecord(path: string, splits: string, adjustments: Adjustments): Promise<void> {
  const { excluded, corrected, exclusionsSha256, correctionsSha256 } = adjustments
  const record = { splitsSha256: hashOf(splits), excluded, corrected, exclusionsSha256, correctionsSha256 }
  await writeFileAtomic(path, `${JSON.stringify(record, null, 2)}\n`)
}

/** Removes the record of an earlier split. @throws FileError `cannot-write` */
export async function removeSplitRecord(path: string): Promise<void> {
  await rm(path, { force: true }).catch((error: unknown) => {
    throw explainFileError('cannot-write', path, error)
  })
}

export interface SplitIdentity {
  readonly adjustments: Adjustments
  /** SHA-256 of splits.csv, or where it has a record of both; hexadecimal. */
  readonly splitsSha256: string
}

/**
 * What a splits.csv was made of: compared with the record beside it, and that with the lists that the data folder has now.
 *
 * @throws ScreeningDataError `adjustments-differ`
 */
export async function identifySplit(splits: string, bytes: Uint8Array, dataDir: string): Promise<SplitIdentity> {
  const splitRecord = splitRecordOf(splits)
  const csv = hashOf(bytes)
  if (!existsSync(splitRecord)) {
    await assertSameLists(noAdjustments, splits, dataDir)
    return { adjustments: noAdjustments, splitsSha256: csv }
  }
  const content = await readInputFile(splitRecord, 'Split again: mammokit-trainer split.')
  const record = parseRecord(content, splitRecord)
  if (record.splitsSha256 !== csv) {
    throw differs(`the splits.csv of ${splitRecord} (${short(record.splitsSha256)})`, short(csv), splits)
  }
  await assertSameLists(record, splits, dataDir)
  return { adjustments: record, splitsSha256: hashOf(`${csv}\n${hashOf(content)}\n`) }
}

async function assertSameLists(record: Adjustments, splits: string, dataDir: string): Promise<void> {
  const now = await hashAdjustmentLists(dataDir)
  if (now === undefined) return
  for (const [name, key] of [
    ['exclusions.csv', 'exclusionsSha256'],
    ['corrections.csv', 'correctionsSha256'],
  ] as const) {
    if (record[key] === now[key]) continue
    throw differs(`${name} as it was when ${splits} was made (${short(record[key])})`, short(now[key]), dataDir)
  }
}

function parseRecord(content: Uint8Array, path: string): z.output<typeof recordSchema> {
  try {
    return recordSchema.parse(JSON.parse(new TextDecoder().decode(content)))
  } catch {
    throw differs('the record of a split', 'another file', path)
  }
}

function differs(wanted: string, received: string, where: string): ScreeningDataError {
  return new ScreeningDataError(
    'adjustments-differ',
    `Expected ${wanted} in ${where} but received ${received}. Split again: mammokit-trainer split; or restore the file.`,
    { where, received },
  )
}

const short = (hash: string | null) => (hash === null ? 'none' : `SHA-256 ${hash.slice(0, 16)}`)

function hashOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}
