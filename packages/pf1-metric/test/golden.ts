import { readFileSync } from 'node:fs'

interface GoldenCase {
  name: string
  targets: number[]
  probabilities: number[]
  pfBeta: Record<string, number>
  fBetaAtHalf: Record<string, number>
  rocAuc: number
  rocCurve: { fpr: number[]; tpr: number[]; thresholds: number[] }
  averagePrecision: number
  precisionRecallCurve: { precision: number[]; recall: number[]; thresholds: number[] }
  sensitivityAtSpecificity95: number
  brier: number
  ece: Record<string, number>
  calibration10: { true: number[]; pred: number[] }
  calibrationQuantile5: { true: number[]; pred: number[] }
  confusionAtHalf: { tn: number; fp: number; fn: number; tp: number }
  logits: number[]
  temperature: number
  logLoss: number
  ridge: { weights: number[]; intercept: number }
  stratifiedRocAuc: number
  platt: { slope: number; intercept: number }
  calibrationLine: Record<'slope' | 'intercept', { value: number; error: number }>
  sensitivityAtSpecificity90: number
  specificityAtSensitivity90: number
  isotonic: { queries: number[]; values: number[] }
}

interface Golden {
  cases: GoldenCase[]
  onBinEdges: Pick<GoldenCase, 'targets' | 'probabilities' | 'ece'>
}

export const { cases: goldenCases, onBinEdges }: Golden = JSON.parse(
  readFileSync(new URL('./fixtures/metrics.json', import.meta.url), 'utf8'),
)

/** Largest difference of two lists of equal length; Infinity where the lengths differ. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY
  return Array.from(a, (value, i) => Math.abs(value - b[i])).reduce((x, y) => Math.max(x, y), 0)
}
