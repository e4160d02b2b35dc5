import { MetricError } from './metric-error.ts'

/** How the probabilities of a breast's images become one. */
export type AggregationMethod = 'mean' | 'max' | 'min'

export interface ImagePrediction {
  readonly patientId: string
  readonly laterality: string
  readonly target: number
  readonly probability: number
}

export interface BreastPrediction {
  /** `<patientId>_<laterality>`, the competition's prediction_id. */
  readonly breastId: string
  readonly patientId: string
  readonly laterality: string
  readonly target: number
  readonly probability: number
  /** How many images were aggregated. */
  readonly images: number
}

export interface AggregateOptions {
  /** @default 'mean' */
  readonly method?: AggregationMethod
}

/**
 * Makes one prediction per breast (patient and laterality) of its images' predictions, in order of first appearance.
 *
 * Only probabilities are aggregated; the images of one breast must carry one label.
 *
 * @throws MetricError `labels-disagree`, `bad-target`, `bad-value` with the row's index, `bad-option`
 * @example
 * aggregateByBreast([
 *   { patientId: '7', laterality: 'L', target: 1, probability: 0.9 },
 *   { patientId: '7', laterality: 'L', target: 1, probability: 0.5 },
 * ]) // [{ breastId: '7_L', patientId: '7', laterality: 'L', target: 1, probability: 0.7, images: 2 }]
 */
export function aggregateByBreast(
  rows: readonly ImagePrediction[],
  { method = 'mean' }: AggregateOptions = {},
): BreastPrediction[] {
  if (!['mean', 'max', 'min'].includes(method)) {
    throw new MetricError('bad-option', `Expected mean, max or min for method but received ${method}. Choose one.`, {
      option: 'method',
      value: method,
    })
  }
  const breasts = new Map<string, { first: number; probabilities: number[] }>()
  rows.forEach((row, index) => {
    checkRow(row, index)
    const breastId = `${row.patientId}_${row.laterality}`
    const breast = breasts.get(breastId)
    if (breast === undefined) {
      breasts.set(breastId, { first: index, probabilities: [row.probability] })
      return
    }
    if (rows[breast.first].target !== row.target) {
      throw new MetricError(
        'labels-disagree',
        `Expected one label for breast ${breastId} but received ${rows[breast.first].target} in row ${breast.first} and ${row.target} in row ${index}. Correct the labels of its images.`,
        { breastId, index, value: row.target, firstIndex: breast.first, firstValue: rows[breast.first].target },
      )
    }
    breast.probabilities.push(row.probability)
  })
  return [...breasts].map(([breastId, { first, probabilities }]) => ({
    breastId,
    patientId: rows[first].patientId,
    laterality: rows[first].laterality,
    target: rows[first].target,
    probability: reduce[method](probabilities),
    images: probabilities.length,
  }))
}

const reduce: Record<AggregationMethod, (probabilities: number[]) => number> = {
  mean: (probabilities) => probabilities.reduce((sum, p) => sum + p, 0) / probabilities.length,
  max: (probabilities) => Math.max(...probabilities),
  min: (probabilities) => Math.min(...probabilities),
}

function checkRow({ target, probability }: ImagePrediction, index: number): void {
  if (target !== 0 && target !== 1) {
    throw new MetricError(
      'bad-target',
      `Expected 0 or 1 for the target of row ${index} but received ${target}. Map labels to the numbers 0 and 1.`,
      { index, value: target },
    )
  }
  if (!(probability >= 0 && probability <= 1)) {
    throw new MetricError(
      'bad-value',
      `Expected a number from 0 to 1 for the probability of row ${index} but received ${probability}. Pass probabilities, not logits.`,
      { index, value: probability },
    )
  }
}
