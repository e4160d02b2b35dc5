/** Logistic regression with a ridge penalty, for models of a few dozen columns: what a network has to beat. */
import { checkInputs, checkOption } from '../check-inputs.ts'
import { sigmoid } from '../log-odds.ts'
import { MetricError } from '../metric-error.ts'

/** A fitted logistic regression. */
export interface LogisticRegression {
  readonly intercept: number
  /** One for each column. */
  readonly weights: readonly number[]
  /** Log-odds of a sample's columns. */
  readonly logit: (columns: ArrayLike<number>) => number
}

/** Options of `logisticRegression`. */
export interface LogisticRegressionOptions {
  /** Penalty on half the sum of squared weights, the intercept aside, above 0: scikit-learn's 1 / C. @default 1 */
  readonly l2?: number
}

/**
 * Minimizes the summed log loss and the penalty by Newton's method.
 *
 * @param samples finite numbers, as many columns for each sample, [N][columns]
 * @param targets 0 or 1, [N]
 * @throws MetricError `length-mismatch`, `empty`, `bad-target`, `bad-value`, `bad-option`
 * @example
 * logisticRegression([[0], [1], [2], [3]], [0, 0, 1, 1]).weights // [0.96]
 */
export function logisticRegression(
  samples: readonly ArrayLike<number>[],
  targets: ArrayLike<number>,
  { l2 = 1 }: LogisticRegressionOptions = {},
): LogisticRegression {
  checkOption('l2', l2, Number.MIN_VALUE, Number.MAX_VALUE)
  const columns = samples[0]?.length ?? 0
  checkInputs(
    targets,
    samples.map((sample) => checkedSum(sample, columns)),
    'scores',
  )
  // The last weight is the intercept's.
  let weights = new Float64Array(columns + 1)
  let loss = lossOf(samples, targets, weights, l2)
  for (;;) {
    const step = newtonStep(samples, targets, weights, l2)
    let next = weights
    let nextLoss = Number.POSITIVE_INFINITY
    for (let size = 1; size > 1e-10 && !(nextLoss <= loss); size /= 2) {
      next = weights.map((weight, k) => weight - size * step[k])
      nextLoss = lossOf(samples, targets, next, l2)
    }
    if (!(nextLoss < loss)) break
    const gained = loss - nextLoss
    ;[weights, loss] = [next, nextLoss]
    if (gained < 1e-13 * loss) break
  }
  return {
    intercept: weights[columns],
    weights: Array.from(weights.subarray(0, columns)),
    logit: (sample) => logitOf(sample, weights),
  }
}

/** Finite where all columns are. */
function checkedSum(sample: ArrayLike<number>, columns: number): number {
  if (sample.length !== columns) {
    throw new MetricError(
      'length-mismatch',
      `Expected ${columns} columns in every sample but received ${sample.length} in one. Pass as many of each.`,
      { columns, received: sample.length },
    )
  }
  return Array.from(sample).reduce((sum, value) => sum + value, 0)
}

function logitOf(sample: ArrayLike<number>, weights: Float64Array): number {
  let logit = weights[weights.length - 1]
  for (let k = 0; k < sample.length; k++) logit += weights[k] * sample[k]
  return logit
}

function lossOf(samples: readonly ArrayLike<number>[], targets: ArrayLike<number>, weights: Float64Array, l2: number) {
  let sum = 0
  for (let k = 0; k < weights.length - 1; k++) sum += (l2 / 2) * weights[k] ** 2
  for (let i = 0; i < samples.length; i++) {
    const z = logitOf(samples[i], weights)
    sum += Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - targets[i] * z
  }
  return sum
}

/** Solves the information matrix times the step for the gradient. */
function newtonStep(
  samples: readonly ArrayLike<number>[],
  targets: ArrayLike<number>,
  weights: Float64Array,
  l2: number,
): Float64Array {
  const size = weights.length
  const matrix = Array.from({ length: size }, () => new Float64Array(size))
  const gradient = new Float64Array(size)
  const row = new Float64Array(size).fill(1)
  for (let i = 0; i < samples.length; i++) {
    row.set(samples[i])
    const p = sigmoid(logitOf(samples[i], weights))
    const weight = p * (1 - p)
    for (let k = 0; k < size; k++) {
      gradient[k] += (p - targets[i]) * row[k]
      for (let j = 0; j <= k; j++) matrix[k][j] += weight * row[k] * row[j]
    }
  }
  for (let k = 0; k < size - 1; k++) {
    gradient[k] += l2 * weights[k]
    matrix[k][k] += l2
  }
  return solve(matrix, gradient)
}

/** By Cholesky's decomposition of a positive definite matrix, of which the lower half is given. */
function solve(matrix: Float64Array[], values: Float64Array): Float64Array {
  const size = values.length
  const x = values.slice()
  for (let k = 0; k < size; k++) {
    for (let j = 0; j <= k; j++) {
      let sum = matrix[k][j]
      for (let i = 0; i < j; i++) sum -= matrix[k][i] * matrix[j][i]
      matrix[k][j] = k === j ? Math.sqrt(Math.max(sum, Number.MIN_VALUE)) : sum / matrix[j][j]
    }
  }
  for (let k = 0; k < size; k++) {
    for (let j = 0; j < k; j++) x[k] -= matrix[k][j] * x[j]
    x[k] /= matrix[k][k]
  }
  for (let k = size - 1; k >= 0; k--) {
    for (let j = k + 1; j < size; j++) x[k] -= matrix[j][k] * x[j]
    x[k] /= matrix[k][k]
  }
  return x
}
