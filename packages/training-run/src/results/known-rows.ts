/** Prediction files of rows that are known: compared with them as text, so that no id has to be cut out of it again for each checkpoint. */
import { formatCsv } from '@mammokit/strict-csv'
import type { ImageIdentity } from '../schema/prediction.ts'
import { writtenNumber } from './prediction-columns.ts'
import { hashCells, identityCells, isLogistic, predictionHeader } from './prediction-rows.ts'
import { identityOf, type SourceRow } from './source-rows.ts'

export interface KnownRows {
  readonly identities: readonly ImageIdentity[]
  /** SHA-256 of the rows, as of those of a file that has them. */
  readonly sha256: string
  /** The numbers in a file of exactly these rows, in their order; undefined for any other file, whose fault its reader names. */
  read(bytes: Buffer): PredictedNumbers | undefined
}

export interface PredictedNumbers {
  readonly logits: Float64Array
  readonly probabilities: Float64Array
}

/** The same for the same array, which must not change. */
export function knownRowsOf(rows: readonly SourceRow[]): KnownRows {
  const earlier = known.get(rows)
  if (earlier) return earlier
  const made = toKnownRows(rows)
  known.set(rows, made)
  return made
}

/** Each checkpoint of a selection has the same rows. */
const known = new WeakMap<readonly SourceRow[], KnownRows>()

function toKnownRows(rows: readonly SourceRow[]): KnownRows {
  const identities = rows.map(identityOf)
  const cells = identities.map(identityCells)
  const beginnings = beginningsOf(cells)
  return { identities, sha256: hashCells(cells), read: (bytes) => readNumbers(bytes.toString('utf8'), beginnings) }
}

/** The text of each row up to its logit, the header first; a row with quotes has lines of its own, and no file is like these then. */
function beginningsOf(cells: readonly (readonly (string | number)[])[]): string[] {
  const lines = formatCsv(predictionHeader.slice(0, -2), cells).split('\n')
  return lines.slice(0, -1).map((line) => `${line},`)
}

function readNumbers(text: string, [header, ...beginnings]: readonly string[]): PredictedNumbers | undefined {
  const first = `${header}${predictionHeader.slice(-2).join(',')}\n`
  if (!text.startsWith(first)) return undefined
  const logits = new Float64Array(beginnings.length)
  const probabilities = new Float64Array(beginnings.length)
  let at = first.length
  for (const [index, beginning] of beginnings.entries()) {
    if (!text.startsWith(beginning, at)) return undefined
    at += beginning.length
    const comma = text.indexOf(',', at)
    const end = text.indexOf('\n', comma)
    if (comma < 0 || end < 0) return undefined
    const logit = numberOf(text.slice(at, comma))
    const probability = numberOf(text.slice(comma + 1, end))
    // Not a number where a cell is none, which no comparison holds for.
    if (!(Number.isFinite(logit) && probability >= 0 && probability <= 1 && isLogistic({ logit, probability })))
      return undefined
    logits[index] = logit
    probabilities[index] = probability
    at = end + 1
  }
  return at === text.length ? { logits, probabilities } : undefined
}

function numberOf(cell: string): number {
  return writtenNumber.test(cell) ? Number(cell) : Number.NaN
}
