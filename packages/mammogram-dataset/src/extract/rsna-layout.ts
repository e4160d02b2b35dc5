/** The layout of the RSNA competition: train.csv and train_images/<patient_id>/<image_id>.dcm. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import Papa from 'papaparse'
import { z } from 'zod'
import { DatasetError } from '../dataset-error.ts'
import type { SourceImage } from './list-images.ts'

// Ids become names of files and folders.
const id = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'Expected letters, digits, dots, dashes and underscores')

const csvRow = z.object({
  patient_id: id,
  image_id: id,
  laterality: z.string().default(''),
  view: z.string().default(''),
})

/** Lists the rows of `root/train.csv`. @throws DatasetError `invalid-csv` with the line of a bad or repeated id */
export async function listRsnaLayout(root: string): Promise<SourceImage[]> {
  const path = join(root, 'train.csv')
  const text = (await readFile(path, 'utf8')).replace(/^\uFEFF/, '')
  const { data } = Papa.parse<Record<string, string>>(text, { delimiter: ',', header: true, skipEmptyLines: true })
  const lines = new Map<string, number>()
  return data.map((record, index) => {
    const line = index + 2
    const row = csvRow.safeParse(record)
    if (!row.success) {
      throw new DatasetError(
        'invalid-csv',
        `Expected an image in ${path}, line ${line}: ${z.prettifyError(row.error)}`,
        {
          path,
          line,
        },
      )
    }
    const { patient_id: patientId, image_id: imageId, laterality, view } = row.data
    const before = lines.get(imageId)
    if (before !== undefined) {
      throw new DatasetError(
        'invalid-csv',
        `Expected each image_id once in ${path} but received ${imageId} in lines ${before} and ${line}. Remove one of them.`,
        { path, line, imageId },
      )
    }
    lines.set(imageId, line)
    const source = `train_images/${patientId}/${imageId}.dcm`
    return { imageId, patientId, path: join(root, source), source, laterality, view }
  })
}
