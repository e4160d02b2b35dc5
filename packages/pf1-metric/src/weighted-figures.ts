/** Figures of a ranking whose groups count as often as a resample drew them, without counts for each threshold. */
import type { Ranking } from './ranking.ts'

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
  return (weights) => {
    let [all, positives] = [0, 0]
    for (let group = 0; group < groupCount; group++) {
      all += weights[group] * samplesOf[group]
      positives += weights[group] * positivesOf[group]
    }
    return { positives, negatives: all - positives }
  }
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

/** `areaOf` of the counts of a resample with both classes. */
export function weightedArea(
  { targets, scores, groups }: Ranking,
  weights: Uint32Array,
  { positives, negatives }: ClassWeights,
): number {
  let [doubledArea, above] = [0, 0]
  for (let i = 0; i < scores.length; ) {
    const score = scores[i]
    let [tied, tiedNegatives] = [0, 0]
    for (; i < scores.length && scores[i] === score; i++) {
      if (targets[i] === 1) tied += weights[groups[i]]
      else tiedNegatives += weights[groups[i]]
    }
    doubledArea += tiedNegatives * (2 * above + tied)
    above += tied
  }
  return doubledArea / 2 / positives / negatives
}
