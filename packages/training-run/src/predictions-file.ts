/** predictions/<subset>/epoch-001.csv: a probability per image, and the hashes of the preprocessing and the weights that it comes from. */
import { readInputFile, writeFileAtomic } from '@mammokit/atomic-files'
import { CsvError, formatCsv, parseCsv } from '@mammokit/strict-csv'
import type { z } from 'zod'
import { runPaths } from './run-paths.ts'
import { type Predictions, predictionRowSchema, type Subset } from './schema/prediction.ts'
import { TrainingRunError } from './training-run-error.ts'

const columns = Object.keys(predictionRowSchema.shape)

/** Writes the predictions of an epoch's weights for a subset; returns their path. */
export async function writePredictions(
  run: string,
  subset: Subset,
  epoch: number,
  predictions: Predictions,
): Promise<string> {
  const path = runPaths(run).predictions(subset, epoch)
  const { preprocessHash, checkpointHash } = predictions
  const records = predictions.rows.map((row) => [
    row.imageId,
    row.patientId,
    row.laterality,
    row.view,
    row.target,
    row.probability,
    preprocessHash,
    checkpointHash,
  ])
  await writeFileAtomic(path, formatCsv(columns, records))
  return path
}

/**
 * Reads the predictions of an epoch's weights for a subset.
 *
 * @throws FileError not-found; TrainingRunError file-invalid with the line, preprocess-mismatch where rows of two kinds are mixed
 */
export async function readPredictions(run: string, subset: Subset, epoch: number): Promise<Predictions> {
  const path = runPaths(run).predictions(subset, epoch)
  const advice = `Predict first: mammokit-evaluator predict --run ${run} --subset ${subset}`
  const text = (await readInputFile(path, advice)).toString('utf8')
  const parsed = parseTable(text, path).map(({ line, cells }) => ({ line, ...parseRow(cells, path, line) }))
  const { preprocess_hash: preprocessHash, checkpoint_hash: checkpointHash } = parsed[0]
  const odd = parsed.find((row) => row.preprocess_hash !== preprocessHash || row.checkpoint_hash !== checkpointHash)
  if (odd !== undefined) {
    throw new TrainingRunError(
      'preprocess-mismatch',
      `Expected one preprocess_hash and one checkpoint_hash in ${path} but received others on line ${odd.line} than on line 2. Remove the file and predict again.`,
      { path, line: odd.line },
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

/** The cells of each row by their column. */
function parseTable(text: string, path: string): { line: number; cells: Record<string, string> }[] {
  try {
    const { header, records } = parseCsv(text, path)
    return records.map(({ line, cells }) => ({
      line,
      cells: Object.fromEntries(header.map((name, i) => [name, cells[i]])),
    }))
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    throw new TrainingRunError(
      'file-invalid',
      `Expected predictions in ${path} but line ${error.details.line} was cut or changed (${error.code}). Remove the file and predict again.`,
      { path, line: error.details.line, reason: error.code },
    )
  }
}

function parseRow(
  record: Readonly<Record<string, string>>,
  path: string,
  line: number,
): z.output<typeof predictionRowSchema> {
  const result = predictionRowSchema.safeParse(record)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const column = issue.path.join('.')
  throw new TrainingRunError(
    'file-invalid',
    `Expected a valid ${column} on line ${line} of ${path} but received ${JSON.stringify(record[column]) ?? 'no such column'}. Remove the file and predict again.`,
    { path, line, column, received: record[column] },
  )
}
