/** What there is to preprocess: the images of a data folder under names that every file system takes. */
import { resolve } from 'node:path'
import type { Adjustments } from '../adjustments/adjustments.ts'
import { safeNames } from '../data-set/safe-names.ts'
import { type DataFolderOptions, readDataFolder } from './read-data-folder.ts'
import type { SourceImage } from './source-image.ts'

/** Options of `listImages`. */
export interface ListImagesOptions extends DataFolderOptions {
  /** Told of what the lists beside the table left out and corrected. */
  readonly onAdjustments?: (adjustments: Adjustments) => void
}

/**
 * Lists the images of `dataDir`: `raw/train.csv` or `train.csv` with `train_images` beside it, else `raw/images.csv` or
 * `images.csv`, else `raw/test.csv` or `test.csv` with `test_images`, else every DICOM, PNG, JPEG, TIFF and PGM file below `raw` or the folder itself; with `from`, those of that published
 * layout in either. Images that exclusions.csv names are not among them.
 *
 * @throws ScreeningDataError `no-images`, `unknown-set`; CsvError with the line of a bad row
 */
export async function listImages(dataDir: string, options: ListImagesOptions = {}): Promise<SourceImage[]> {
  const { root, images, adjustments } = await readDataFolder(dataDir, options)
  options.onAdjustments?.(adjustments)
  const patients = safeNames(images.map(({ patientId }) => patientId))
  const names = safeNames(images.map(({ imageId }) => imageId))
  return images
    .filter(({ excluded }) => excluded === undefined)
    .map(({ patientId, imageId, image, format, laterality, view, warnings, rendering, fault }) => ({
      imageId: names.get(imageId)!,
      patientId: patients.get(patientId)!,
      path: resolve(root, image),
      source: image,
      laterality: laterality ?? '',
      view: view ?? '',
      ...(warnings.length > 0 && { warnings }),
      // A DICOM file says it itself.
      ...(rendering && format !== 'dicom' && { rendering }),
      ...(fault !== undefined && { fault }),
    }))
}
