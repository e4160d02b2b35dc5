import { ScreeningDataError } from '../screening-data-error.ts'
import type { ManifestRow } from './manifest.ts'

/**
 * Throws where a table and the manifest give one image to two patients.
 *
 * @param paths of both files, named in the error
 * @throws ScreeningDataError `patient-mismatch`
 */
export function assertSamePatients(
  rows: readonly { readonly imageId: string; readonly patientId: string }[],
  images: ReadonlyMap<string, ManifestRow>,
  paths: { readonly rows: string; readonly manifest: string },
): void {
  const odd = rows.find(({ imageId, patientId }) => (images.get(imageId)?.patientId ?? patientId) !== patientId)
  if (odd === undefined) return
  const patientId = images.get(odd.imageId)?.patientId
  throw new ScreeningDataError(
    'patient-mismatch',
    `Expected patient ${patientId} (${paths.manifest}) for image ${odd.imageId} but received ${odd.patientId} (${paths.rows}). ` +
      'Restore the original table, or run extract-rois where the table is right; then split again where splits.csv was made of the wrong one.',
    { imageId: odd.imageId, expected: patientId, received: odd.patientId },
  )
}
