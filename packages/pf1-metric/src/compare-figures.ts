/** The figures that checkpoints are compared by, all from one sort of the scores. */
import { type ChosenThreshold, type ThresholdRule, thresholdOfCounts } from './choose-threshold.ts'
import { pfBeta } from './pf-beta.ts'
import { averagePrecisionOf } from './precision-recall.ts'
import { countsOf, rank } from './ranking.ts'
import { areaOf } from './roc.ts'
import { bestScore } from './sweep-thresholds.ts'

/** Figures of one checkpoint, by which `compareFigures` compares it with others. */
export interface ComparedFigures extends ChosenThreshold {
  /** F1 of the calls at the threshold, and of those at the best one. */
  readonly pf1AtThreshold: number
  readonly bestF1: number
  readonly pf1: number
  /** Null without a negative. */
  readonly rocAuc: number | null
  readonly averagePrecision: number
}

/**
 * The threshold by a rule, and the figures of one model: those that `chooseThreshold`, `pfBeta`, `rocAuc` and `averagePrecision` give.
 *
 * @param targets 0 or 1, [N]
 * @param probabilities 0 to 1, [N]
 * @param groups the patient of each, [N]
 * @throws MetricError as `chooseThreshold`
 * @example
 * compareFigures([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8], ['a', 'b', 'c', 'd'], { rule: 'reference' }).rocAuc // 0.75
 */
export function compareFigures(
  targets: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  groups: ArrayLike<string>,
  rule: ThresholdRule,
): ComparedFigures {
  const pf1 = pfBeta(targets, probabilities)
  const ranking = rank(targets, probabilities, groups)
  const counts = countsOf(ranking)
  const { threshold, plateau } = thresholdOfCounts(ranking, counts, rule)
  const calls = Float64Array.from(probabilities, (probability) => Number(probability >= threshold))
  return {
    threshold,
    plateau,
    pf1,
    pf1AtThreshold: pfBeta(targets, calls),
    bestF1: bestScore(counts),
    rocAuc: counts.negatives > 0 ? areaOf(counts) : null,
    averagePrecision: averagePrecisionOf(counts),
  }
}
