/** A sample sorted once, from which each resample of its patients is counted by their weights. */
import { checkInputs } from './check-inputs.ts'
import { type CumulativeCounts, requireClasses } from './cumulative-counts.ts'
import { MetricError } from './metric-error.ts'

/** Samples from the highest score down. */
export interface Ranking {
  readonly targets: Uint8Array
  readonly scores: Float64Array
  /** Number of each sample's group, from 0 in order of first appearance. */
  readonly groups: Uint32Array
  readonly groupCount: number
  readonly positives: number
}

/** Sorts samples by score; `groups` tells which belong together. @throws MetricError as `checkInputs`, `length-mismatch` */
export function rank(targets: ArrayLike<number>, scores: ArrayLike<number>, groups: ArrayLike<string>): Ranking {
  checkInputs(targets, scores, 'scores')
  checkGroups(targets, groups)
  const numbers = new Map<string, number>()
  const groupOf = Uint32Array.from(groups, (group) => {
    const number = numbers.get(group) ?? numbers.size
    if (number === numbers.size) numbers.set(group, number)
    return number
  })
  const order = Uint32Array.from(targets, (_, i) => i).sort((a, b) => scores[b] - scores[a])
  return {
    targets: Uint8Array.from(order, (i) => targets[i]),
    scores: Float64Array.from(order, (i) => scores[i]),
    groups: Uint32Array.from(order, (i) => groupOf[i]),
    groupCount: numbers.size,
    positives: Uint8Array.from(targets).reduce((sum, target) => sum + target, 0),
  }
}

/** @throws MetricError `length-mismatch` where there are not as many groups as targets. */
export function checkGroups(targets: ArrayLike<number>, groups: ArrayLike<string>): void {
  if (groups.length === targets.length) return
  throw new MetricError(
    'length-mismatch',
    `Expected as many groups as targets but received ${groups.length} groups and ${targets.length} targets. Pass the patient of each sample.`,
    { targets: targets.length, groups: groups.length },
  )
}

/** @throws MetricError `no-positives` or `no-negatives` where `statistic` needs the class that is missing. */
export function requireBothClasses({ positives, targets }: Ranking, statistic: string): void {
  requireClasses({ positives, negatives: targets.length - positives }, statistic, 'both')
}

/** Counts samples as often as their group's weight says; what it returns is valid until it is called again. */
export function weightedCounter({
  targets,
  scores,
  groups,
}: Ranking): (weights: ArrayLike<number>) => CumulativeCounts {
  const thresholds = new Float64Array(scores.length)
  const truePositives = new Uint32Array(scores.length)
  const falsePositives = new Uint32Array(scores.length)
  return (weights) => {
    let entry = -1
    let positives = 0
    let negatives = 0
    for (let i = 0; i < scores.length; i++) {
      const weight = weights[groups[i]]
      if (weight === 0) continue
      if (targets[i] === 1) positives += weight
      else negatives += weight
      if (entry < 0 || thresholds[entry] !== scores[i]) thresholds[++entry] = scores[i]
      truePositives[entry] = positives
      falsePositives[entry] = negatives
    }
    return {
      thresholds: thresholds.subarray(0, entry + 1),
      truePositives: truePositives.subarray(0, entry + 1),
      falsePositives: falsePositives.subarray(0, entry + 1),
      positives,
      negatives,
    }
  }
}
