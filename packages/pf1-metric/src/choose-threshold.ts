/** Thresholds by what is asked of them: the best F1, a sensitivity, a specificity, a recall rate, or the best balance of costs. */
import { checkOption } from './check-inputs.ts'
import { type CumulativeCounts, requireClasses } from './cumulative-counts.ts'
import { varianceOverGroups } from './intervals/influences.ts'
import { logOdds, sigmoid } from './log-odds.ts'
import { countsOf, type Ranking, rank } from './ranking.ts'
import { bestThreshold } from './sweep-thresholds.ts'

/** How a threshold is chosen. */
export type ThresholdRule =
  /** The middle, in log-odds, of the thresholds whose F1 is within a standard error of the best: that one is decided by few breasts. */
  | { readonly rule: 'f1' }
  /** The best F1 itself, as the reference takes it; on a grid of this step, or of every observed probability. */
  | { readonly rule: 'reference'; readonly gridStep?: number | undefined }
  /** The highest threshold with this sensitivity, the lowest with this specificity, or with no more than this share of breasts called. */
  | { readonly rule: 'sensitivity' | 'specificity' | 'recall-rate'; readonly at: number }
  /** The most cancers found less false alarms, each of which counts as much as this share of a cancer. */
  | { readonly rule: 'utility'; readonly at: number }

/** A threshold, and how far it could move without changing what its rule asks for. */
export interface ChosenThreshold {
  /** A probability at or above it counts as positive. */
  readonly threshold: number
  /** The thresholds above `low` and up to `high` are as good by the rule; of `f1` those between may be worse, but not these two. */
  readonly plateau: { readonly low: number; readonly high: number }
}

/**
 * Chooses a threshold by a rule.
 *
 * @param targets 0 or 1, [N]
 * @param probabilities 0 to 1, [N]
 * @param groups the patient of each, [N]
 * @throws MetricError `length-mismatch`, `empty`, `bad-target`, `bad-value`, `bad-option`, `no-positives`, `no-negatives`
 * @example
 * chooseThreshold([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8], ['a', 'b', 'c', 'd'], { rule: 'sensitivity', at: 0.9 }) // { threshold: 0.225, ... }
 */
export function chooseThreshold(
  targets: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  groups: ArrayLike<string>,
  rule: ThresholdRule,
): ChosenThreshold {
  return thresholdOfRanking(rank(targets, probabilities, groups), rule)
}

/** The same of a ranking. */
export function thresholdOfRanking(ranking: Ranking, rule: ThresholdRule): ChosenThreshold {
  return thresholdOfCounts(ranking, countsOf(ranking), rule)
}

/** The same of a ranking and its own counts. */
export function thresholdOfCounts(ranking: Ranking, counts: CumulativeCounts, rule: ThresholdRule): ChosenThreshold {
  requireClasses(counts, 'chooseThreshold', 'positives')
  return rule.rule === 'f1' ? withinError(ranking, counts) : thresholdByRule(counts, rule)
}

/** Of counts, as of a resample; of rule `f1` the best F1 itself, whose spread over resamples is what the rule is for. */
export function thresholdByRule(counts: CumulativeCounts, rule: ThresholdRule): ChosenThreshold {
  if (rule.rule === 'f1') return bestThreshold(counts)
  if (rule.rule === 'reference') {
    const { threshold, plateau } = bestThreshold(counts, rule.gridStep === undefined ? {} : { gridStep: rule.gridStep })
    return { threshold, plateau }
  }
  const { at } = rule
  checkOption('at', at, 0, rule.rule === 'utility' ? Number.MAX_VALUE : 1)
  if (rule.rule === 'specificity') requireClasses(counts, 'chooseThreshold', 'both')
  const index = indexOf[rule.rule](counts, at)
  return plateauAt(counts, index, index)
}

type IndexOf = (counts: CumulativeCounts, at: number) => number

/** Index of the lowest threshold that is called positive; -1 calls nobody. */
const indexOf: Readonly<Record<'sensitivity' | 'specificity' | 'recall-rate' | 'utility', IndexOf>> = {
  sensitivity: ({ truePositives, positives }, at) =>
    at === 0 ? -1 : truePositives.findIndex((found) => found / positives >= at),
  specificity: ({ falsePositives, negatives }, at) =>
    lastWhere(falsePositives.length, (i) => (negatives - falsePositives[i]) / negatives >= at),
  'recall-rate': ({ truePositives, falsePositives, positives, negatives }, at) =>
    lastWhere(truePositives.length, (i) => (truePositives[i] + falsePositives[i]) / (positives + negatives) <= at),
  utility: ({ truePositives, falsePositives }, at) => {
    let best = -1
    let most = 0
    for (let i = 0; i < truePositives.length; i++) {
      const utility = truePositives[i] - at * falsePositives[i]
      if (utility > most) [best, most] = [i, utility]
    }
    return best
  },
}

/** The thresholds whose F1 is within a standard error over groups of the best one. */
function withinError(ranking: Ranking, counts: CumulativeCounts): ChosenThreshold {
  const scores = Float64Array.from(counts.thresholds, (_, i) => f1At(counts, i))
  const best = scores.indexOf(scores.reduce((a, b) => Math.max(a, b), 0))
  const called = counts.truePositives[best] + counts.falsePositives[best]
  // F1 is a ratio of sums, 2 sum(target call) / (sum(target) + sum(call)).
  const influences = ranking.scores.map((score, i) => {
    const call = score >= counts.thresholds[best] ? 1 : 0
    return (2 * ranking.targets[i] * call - scores[best] * (ranking.targets[i] + call)) / (counts.positives + called)
  })
  const variance = ranking.groupCount > 1 ? varianceOverGroups(ranking, influences) : 0
  const least = scores[best] - Math.sqrt(variance)
  const isGood = (score: number) => score >= least
  const { plateau } = plateauAt(counts, scores.findIndex(isGood), scores.findLastIndex(isGood))
  const middle = (logOdds(plateau.low) + logOdds(plateau.high)) / 2
  const threshold = Math.min(Math.max(sigmoid(middle), plateau.low), plateau.high)
  return { threshold: threshold > plateau.low ? threshold : plateau.high, plateau }
}

/** From the next lower observed probability, or 0, up to that of the first index; of nobody, above the highest. */
function plateauAt({ thresholds }: CumulativeCounts, first: number, last: number): ChosenThreshold {
  const low = thresholds[last + 1] ?? 0
  const high = first < 0 ? 1 : thresholds[first]
  const center = low + (high - low) / 2
  return { threshold: center > low ? center : high, plateau: { low, high } }
}

function f1At({ truePositives, falsePositives, positives }: CumulativeCounts, i: number): number {
  return (2 * truePositives[i]) / (truePositives[i] + falsePositives[i] + positives)
}

function lastWhere(length: number, isGood: (index: number) => boolean): number {
  let index = -1
  while (index + 1 < length && isGood(index + 1)) index++
  return index
}
