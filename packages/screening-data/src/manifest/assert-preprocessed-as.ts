/** Pictures are comparable only where one preprocessing made them. */
import { ScreeningDataError } from '../screening-data-error.ts'
import type { ManifestRow } from './manifest.ts'

/** The preprocess hash that every image must have, and whose it is: `this configuration`. */
export interface ExpectedPreprocessing {
  readonly preprocessHash: string
  readonly owner: string
}

/**
 * @param manifest path of the file that has the row, named in the error
 * @throws ScreeningDataError `preprocess-mismatch`, which names both sides
 */
export function assertPreprocessedAs(
  { preprocessHash, owner }: ExpectedPreprocessing,
  image: Pick<ManifestRow, 'imageId' | 'preprocessHash'>,
  manifest: string,
): void {
  if (image.preprocessHash === preprocessHash) return
  throw new ScreeningDataError(
    'preprocess-mismatch',
    `Expected preprocess hash ${preprocessHash} (${owner}) but received ${image.preprocessHash} (${manifest}, image ${image.imageId}). ` +
      'Give the configuration that extract-rois had, or run extract-rois --redo.',
    { expected: preprocessHash, received: image.preprocessHash, imageId: image.imageId },
  )
}
