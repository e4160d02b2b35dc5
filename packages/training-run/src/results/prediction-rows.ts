/** What a row of a prediction file says, whichever way it is read. */
import { createHash } from 'node:crypto'
import type { ImageIdentity, Prediction } from '../schema/prediction.ts'
import { predictionColumns } from './prediction-columns.ts'

/** The header of the file. */
export const predictionHeader: readonly string[] = Object.values(predictionColumns).map(({ name }) => name)

/** The cells before logit and probability. */
export function identityCells({ imageId, patientId, laterality, view, target }: ImageIdentity) {
  return [imageId, patientId, laterality, view, target]
}

/** SHA-256 over which images these are, in their order, and what is known of them. */
export function hashRows(rows: readonly ImageIdentity[]): string {
  return hashCells(rows.map(identityCells))
}

/** The same of their cells. */
export function hashCells(cells: readonly ReturnType<typeof identityCells>[]): string {
  return createHash('sha256').update(JSON.stringify(cells)).digest('hex')
}

/** The probability is printed with all its digits; the tolerance is for another machine's exponential function. */
export function isLogistic({ logit, probability }: Pick<Prediction, 'logit' | 'probability'>): boolean {
  return Math.abs(probability - 1 / (1 + Math.exp(-logit))) <= 1e-9
}
