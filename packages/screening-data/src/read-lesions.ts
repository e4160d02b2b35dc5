/** Where the lesions of images are, as far as their data set says. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readInputFile } from '@mammokit/atomic-files'
import { parseCsvRows, requiredColumn } from '@mammokit/strict-csv'
import { z } from 'zod'
import { ownId, type SetRow } from './combine-folders.ts'
import { dataPaths } from './data-paths.ts'
import type { Lesion } from './data-set/data-set-image.ts'
import { lesionsSchema } from './data-set/images-csv.ts'
import { ScreeningDataError } from './screening-data-error.ts'

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
 * @throws CsvError with the line of a cell of ground_truth.csv that cannot be read; ScreeningDataError `bad-lesions` with the image of one
 * of the split
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
  for (const { imageId, columns, dataDir } of rows) {
    const cell = columns.lesions
    // Sets that publish lesions name those of some images; of the others they say nothing.
    const lesions = cell ? parseLesions(cell, imageId) : truths.get(dataDir)?.get(ownId(imageId))
    if (lesions !== undefined) found.set(imageId, lesions)
  }
  return found
}

function parseLesions(cell: string, imageId: string): readonly Lesion[] {
  const parsed = lesionsSchema.safeParse(cell)
  if (parsed.success) return parsed.data
  throw new ScreeningDataError(
    'bad-lesions',
    `Expected ${parsed.error.issues[0]!.message} for lesions of image ${imageId} but received ${JSON.stringify(cell.slice(0, 80))}. Restore the column, or leave it out.`,
    { imageId, received: cell },
  )
}

async function readGroundTruth(dataDir: string): Promise<Map<string, readonly Lesion[]>> {
  const path = join(dataPaths(dataDir).raw, 'ground_truth.csv')
  if (!existsSync(path)) return new Map()
  const rows = parseCsvRows(await readInputFile(path, 'Restore the file.'), path, groundTruth, { cells: false })
  return new Map(rows.map(({ values }) => [values.imageId, values.lesions]))
}
