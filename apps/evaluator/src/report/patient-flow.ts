/** Where every image of the data set went: seen, excluded, refused, placed in a subset, analyzed. */
import type { Adjustments, LeftOutRow, ManifestRow, ProcessedRow, Subset } from '@mammokit/screening-data'

export interface UnitCounts {
  readonly patients: number
  readonly breasts: number
  readonly images: number
  /** Breasts with cancer. */
  readonly positives: number
}

export interface ReasonCount {
  readonly reason: string
  readonly images: number
}

export interface PatientFlow {
  /** Images that preprocessing was given. */
  readonly seen: number
  /** Left out by hand before that. */
  readonly excluded: readonly ReasonCount[]
  /** No picture could, or should, be made of them; the most frequent reason first. */
  readonly refused: readonly ReasonCount[]
  /** Images in no subset: without label, side or view. */
  readonly unplaced: number
  /** Of all subsets. */
  readonly patients: number
  /** Of which pictures were made. */
  readonly subsets: Readonly<Record<Subset, UnitCounts>>
  /** Breasts of the tested subset of which no picture was made. */
  readonly lostBreasts: number
}

interface FlowInput {
  readonly rows: readonly ProcessedRow[]
  readonly leftOut: readonly LeftOutRow[]
  readonly adjustments: Pick<Adjustments, 'excluded'>
  readonly tested: Subset
  /** Of all data folders. */
  readonly manifest: readonly ManifestRow[]
}

export function patientFlow({ rows, leftOut, adjustments, tested, manifest }: FlowInput): PatientFlow {
  const ofSubset = (subset: Subset) => rows.filter((row) => row.subset === subset)
  const analyzed = new Set(ofSubset(tested).map(breastOf))
  const lost = leftOut.filter(({ row }) => row.subset === tested && !analyzed.has(breastOf(row)))
  const failed = manifest.filter(({ status }) => status !== 'ok')
  const placed = rows.length + leftOut.filter(({ reason }) => reason === 'failed').length
  const failedUnplaced = failed.length - (placed - rows.length)
  return {
    seen: manifest.length,
    excluded: adjustments.excluded.map(({ reason, images }) => ({ reason: reason || 'no reason given', images })),
    refused: countReasons(failed.map(({ reason }) => reason)),
    unplaced: manifest.length - placed - failedUnplaced,
    patients: new Set(rows.map(({ patientId }) => patientId)).size,
    subsets: {
      train: countUnits(ofSubset('train')),
      val: countUnits(ofSubset('val')),
      test: countUnits(ofSubset('test')),
    },
    lostBreasts: new Set(lost.map(({ row }) => breastOf(row))).size,
  }
}

type BreastRow = Pick<ProcessedRow, 'patientId' | 'laterality'>

function breastOf({ patientId, laterality }: BreastRow): string {
  return JSON.stringify([patientId, laterality])
}

function countUnits(rows: readonly ProcessedRow[]): UnitCounts {
  return {
    patients: new Set(rows.map(({ patientId }) => patientId)).size,
    breasts: new Set(rows.map(breastOf)).size,
    images: rows.length,
    positives: new Set(rows.filter(({ cancer }) => cancer === 1).map(breastOf)).size,
  }
}

function countReasons(reasons: readonly string[]): ReasonCount[] {
  const counts = new Map<string, number>()
  for (const reason of reasons) counts.set(kindOf(reason), (counts.get(kindOf(reason)) ?? 0) + 1)
  return [...counts].map(([reason, images]) => ({ reason, images })).sort((a, b) => b.images - a.images)
}

/** A manifest's reason without what is particular to one file: `code: message`, of a refusal what was received. */
function kindOf(reason: string): string {
  const received = /^not-admitted: .* but received (.*?)\.(?: |$)/.exec(reason)?.[1]
  if (received !== undefined) return `not admitted: ${received}`
  return /^([a-z]+(?:-[a-z]+)*): /.exec(reason)?.[1]?.replaceAll('-', ' ') ?? (reason || 'no reason given')
}
