/** What there is to preprocess: the images of a data folder under names that every file system takes. */
import { resolve } from 'node:path'
import { safeNames } from '../data-set/safe-names.ts'
import { type DataFolderOptions, readDataFolder } from './read-data-folder.ts'
import type { SourceImage } from './source-image.ts'

/**
 * Lists the images of `dataDir`: `raw/train.csv` or `train.csv` with `train_images` beside it, else `raw/images.csv` or
 * `images.csv`, else every DICOM, PNG, JPEG, TIFF and PGM file below `raw` or the folder itself; with `from`, those of that published
 * layout in either.
 *
 * @throws ScreeningDataError `no-images`, `unknown-set`; CsvError with the line of a bad row
 */
export async function listImages(dataDir: string, options: DataFolderOptions = {}): Promise<SourceImage[]> {
  const { root, images } = await readDataFolder(dataDir, options)
  const patients = safeNames(images.map(({ patientId }) => patientId))
  const names = safeNames(images.map(({ imageId }) => imageId))
  return images.map(({ patientId, imageId, image, laterality, view, warnings, fault }) => ({
    imageId: names.get(imageId)!,
    patientId: patients.get(patientId)!,
    path: resolve(root, image),
    source: image,
    laterality: laterality ?? '',
    view: view ?? '',
    ...(warnings.length > 0 && { warnings }),
    ...(fault !== undefined && { fault }),
  }))
}
