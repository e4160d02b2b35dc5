import type { Selection } from '@mammokit/training-run'

/** What a reader of a selection has to know before believing it: a sentence each. */
export function selectionNotes(selection: Selection): string[] {
  const { isAboveChance, rocAuc, pf1AtThreshold, callAllF1, f1Differences, checkpoint, calibration } = selection
  const notes: string[] = []
  if (isAboveChance === false) {
    const { low, high } = rocAuc
    notes.push(
      `${checkpoint} is not above chance on the ${selection.subset} set: its ROC area of ${digits(rocAuc.value)} has an interval from ${digits(low)} to ${digits(high)}, which holds 0.5.`,
    )
  }
  if (pf1AtThreshold.low !== null && pf1AtThreshold.low <= callAllF1) {
    notes.push(
      `Calling every breast suspicious has an F1 of ${digits(callAllF1)}: the network's is not above it beyond its interval.`,
    )
  }
  const edge = gridEdgeOf(selection)
  if (edge) notes.push(edge)
  const alike = f1Differences.filter(({ difference: { low, high } }) => (low ?? 0) <= 0 && (high ?? 0) >= 0)
  if (alike.length > 0) {
    const epochs = alike.map(({ epoch }) => `${epoch}`)
    const last = epochs.pop()
    const list = epochs.length > 0 ? `epochs ${epochs.join(', ')} and ${last}` : `epoch ${last}`
    notes.push(`Indistinguishable by F1 from ${list}.`)
  }
  if (calibration.method === 'none') {
    notes.push(
      'No calibration improves the probabilities on patients that it was not fitted on; they stay as they are.',
    )
  }
  return notes
}

/** Of a grid: where F1 is another one at the next step. */
function gridEdgeOf({ thresholdRule, threshold, plateau: { low, high } }: Selection): string | undefined {
  if (thresholdRule.rule !== 'reference' || thresholdRule.gridStep === undefined) return undefined
  if (threshold !== low && threshold !== high) return undefined
  const sides = [threshold === low && 'below', threshold === high && 'above'].filter((side) => side !== false)
  return `The threshold of ${threshold} lies on the edge of its plateau on the grid (${low} to ${high}): one step ${sides.join(' or ')} it the F1 is another.`
}

function digits(value: number | null): string {
  return value === null ? '-' : value.toFixed(3)
}
