/** The layout of the RSNA competition: train.csv and train_images/<patient_id>/<image_id>.dcm. */
import { join } from 'node:path'
import { readInputFile } from '@mammokit/atomic-files'
import { parseCsvRows } from '@mammokit/strict-csv'
import { idColumns, optionalViewColumns } from '../rows/row-columns.ts'
import type { SourceImage } from './source-image.ts'

/** Lists the rows of `root/train.csv`. @throws CsvError with the line of a bad or repeated id */
export async function listRsnaLayout(root: string): Promise<SourceImage[]> {
  const path = join(root, 'train.csv')
  const bytes = await readInputFile(path, 'Check the path.')
  const rows = parseCsvRows(bytes, path, { ...idColumns, ...optionalViewColumns }, { unique: ['imageId'] })
  return rows.map(({ values: { patientId, imageId, laterality, view } }) => {
    const source = `train_images/${patientId}/${imageId}.dcm`
    return { imageId, patientId, path: join(root, source), source, laterality: laterality ?? '', view: view ?? '' }
  })
}
