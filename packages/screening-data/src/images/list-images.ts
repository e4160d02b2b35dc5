/** What there is to preprocess: the images of a data set in the RSNA layout, of a list, or of any folder. */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ScreeningDataError } from '../screening-data-error.ts'
import { listImageFolder } from './image-folder.ts'
import { listImagesCsv } from './images-csv.ts'
import { listRsnaLayout } from './rsna-layout.ts'
import type { SourceImage } from './source-image.ts'

export interface ListImagesOptions {
  /** Folders of made images that are none to list. @default `<dataDir>/processed` */
  readonly exclude?: readonly string[]
}

/**
 * Lists the images of `dataDir`: `raw/train.csv` or `train.csv` with `train_images` beside it, else `raw/images.csv` or
 * `images.csv`, else every DICOM, PNG, JPEG, TIFF and PGM file below `raw` or the folder itself.
 *
 * @throws ScreeningDataError `no-images`; CsvError with the line of a bad row
 */
export async function listImages(dataDir: string, options: ListImagesOptions = {}): Promise<SourceImage[]> {
  const exclude = [join(dataDir, 'processed'), ...(options.exclude ?? [])]
  const roots = [join(dataDir, 'raw'), dataDir]
  for (const root of roots) if (await exists(join(root, 'train.csv'))) return listRsnaLayout(root)
  for (const root of roots) if (await exists(join(root, 'images.csv'))) return listImagesCsv(join(root, 'images.csv'))
  for (const root of roots) {
    if (!(await exists(root))) continue
    const images = await listImageFolder(root, exclude)
    if (images.length > 0) return images
  }
  throw new ScreeningDataError(
    'no-images',
    `Expected train.csv and train_images, images.csv, or image files in ${dataDir} or its folder raw but received none of them. Check the path.`,
    { dataDir },
  )
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
