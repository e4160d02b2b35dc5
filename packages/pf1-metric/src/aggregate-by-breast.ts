import { MetricError } from './metric-error.ts'

/** How the probabilities of a breast's images become one. */
export type AggregationMethod = 'mean' | 'max' | 'min'

/** The target and the probability of one image. */
export interface ImagePrediction {
  readonly patientId: string
  readonly laterality: string
  readonly target: number
  readonly probability: number
}

/** The target and the aggregated probability of one breast. */
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

/** How the images of a breast become one probability. */
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
  options: AggregateOptions = {},
): BreastPrediction[] {
  const groups = groupByBreast(rows)
  const probabilities = aggregateBreasts(
    groups,
    rows.map(({ probability }) => probability),
    options,
  )
  return groups.breasts.map((breast, index) => ({ ...breast, probability: probabilities[index] }))
}

/** An image without its probability. */
export type BreastImage = Omit<ImagePrediction, 'probability'>

/** Which image belongs to which breast. */
export interface BreastGroups {
  /** In order of first appearance. */
  readonly breasts: readonly Omit<BreastPrediction, 'probability'>[]
  /** Of each image the index of its breast, [N]. */
  readonly breastOf: Uint32Array
}

/**
 * Which breast each image is of: once for the predictions of many checkpoints.
 *
 * @throws MetricError `labels-disagree`, `bad-target` with the row's index
 * @example
 * const groups = groupByBreast(images)
 * aggregateBreasts(groups, probabilities, { method: 'max' }) // one for each of groups.breasts
 */
export function groupByBreast(rows: readonly BreastImage[]): BreastGroups {
  const breastOf = new Uint32Array(rows.length)
  const breasts = new BreastMap()
  rows.forEach((row, index) => {
    checkTarget(row, index)
    const { patientId, laterality, target } = row
    const breast = breasts.get(patientId, laterality) ?? breasts.add(patientId, laterality, index)
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
    breastOf[index] = breast.number
  })
  return {
    breastOf,
    breasts: breasts.all.map(({ first, images }) => {
      const { patientId, laterality, target } = rows[first]
      return { breastId: `${patientId}_${laterality}`, patientId, laterality, target, images }
    }),
  }
}

/**
 * One probability for each breast, of those of its images.
 *
 * @param probabilities 0 to 1, one for each image that was grouped, [N]
 * @throws MetricError `length-mismatch`, `bad-value` with the row's index, `bad-option`
 */
export function aggregateBreasts(
  { breasts, breastOf }: BreastGroups,
  probabilities: ArrayLike<number>,
  { method = 'mean' }: AggregateOptions = {},
): Float64Array {
  if (probabilities.length !== breastOf.length) {
    throw new MetricError(
      'length-mismatch',
      `Expected as many probabilities as images but received ${probabilities.length} and ${breastOf.length}. Pass one for each image that was grouped.`,
      { probabilities: probabilities.length, images: breastOf.length },
    )
  }
  const images = Uint32Array.from(breasts, (breast) => breast.images)
  return reduceByBreast(images, breastOf, probabilities, method)
}

/** The same of breasts that have so many `images` each. @throws MetricError `bad-value`, `bad-option` */
export function reduceByBreast(
  images: ArrayLike<number>,
  breastOf: Uint32Array,
  probabilities: ArrayLike<number>,
  method: AggregationMethod,
): Float64Array {
  checkMethod(method)
  const reduce = reducers[method]
  const reduced = new Float64Array(images.length).fill(Number.NaN)
  for (let i = 0; i < breastOf.length; i++) {
    const probability = probabilities[i]
    checkProbability(probability, i)
    const breast = breastOf[i]
    reduced[breast] = Number.isNaN(reduced[breast]) ? probability : reduce(reduced[breast], probability)
  }
  if (method === 'mean') for (let i = 0; i < reduced.length; i++) reduced[i] /= images[i]
  return reduced
}

interface Breast {
  readonly number: number
  /** Index of its first row. */
  readonly first: number
  images: number
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

  add(patientId: string, laterality: string, first: number): Breast {
    const breast = { number: this.all.length, first, images: 0 }
    this.all.push(breast)
    const ofPatient = this.byPatient.get(patientId)
    if (ofPatient === undefined) this.byPatient.set(patientId, new Map([[laterality, breast]]))
    else ofPatient.set(laterality, breast)
    return breast
  }
}

function checkMethod(method: AggregationMethod): void {
  if (['mean', 'max', 'min'].includes(method)) return
  throw new MetricError('bad-option', `Expected mean, max or min for method but received ${method}. Choose one.`, {
    option: 'method',
    value: method,
  })
}

function checkTarget({ target }: BreastImage, index: number): void {
  if (target === 0 || target === 1) return
  throw new MetricError(
    'bad-target',
    `Expected 0 or 1 for the target of row ${index} but received ${target}. Map labels to the numbers 0 and 1.`,
    { index, value: target },
  )
}

function checkProbability(probability: number, index: number): void {
  if (probability >= 0 && probability <= 1) return
  throw new MetricError(
    'bad-value',
    `Expected a number from 0 to 1 for the probability of row ${index} but received ${probability}. Pass probabilities, not logits.`,
    { index, value: probability },
  )
}
