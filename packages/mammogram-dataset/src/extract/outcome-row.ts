/** The row of an image of which a worker made a picture, or could not. */
import { FileError } from '@mammokit/atomic-files'
import { type ManifestRow, processedFile, type SourceImage, type SourceState } from '@mammokit/screening-data'
import type { ExtractionOutcome } from './extraction-task.ts'

/** @throws FileError `cannot-write`, which is no fault of the image */
export function outcomeRow(
  image: SourceImage,
  outcome: ExtractionOutcome,
  { seconds, hash, state }: { seconds?: number | undefined; hash: string; state?: SourceState | undefined },
): ManifestRow {
  if (outcome.status === 'cannot-write') throw new FileError('cannot-write', outcome.message, outcome.details)
  const { imageId, patientId, laterality, view, source, path } = image
  const both = { imageId, patientId, laterality, view, seconds, source, preprocessHash: hash }
  const warnings = [...new Set([...(image.warnings ?? []), ...outcome.warnings])]
  if (outcome.status === 'ok') return { ...both, ...outcome, warnings, file: processedFile(image), sourceState: state }
  return {
    ...both,
    status: 'failed',
    method: '',
    // The same text wherever the data lie.
    reason: outcome.reason.replaceAll(path, source),
    score: undefined,
    placement: undefined,
    side: '',
    warnings,
    file: '',
    sourceSha256: '',
    imageSha256: '',
  }
}
