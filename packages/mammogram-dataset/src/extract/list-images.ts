/** What there is to preprocess: the images of a data set in the RSNA layout, or of any folder of DICOM files. */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { DatasetError } from '../dataset-error.ts'
import { listDicomFolder } from './dicom-folder.ts'
import { listRsnaLayout } from './rsna-layout.ts'

/** One DICOM file and the ids under which its image is kept. */
export interface SourceImage {
  readonly imageId: string
  readonly patientId: string
  /** Absolute path, and the path relative to the input folder that goes into the manifest. */
  readonly path: string
  readonly source: string
  readonly laterality: string
  readonly view: string
  /** Why this image cannot be made, where that is known before its file is read. */
  readonly fault?: string
}

/**
 * Lists the images of `dataDir`: `raw/train.csv` or `train.csv` with `train_images` beside it, else every DICOM file below
 * `raw` or the folder itself.
 *
 * @throws DatasetError `input-not-found`, `invalid-csv`
 */
export async function listImages(dataDir: string): Promise<SourceImage[]> {
  const roots = [join(dataDir, 'raw'), dataDir]
  for (const root of roots) if (await exists(join(root, 'train.csv'))) return listRsnaLayout(root)
  for (const root of roots) {
    if (!(await exists(root))) continue
    const images = await listDicomFolder(root)
    if (images.length > 0) return images
  }
  throw new DatasetError(
    'input-not-found',
    `Expected train.csv and train_images, or DICOM files, in ${dataDir} or its folder raw but received neither. Check the path.`,
    { dataDir },
  )
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
