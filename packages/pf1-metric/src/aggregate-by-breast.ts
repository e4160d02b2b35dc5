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
  const reduce = reducers[method]
  const breasts = new BreastMap()
  rows.forEach((row, index) => {
    checkRow(row, index)
    const { patientId, laterality, target, probability } = row
    const breast = breasts.get(patientId, laterality)
    if (breast === undefined) {
      breasts.add(patientId, laterality, { first: index, images: 1, reduced: probability })
      return
    }
    const firstTarget = rows[breast.first].target
    if (firstTarget !== target) {
      const breastId = `${patientId}_${laterality}`
      throw new MetricError(
        'labels-disagree',
        `Expected one label for breast ${breastId} but received ${firstTarget} in row ${breast.first} and ${target} in row ${index}. Correct the labels of its images.`,
        { breastId, index, value: target, firstIndex: breast.first, firstValue: firstTarget },
      )
    }
    breast.images++
    breast.reduced = reduce(breast.reduced, probability)
  })
  return breasts.all.map(({ first, images, reduced }) => {
    const { patientId, laterality, target } = rows[first]
    const breastId = `${patientId}_${laterality}`
    return {
      ...{ breastId, patientId, laterality, target, images },
      probability: method === 'mean' ? reduced / images : reduced,
    }
  })
}

interface Breast {
  /** Index of its first row. */
  readonly first: number
  images: number
  /** Sum, maximum or minimum of the probabilities of its images so far. */
  reduced: number
}

const reducers: Record<AggregationMethod, (a: number, b: number) => number> = {
  mean: (a, b) => a + b,
  max: Math.max,
  min: Math.min,
}

/** Breasts by patient and laterality: joined into one key, "1_L" and "R" would be "1" and "L_R". */
class BreastMap {
  readonly all: Breast[] = []
  private readonly byPatient = new Map<string, Map<string, Breast>>()

  get(patientId: string, laterality: string): Breast | undefined {
    return this.byPatient.get(patientId)?.get(laterality)
  }

  add(patientId: string, laterality: string, breast: Breast): void {
    this.all.push(breast)
    const ofPatient = this.byPatient.get(patientId)
    if (ofPatient === undefined) this.byPatient.set(patientId, new Map([[laterality, breast]]))
    else ofPatient.set(laterality, breast)
  }
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
