/** images.csv: any data set as a list of files, whose, and what they show. */
import { dirname, join } from 'node:path'
import { readInputFile } from '@mammokit/atomic-files'
import { optionalColumn, parseCsvRows, requiredColumn } from '@mammokit/strict-csv'
import { z } from 'zod'
import { formatTrainCsv, parseTrainCsv, type ScreeningRow } from '../rows/train-csv.ts'
import { safeNames } from './safe-names.ts'
import type { SourceImage } from './source-image.ts'

const columns = {
  image: requiredColumn(
    'image',
    z
      .string()
      .min(1, 'the path of an image')
      .refine((path) => !/^([\\/]|[A-Za-z]:)|(^|[\\/])\.\.([\\/]|$)/.test(path), 'a path below the folder of the file'),
  ),
  patient: requiredColumn('patient', z.string().min(1, "a patient's id")),
  laterality: optionalColumn(
    'laterality',
    z
      .string()
      .regex(/^(l|left|r|right|)$/i, 'L, R, left, right or nothing')
      .transform((side) => side.slice(0, 1).toUpperCase()),
  ),
  view: optionalColumn('view', z.string()),
}

/** Lists the rows of images.csv, whose `image` is a path relative to it. @throws CsvError with the line; FileError */
export async function listImagesCsv(path: string): Promise<SourceImage[]> {
  const root = dirname(path)
  return (await readRows(path)).map(({ values, patientId, imageId }) => {
    const { image, laterality, view } = values
    const source = image.replaceAll('\\', '/')
    const file = join(root, source)
    return { imageId, patientId, path: file, source, laterality: laterality ?? '', view: view ?? '' }
  })
}

/** The rows of images.csv as those of train.csv: `cancer`, `laterality` and `view` must be there. @throws CsvError; FileError */
export async function readImagesCsv(path: string): Promise<ScreeningRow[]> {
  const rows = (await readRows(path)).map(({ cells, values: { laterality }, patientId, imageId }) => {
    const { patient: _, ...others } = cells
    const side = laterality === null ? {} : { laterality }
    return { ...others, ...side, patient_id: patientId, image_id: imageId }
  })
  return parseTrainCsv(formatTrainCsv(rows), path)
}

async function readRows(path: string) {
  const rows = parseCsvRows(await readInputFile(path, 'Check the path.'), path, columns, { unique: ['image'] })
  const patients = safeNames(rows.map(({ values }) => values.patient))
  const paths = rows.map(({ values }) => values.image.replaceAll('\\', '/'))
  const stems = paths.map((image) => image.replace(/\.[^./]+$/, ''))
  const isUnique = new Map<string, boolean>()
  for (const stem of stems) isUnique.set(stem, !isUnique.has(stem))
  const ids = stems.map((stem, at) => (isUnique.get(stem) ? stem : paths[at]!))
  const images = safeNames(ids)
  return rows.map((row, at) => ({
    ...row,
    patientId: patients.get(row.values.patient)!,
    imageId: images.get(ids[at]!)!,
  }))
}
