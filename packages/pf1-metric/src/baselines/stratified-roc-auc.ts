import { checkInputs } from '../check-inputs.ts'
import { cumulativeCounts } from '../cumulative-counts.ts'
import { checkGroups } from '../ranking.ts'
import { rocAuc } from '../roc.ts'

/** Area under the ROC curve within strata. */
export interface StratifiedRocAuc {
  /** Share of the pairs of a positive and a negative of one stratum that are in order; null without such a pair. */
  readonly value: number | null
  readonly pairs: number
  /** Strata with both classes. */
  readonly strata: number
}

/**
 * The ROC area within strata, such as machines, weighted by their pairs: a score that only tells the strata apart has 0.5.
 *
 * @param targets 0 or 1, [N]
 * @param scores any finite numbers, [N]
 * @param strata of each sample, [N]
 * @throws MetricError `length-mismatch`, `empty`, `bad-target`, `bad-value`
 * @example
 * stratifiedRocAuc([0, 1, 0, 1], [0.1, 0.2, 0.8, 0.7], ['a', 'a', 'b', 'b']) // { value: 0.5, pairs: 2, strata: 2 }
 */
export function stratifiedRocAuc(
  targets: ArrayLike<number>,
  scores: ArrayLike<number>,
  strata: ArrayLike<string>,
): StratifiedRocAuc {
  checkInputs(targets, scores, 'scores')
  checkGroups(targets, strata)
  const members = new Map<string, { targets: number[]; scores: number[] }>()
  for (let i = 0; i < targets.length; i++) {
    const stratum = members.get(strata[i]) ?? { targets: [], scores: [] }
    stratum.targets.push(targets[i])
    stratum.scores.push(scores[i])
    members.set(strata[i], stratum)
  }
  let [ordered, pairs, count] = [0, 0, 0]
  for (const stratum of members.values()) {
    const { positives, negatives } = cumulativeCounts(stratum.targets, stratum.scores)
    if (positives === 0 || negatives === 0) continue
    pairs += positives * negatives
    ordered += positives * negatives * rocAuc(stratum.targets, stratum.scores)
    count++
  }
  return { value: pairs === 0 ? null : ordered / pairs, pairs, strata: count }
}
