/** Cases of another place than the run's: none of their patients may be one that the run has seen. */
import {
  describeAdjustments,
  describeLeftOut,
  ownId,
  type ProcessedRow,
  readProcessedRows,
  readUnsplitRows,
} from '@mammokit/screening-data'
import type { RunConfig } from '@mammokit/training-run'
import { EvaluatorError } from '../evaluator-error.ts'

export interface SiteOptions {
  /** Data folder of the cases; all of its labeled images are used, whatever split it has. */
  readonly site: string
  /** Those of the run; null where they are not there, as with an exported file. */
  readonly data: string | readonly string[] | null
  readonly maxLeftOut: number
  /** Equal patient ids are of different people. */
  readonly unrelatedIds: boolean
}

export interface Site {
  readonly rows: readonly ProcessedRow[]
  readonly notes: readonly string[]
}

/**
 * Reads the labeled cases of a data folder that was preprocessed as the run's, and holds them against the run's own.
 *
 * @throws EvaluatorError `patients-seen` where a file, or a patient's id, is one of the run's train, val or test set
 * @throws ScreeningDataError as `readUnsplitRows` and `readProcessedRows`
 */
export async function readSite(
  { site, data, maxLeftOut, unrelatedIds }: SiteOptions,
  { preprocessHash }: Pick<RunConfig, 'preprocessHash'>,
): Promise<Site> {
  const expected = { preprocessHash, owner: data === null ? 'the exported file' : "the run's config.json" }
  const { rows, leftOut, adjustments } = await readUnsplitRows(site, { expected, maxLeftOut })
  if (data !== null) {
    const own = await readProcessedRows(data, { maxLeftOut: 1 })
    assertUnseen(rows, own.rows, { site, data: [data].flat().join(' and '), unrelatedIds })
  }
  const adjusted = describeAdjustments(adjustments)
  return {
    rows,
    notes: [
      ...(data === null
        ? [`Whether the network was trained on patients of ${site} cannot be told from the file.`]
        : []),
      ...(adjusted ? [`${adjusted}.`] : []),
      ...(leftOut.length > 0 ? [`${describeLeftOut(leftOut, rows.length + leftOut.length)}.`] : []),
    ],
  }
}

function assertUnseen(
  rows: readonly ProcessedRow[],
  own: readonly ProcessedRow[],
  { site, data, unrelatedIds }: { readonly site: string; readonly data: string; readonly unrelatedIds: boolean },
): void {
  const bySource = new Map(own.map((row) => [row.sourceSha256, row]))
  const copies = rows.filter(({ sourceSha256 }) => bySource.has(sourceSha256))
  const [copy] = copies
  if (copy) {
    const { imageId, subset } = bySource.get(copy.sourceSha256)!
    throw new EvaluatorError(
      'patients-seen',
      `Expected images in ${site} that the run has not seen but received ${copies.length} of its own: ${copy.imageId} is ${imageId} of ${data}, subset ${subset}. Leave their patients out, for example by exclusions.csv.`,
      { site, images: copies.map((row) => row.imageId) },
    )
  }
  const byPatient = new Map(own.map((row) => [ownId(row.patientId), row]))
  const shared = [...new Set(rows.map(({ patientId }) => patientId))].filter((id) => byPatient.has(id))
  if (unrelatedIds || shared.length === 0) return
  throw new EvaluatorError(
    'patients-seen',
    `Expected patients in ${site} that the run has not seen but received ${shared.length} whose ids stand in ${data}, such as ${shared[0]} (subset ${byPatient.get(shared[0])!.subset}). ` +
      'Leave them out, for example by exclusions.csv; where they are other people, pass --unrelated-ids.',
    { site, patients: shared },
  )
}
