/** Figures of a ranking whose groups count as often as a resample drew them, without counts for each threshold. */
import { type Ranking, weightedCounter } from './ranking.ts'
import { bestThreshold, centerOf } from './sweep-thresholds.ts'

export interface ClassWeights {
  readonly positives: number
  readonly negatives: number
}

/** How many positives and negatives a resample has, from what each group has. */
export function classWeigher({ targets, groups, groupCount }: Ranking): (weights: Uint32Array) => ClassWeights {
  const samplesOf = new Uint32Array(groupCount)
  const positivesOf = new Uint32Array(groupCount)
  for (let i = 0; i < targets.length; i++) {
    samplesOf[groups[i]]++
    positivesOf[groups[i]] += targets[i]
  }
  // A resample draws as many groups as there are: only those that differ from the others have to be looked at.
  const usual = samplesOf[0] ?? 0
  const odd = indexesWhere(groupCount, (group) => samplesOf[group] !== usual)
  const positive = indexesWhere(groupCount, (group) => positivesOf[group] > 0)
  return (weights) => {
    let [all, positives] = [usual * groupCount, 0]
    for (let i = 0; i < odd.length; i++) all += weights[odd[i]] * (samplesOf[odd[i]] - usual)
    for (let i = 0; i < positive.length; i++) positives += weights[positive[i]] * positivesOf[positive[i]]
    return { positives, negatives: all - positives }
  }
}

function indexesWhere(count: number, holds: (index: number) => boolean): Uint32Array {
  const indexes = new Uint32Array(count)
  let found = 0
  for (let index = 0; index < count; index++) if (holds(index)) indexes[found++] = index
  return indexes.slice(0, found)
}

/** `sensitivityOf` of the counts of a resample with both classes, from the few samples whose scores decide it. */
export function weightedSensitivity(
  { targets, scores, groups }: Ranking,
  weights: Uint32Array,
  { positives, negatives }: ClassWeights,
  minimum: number,
): number {
  let [found, falsePositives, best] = [0, 0, 0]
  for (let i = 0; i < scores.length; ) {
    const score = scores[i]
    for (; i < scores.length && scores[i] === score; i++) {
      if (targets[i] === 1) found += weights[groups[i]]
      else falsePositives += weights[groups[i]]
    }
    if ((negatives - falsePositives) / negatives < minimum) break
    best = found
  }
  return best / positives
}

/** `areaOf` of the counts of a resample with both classes; what it is asked for in every resample is sorted out once. */
export function areaWeigher(ranking: Ranking): (weights: Uint32Array, classes: ClassWeights) => number {
  const { negatives, ties } = tiesWithPositive(ranking)
  return (weights, { positives, negatives: all }) => {
    // In units of one positive times one negative, exact in integers.
    let [doubledArea, above, at] = [0, 0, 0]
    for (const { positive, from, to } of ties) {
      while (at < from) above += weights[negatives[at++]]
      let [tied, tiedNegatives] = [0, 0]
      for (let i = 0; i < positive.length; i++) tied += weights[positive[i]]
      while (at < to) tiedNegatives += weights[negatives[at++]]
      doubledArea += tied * (2 * (all - above) - tiedNegatives)
      above += tiedNegatives
    }
    return doubledArea / 2 / positives / all
  }
}

/** `bestThreshold` of the counts of a resample with positives: only below one of them can the best F1 be. */
export function thresholdWeigher(ranking: Ranking): (weights: Uint32Array, classes: ClassWeights) => number {
  const { negatives, ties } = tiesWithPositive(ranking)
  const countOf = weightedCounter(ranking)
  const { scores, groups } = ranking
  return (weights, { positives }) => {
    let [found, falsePositives, at] = [0, 0, 0]
    let best = { score: 0, tie: -1, isTied: false }
    for (let tie = 0; tie < ties.length; tie++) {
      const { positive, to } = ties[tie]
      let tied = 0
      for (let i = 0; i < positive.length; i++) tied += weights[positive[i]]
      while (at < to) falsePositives += weights[negatives[at++]]
      if (tied === 0) continue
      found += tied
      const score = (2 * found) / (2 * found + (positives - found) + falsePositives)
      if (score > best.score) best = { score, tie, isTied: false }
      else if (score === best.score) best.isTied = true
    }
    // Several plateaus, of which the widest counts.
    if (best.isTied) return bestThreshold(countOf(weights)).threshold
    let lower = ties[best.tie].end
    while (lower < scores.length && weights[groups[lower]] === 0) lower++
    return centerOf({ low: scores[lower] ?? 0, high: ties[best.tie].score })
  }
}

/** Samples of one score, a positive among them. */
interface Tie {
  readonly score: number
  /** The first sample behind them. */
  readonly end: number
  /** Groups of the positives. */
  readonly positive: Uint32Array
  /** Which of the negatives, counted from the highest score, have the same score. */
  readonly from: number
  readonly to: number
}

function tiesWithPositive({ targets, scores, groups }: Ranking) {
  const negatives = new Uint32Array(targets.length)
  const ties: Tie[] = []
  let count = 0
  for (let i = 0; i < scores.length; ) {
    const score = scores[i]
    const from = count
    const positive: number[] = []
    for (; i < scores.length && scores[i] === score; i++) {
      if (targets[i] === 1) positive.push(groups[i])
      else negatives[count++] = groups[i]
    }
    if (positive.length > 0) ties.push({ score, end: i, positive: Uint32Array.from(positive), from, to: count })
  }
  return { negatives: negatives.subarray(0, count), ties }
}
