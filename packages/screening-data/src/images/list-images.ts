/** What there is to preprocess: the images of a data set in the RSNA layout, or of any folder of DICOM files. */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ScreeningDataError } from '../screening-data-error.ts'
import { listDicomFolder } from './dicom-folder.ts'
import { listRsnaLayout } from './rsna-layout.ts'
import type { SourceImage } from './source-image.ts'

/**
 * Lists the images of `dataDir`: `raw/train.csv` or `train.csv` with `train_images` beside it, else every DICOM file below
 * `raw` or the folder itself.
 *
 * @throws ScreeningDataError `no-images`; CsvError with the line of a bad row of train.csv
 */
export async function listImages(dataDir: string): Promise<SourceImage[]> {
  const roots = [join(dataDir, 'raw'), dataDir]
  for (const root of roots) if (await exists(join(root, 'train.csv'))) return listRsnaLayout(root)
  for (const root of roots) {
    if (!(await exists(root))) continue
    const images = await listDicomFolder(root)
    if (images.length > 0) return images
  }
  throw new ScreeningDataError(
    'no-images',
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
