/** predictions/<subset>/epoch-001.csv: a probability per image, and the hashes of the preprocessing and the weights that it comes from. */
import Papa from 'papaparse'
import { z } from 'zod'
import { CommandError } from '../terminal/command-error.ts'
import { readInput, writeFileAtomic } from './atomic-file.ts'

export interface Prediction {
  readonly imageId: string
  readonly patientId: string
  readonly laterality: 'L' | 'R'
  readonly view: string
  readonly target: 0 | 1
  readonly probability: number
}

export interface PredictionsFile {
  readonly preprocessHash: string
  /** First 16 hexadecimal digits of the SHA-256 of the checkpoint's weights. */
  readonly checkpointHash: string
  readonly rows: readonly Prediction[]
}

const csvRow = z.object({
  image_id: z.string().min(1),
  patient_id: z.string().min(1),
  laterality: z.enum(['L', 'R']),
  view: z.string(),
  cancer: z.enum(['0', '1']),
  probability: z
    .string()
    .min(1)
    .transform(Number)
    .refine((value) => value >= 0 && value <= 1, 'expected a number from 0 to 1'),
  preprocess_hash: z.string().min(1),
  checkpoint_hash: z.string().min(1),
})

const columns = Object.keys(csvRow.shape)

/** Writes predictions whole or not at all. */
export async function writePredictions(path: string, file: PredictionsFile): Promise<void> {
  const records = file.rows.map((row) => [
    row.imageId,
    row.patientId,
    row.laterality,
    row.view,
    row.target,
    row.probability,
    file.preprocessHash,
    file.checkpointHash,
  ])
  await writeFileAtomic(path, `${Papa.unparse([columns, ...records], { newline: '\n' })}\n`)
}

/**
 * Reads predictions.
 *
 * @throws CommandError `FILE_MISSING`, `FILE_INVALID` with the line, `PREPROCESS_MISMATCH` where rows of two kinds are mixed
 */
export async function readPredictions(path: string, hint: string): Promise<PredictionsFile> {
  const text = (await readInput(path, hint)).toString('utf8')
  const { data } = Papa.parse<Record<string, string>>(text, { delimiter: ',', header: true, skipEmptyLines: true })
  const parsed = data.map((record, index) => parseRow(record, path, index + 2))
  if (parsed.length === 0) {
    throw new CommandError(
      'FILE_INVALID',
      `Expected predictions in ${path} but received none. Remove it and predict again.`,
    )
  }
  const { preprocess_hash: preprocessHash, checkpoint_hash: checkpointHash } = parsed[0]
  const odd = parsed.findIndex(
    (row) => row.preprocess_hash !== preprocessHash || row.checkpoint_hash !== checkpointHash,
  )
  if (odd !== -1) {
    throw new CommandError(
      'PREPROCESS_MISMATCH',
      `Expected one preprocess_hash and one checkpoint_hash in ${path} but received others on line ${odd + 2} than on line 2. Remove the file and predict again.`,
    )
  }
  const rows = parsed.map((row) => ({
    imageId: row.image_id,
    patientId: row.patient_id,
    laterality: row.laterality,
    view: row.view,
    target: Number(row.cancer) as 0 | 1,
    probability: row.probability,
  }))
  return { preprocessHash, checkpointHash, rows }
}

function parseRow(record: Record<string, string>, path: string, line: number): z.output<typeof csvRow> {
  const result = csvRow.safeParse(record)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const column = issue.path.join('.')
  throw new CommandError(
    'FILE_INVALID',
    `Expected a valid ${column} on line ${line} of ${path} but received ${JSON.stringify(record[column]) ?? 'no such column'}. Remove the file and predict again.`,
  )
}
