/** Where the lesions of images are, as far as their data set says. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readInputFile } from '@mammokit/atomic-files'
import { parseCsvRows, requiredColumn } from '@mammokit/strict-csv'
import { z } from 'zod'
import type { SetRow } from './combine-folders.ts'
import { dataPaths } from './data-paths.ts'
import type { Lesion } from './data-set/data-set-image.ts'
import { lesionsSchema } from './data-set/images-csv.ts'

const number = z.string().regex(/^-?\d+(\.\d+)?$/)

/** `type x y width height`, separated by semicolons, as mammogram-phantom writes them. */
const phantomLesions = z.string().transform((cell, context): readonly Lesion[] => {
  const parts = cell === '' ? [] : cell.split(';').map((part) => part.trim().split(' '))
  if (!parts.every(([, ...box]) => box.length === 4 && box.every((value) => number.safeParse(value).success))) {
    context.addIssue({ code: 'custom', message: 'lesions such as "benign-mass 73 256 20 20", or nothing' })
    return z.NEVER
  }
  return parts.map(([label, ...box]) => {
    const [x, y, width, height] = box.map(Number) as [number, number, number, number]
    return { x, y, width, height, label: label! }
  })
})

const groundTruth = {
  imageId: requiredColumn('image_id', z.string().min(1, "an image's id")),
  lesions: requiredColumn('lesions', phantomLesions),
}

/**
 * The lesions of each image by its id, boxes in pixels of the original image: from the column `lesions` of the split, which `import`
 * writes, else from `raw/ground_truth.csv`, which phantoms have. An image that neither speaks of is not in the map; one that has no
 * lesion has an empty list.
 *
 * @throws CsvError with the line of a cell that cannot be read
 * @example
 * const { rows } = await readProcessedRows('data', { subsets: ['test'] })
 * (await readLesions(rows)).get('896688465') // [{ x: 73, y: 256, width: 20, height: 20, label: 'benign-mass' }]
 */
export async function readLesions(
  rows: readonly (Pick<SetRow, 'imageId' | 'set' | 'columns'> & { readonly dataDir: string })[],
): Promise<Map<string, readonly Lesion[]>> {
  const truths = new Map<string, ReadonlyMap<string, readonly Lesion[]>>()
  for (const dataDir of new Set(rows.map((row) => row.dataDir))) truths.set(dataDir, await readGroundTruth(dataDir))
  const found = new Map<string, readonly Lesion[]>()
  for (const { imageId, set, columns, dataDir } of rows) {
    const ownId = set !== null && imageId.startsWith(`${set}/`) ? imageId.slice(set.length + 1) : imageId
    const cell = columns.lesions
    // Sets that publish lesions name those of some images; of the others they say nothing.
    const lesions = cell ? lesionsSchema.safeParse(cell).data : truths.get(dataDir)?.get(ownId)
    if (lesions !== undefined) found.set(imageId, lesions)
  }
  return found
}

async function readGroundTruth(dataDir: string): Promise<Map<string, readonly Lesion[]>> {
  const path = join(dataPaths(dataDir).raw, 'ground_truth.csv')
  if (!existsSync(path)) return new Map()
  const rows = parseCsvRows(await readInputFile(path, 'Restore the file.'), path, groundTruth, { cells: false })
  return new Map(rows.map(({ values }) => [values.imageId, values.lesions]))
}
