/** predictions/<subset>/epoch-001.csv, and epoch-001.json beside it, which binds the rows to what they were made from. */
import { createHash } from 'node:crypto'
import { FileError, readInputFile, writeFileAtomic, writeJsonAtomic } from '@mammokit/atomic-files'
import { CsvError, formatCsv, parseCsvRows } from '@mammokit/strict-csv'
import { parseRunJson } from '../parse-run-json.ts'
import { commandFor, epochName, runPaths } from '../run-paths.ts'
import {
  type ImageIdentity,
  type Prediction,
  type PredictionSource,
  type Predictions,
  predictionRecordSchema,
  predictionSourceSchema,
  type Subset,
} from '../schema/prediction.ts'
import { TrainingRunError } from '../training-run-error.ts'
import type { KnownRows, PredictedNumbers } from './known-rows.ts'
import { predictionColumns } from './prediction-columns.ts'
import { hashRows, identityCells, isLogistic, predictionHeader } from './prediction-rows.ts'

/** Writes the predictions of an epoch's weights for a subset, and what they were made from; returns the path of the CSV file. */
export async function writePredictions(
  run: string,
  source: Omit<PredictionSource, 'checkpoint'> & { readonly epoch: number },
  images: readonly Prediction[],
): Promise<string> {
  const { epoch, subset } = source
  const path = runPaths(run).predictions(subset, epoch)
  const csv = formatCsv(
    predictionHeader,
    images.map((row) => [...identityCells(row), row.logit, row.probability]),
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

/** SHA-256 of the file with the predictions of an epoch's weights for a subset, unread. @throws FileError not-found */
export async function hashPredictions(run: string, subset: Subset, epoch: number): Promise<string> {
  const advice = `Predict first: ${commandFor('predict', run, subset)}.`
  return sha256(await readInputFile(runPaths(run).predictions(subset, epoch), advice))
}

/**
 * Reads the predictions of an epoch's weights for a subset, and checks that the file is the one that was written for them.
 *
 * @param known which rows are expected in it: a file that has exactly these is read several times as fast, any other as without
 * @throws FileError not-found; TrainingRunError file-invalid with the line, file-altered, predictions-mismatch
 */
export async function readPredictions(
  run: string,
  subset: Subset,
  epoch: number,
  known?: KnownRows,
): Promise<Predictions> {
  const path = runPaths(run).predictions(subset, epoch)
  const advice = `Predict again: ${commandFor('predict', run, subset)}`
  const bytes = await readInputFile(path, `${advice.replace('again', 'first')}.`)
  const record = parseRunJson(predictionRecordSchema, await readRecord(path, advice), recordPath(path), `${advice}.`)
  const numbers = known?.read(bytes)
  const content = known && numbers ? contentOfKnown(known, numbers) : contentOf(parseImages(bytes, path, advice))
  assertEqual('SHA-256', record.sha256, sha256(bytes), 'file-altered')
  assertEqual('subset', subset, record.subset)
  assertEqual('checkpoint', epochName(epoch), record.checkpoint)
  assertEqual('number of rows', record.rows, content.identities.length)
  const rowsSha256 = known && numbers ? known.sha256 : hashRows(content.identities)
  assertEqual('SHA-256 of the rows', record.rowsSha256, rowsSha256)
  return Object.assign(content, record)

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

type Content = Pick<Predictions, 'identities' | 'probabilities' | 'images'>

function contentOf(images: readonly Prediction[]): Content {
  return { identities: images, probabilities: Float64Array.from(images, ({ probability }) => probability), images }
}

function contentOfKnown({ identities }: KnownRows, { logits, probabilities }: PredictedNumbers): Content {
  let images: Prediction[] | undefined
  return {
    identities,
    probabilities,
    get images() {
      images ??= identities.map((identity, i) => toPrediction(identity, logits[i]!, probabilities[i]!))
      return images
    },
  }
}

function toPrediction(identity: ImageIdentity, logit: number, probability: number): Prediction {
  const { imageId, patientId, laterality, view, target } = identity
  return { imageId, patientId, laterality, view, target, logit, probability }
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

function assertLogistic(row: Prediction, path: string, line: number, advice: string): void {
  if (isLogistic(row)) return
  const { logit, probability } = row
  const expected = 1 / (1 + Math.exp(-logit))
  throw new TrainingRunError(
    'file-invalid',
    `Expected probability ${expected}, the logistic function of logit ${logit}, on line ${line} of ${path} but received ${probability}. ${advice}.`,
    { path, line, expected, received: probability },
  )
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}
