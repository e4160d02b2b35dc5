/** The layout of the RSNA competition: train.csv and train_images/<patient_id>/<image_id>.dcm, or pictures with the same names. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readInputFile } from '@mammokit/atomic-files'
import { parseCsvRows } from '@mammokit/strict-csv'
import { idColumns, optionalViewColumns } from '../rows/row-columns.ts'
import type { SourceImage } from './source-image.ts'

/** Endings by preference; what a file is is decided by its bytes. */
const endings = ['dcm', 'png', 'jpg', 'jpeg', 'tif', 'tiff', 'pgm']

/** Lists the rows of `root/train.csv`. @throws CsvError with the line of a bad or repeated id */
export async function listRsnaLayout(root: string): Promise<SourceImage[]> {
  const path = join(root, 'train.csv')
  const bytes = await readInputFile(path, 'Check the path.')
  const rows = parseCsvRows(bytes, path, { ...idColumns, ...optionalViewColumns }, { unique: ['imageId'] })
  const folders = new Map<string, ReadonlySet<string>>()
  const images: SourceImage[] = []
  for (const { values } of rows) {
    const { patientId, imageId, laterality, view } = values
    const folder = `train_images/${patientId}`
    const names = folders.get(folder) ?? new Set(await readdir(join(root, folder)).catch(() => []))
    folders.set(folder, names)
    const ending = endings.find((one) => names.has(`${imageId}.${one}`)) ?? 'dcm'
    const source = `${folder}/${imageId}.${ending}`
    images.push({
      imageId,
      patientId,
      path: join(root, source),
      source,
      laterality: laterality ?? '',
      view: view ?? '',
    })
  }
  return images
}
