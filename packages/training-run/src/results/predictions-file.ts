/** predictions/<subset>/epoch-001.csv, and epoch-001.json beside it, which binds the rows to what they were made from. */
import { createHash } from 'node:crypto'
import { FileError, readInputFile, writeFileAtomic, writeJsonAtomic } from '@mammokit/atomic-files'
import { CsvError, formatCsv, parseCsvRows } from '@mammokit/strict-csv'
import { parseRunJson } from '../parse-run-json.ts'
import { epochName, runPaths } from '../run-paths.ts'
import {
  type Prediction,
  type PredictionSource,
  type Predictions,
  predictionRecordSchema,
  predictionSourceSchema,
  type Subset,
} from '../schema/prediction.ts'
import { TrainingRunError } from '../training-run-error.ts'
import { predictionColumns } from './prediction-columns.ts'

const columns = Object.values(predictionColumns).map(({ name }) => name)

/** Writes the predictions of an epoch's weights for a subset, and what they were made from; returns the path of the CSV file. */
export async function writePredictions(
  run: string,
  source: Omit<PredictionSource, 'checkpoint'> & { readonly epoch: number },
  images: readonly Prediction[],
): Promise<string> {
  const { epoch, subset } = source
  const path = runPaths(run).predictions(subset, epoch)
  const csv = formatCsv(
    columns,
    images.map((row) => [...identity(row), row.logit, row.probability]),
  )
  await writeFileAtomic(path, csv)
  await writeJsonAtomic(recordPath(path), {
    ...predictionSourceSchema.parse({ ...source, checkpoint: epochName(epoch) }),
    rows: images.length,
    rowsSha256: hashRows(images),
    sha256: sha256(csv),
  })
  return path
}

/**
 * Reads the predictions of an epoch's weights for a subset, and checks that the file is the one that was written for them.
 *
 * @throws FileError not-found; TrainingRunError file-invalid with the line, file-altered, predictions-mismatch
 */
export async function readPredictions(run: string, subset: Subset, epoch: number): Promise<Predictions> {
  const path = runPaths(run).predictions(subset, epoch)
  const advice = `Predict again: mammokit-evaluator predict --run ${run} --subset ${subset}`
  const bytes = await readInputFile(path, advice.replace('again', 'first'))
  const record = parseRunJson(predictionRecordSchema, await readRecord(path, advice), recordPath(path), `${advice}.`)
  const images = parseImages(bytes, path, advice)
  assertEqual('SHA-256', record.sha256, sha256(bytes), 'file-altered')
  assertEqual('subset', subset, record.subset)
  assertEqual('checkpoint', epochName(epoch), record.checkpoint)
  assertEqual('number of rows', record.rows, images.length)
  assertEqual('SHA-256 of the rows', record.rowsSha256, hashRows(images))
  return { ...record, images }

  function assertEqual(
    what: string,
    expected: string | number,
    received: string | number,
    code: 'file-altered' | 'predictions-mismatch' = 'predictions-mismatch',
  ): void {
    if (expected === received) return
    const message = `Expected ${what} ${expected} for ${path} but received ${received}. ${code === 'file-altered' ? 'The file was changed after it was written. ' : ''}${advice}.`
    throw new TrainingRunError(code, message, { path, expected, received })
  }
}

/** SHA-256 over which images these are, in their order, and what is known of them. */
export function hashRows(rows: readonly Omit<Prediction, 'logit' | 'probability'>[]): string {
  return sha256(JSON.stringify(rows.map(identity)))
}

function identity({ imageId, patientId, laterality, view, target }: Omit<Prediction, 'logit' | 'probability'>) {
  return [imageId, patientId, laterality, view, target]
}

function recordPath(csvPath: string): string {
  return csvPath.replace(/\.csv$/, '.json')
}

async function readRecord(path: string, advice: string): Promise<string> {
  try {
    return (await readInputFile(recordPath(path), `${advice}.`)).toString('utf8')
  } catch (error) {
    if (!(error instanceof FileError && error.code === 'not-found')) throw error
    throw new TrainingRunError(
      'predictions-outdated',
      `Expected ${recordPath(path)} beside ${path} but received none: an earlier version wrote these predictions. ${advice}.`,
      { path },
    )
  }
}

function parseImages(bytes: Uint8Array, path: string, advice: string): Prediction[] {
  try {
    const rows = parseCsvRows(bytes, path, predictionColumns, { unique: ['imageId'], cells: false })
    for (const { line, values } of rows) assertLogistic(values, path, line, advice)
    return rows.map(({ values }) => values)
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    throw new TrainingRunError('file-invalid', `${error.message} ${advice}.`, { ...error.details, reason: error.code })
  }
}

/** The probability is printed with all its digits; the tolerance is for another machine's exponential function. */
function assertLogistic({ logit, probability }: Prediction, path: string, line: number, advice: string): void {
  const expected = 1 / (1 + Math.exp(-logit))
  if (Math.abs(probability - expected) <= 1e-9) return
  throw new TrainingRunError(
    'file-invalid',
    `Expected probability ${expected}, the logistic function of logit ${logit}, on line ${line} of ${path} but received ${probability}. ${advice}.`,
    { path, line, expected, received: probability },
  )
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}
