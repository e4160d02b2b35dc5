/** images.csv: any data set as a list of files, whose, and what they show. */
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path'
import { readInputFile, writeFileAtomic } from '@mammokit/atomic-files'
import { CsvError, formatCsv, optionalColumn, parseCsvRows, requiredColumn } from '@mammokit/strict-csv'
import { z } from 'zod'
import { detailColumns, optionalFlag, optionalNumber, optionalText } from '../rows/row-columns.ts'
import { type DataSetImage, dataSetImage, type Lesion } from './data-set-image.ts'
import { imageTable, type StandardColumn } from './image-table.ts'
import { renderingColumns, renderingOf } from './rendering.ts'

const box = z.strictObject({
  x: z.number(),
  y: z.number(),
  width: z.number().min(0),
  height: z.number().min(0),
  label: z.string().optional(),
})

/** JSON of boxes, as in the column `lesions`. */
export const lesionsSchema = z.string().transform((cell, context): readonly Lesion[] => {
  if (cell === '') return []
  try {
    return z.array(box).parse(JSON.parse(cell)) as readonly Lesion[]
  } catch {
    context.addIssue({ code: 'custom', message: 'JSON such as [{"x":0,"y":0,"width":9,"height":9}], or nothing' })
    return z.NEVER
  }
})

const columns = {
  image: requiredColumn('image', z.string().min(1, 'the path of an image')),
  patient: requiredColumn('patient', z.string().min(1, "a patient's id")),
  imageId: optionalColumn('image_id', z.string().min(1, "an image's id")),
  study: optionalColumn('study', optionalText),
  laterality: optionalColumn(
    'laterality',
    z
      .string()
      .regex(/^(l|left|r|right|)$/i, 'L, R, left, right or nothing')
      .transform((side) => (side.slice(0, 1).toUpperCase() || null) as DataSetImage['laterality']),
  ),
  view: optionalColumn('view', optionalText),
  age: optionalColumn('age', optionalNumber),
  cancer: optionalColumn(
    'cancer',
    z.enum(['0', '1', ''], '0, 1 or nothing').transform((cell) => (cell === '' ? null : (Number(cell) as 0 | 1))),
  ),
  cancerSource: optionalColumn('cancer_source', z.string()),
  density: optionalColumn(
    'density',
    z
      .string()
      .regex(/^[A-Da-d]?$/, 'A, B, C, D or nothing')
      .transform((letter) => (letter.toUpperCase() || null) as DataSetImage['density']),
  ),
  birads: optionalColumn('BIRADS', optionalNumber),
  machineId: optionalColumn('machine_id', optionalText),
  implant: optionalColumn('implant', optionalFlag),
  lesions: optionalColumn('lesions', lesionsSchema),
  subset: optionalColumn(
    'published_subset',
    z
      .enum(['train', 'val', 'test', ''], 'train, val, test or nothing')
      .transform((subset) => (subset === '' ? null : subset)),
  ),
  set: optionalColumn('set', z.string().min(1, 'the name of a data set')),
  warnings: optionalColumn(
    'warnings',
    z.string().transform((cell) => cell.split(' ').filter((warning) => warning !== '')),
  ),
  ...renderingColumns,
}

/** Columns whose cells may be corrected by hand, and the field of an image that each is. */
export const correctableColumns = (
  ['laterality', 'view', 'age', 'cancer', 'density', 'birads', 'machineId', 'implant', 'subset'] as const
).map((field) => ({ field, ...columns[field] }))

const standardNames = new Set(Object.values(columns).map(({ name }) => name))

/** Judged as in train.csv, and kept among the set's own columns. */
const { siteId, biopsy, invasive, difficultNegativeCase } = detailColumns
const trainColumns = { siteId, biopsy, invasive, difficultNegativeCase }

/**
 * Reads images.csv. Without `image_id` an image is known by its path. Without `set` the images lie below the file, and the set is `folder`.
 *
 * @throws CsvError with the line; FileError
 */
export async function readImagesCsv(path: string, onFault = thrown): Promise<DataSetImage[]> {
  const content = await readInputFile(path, 'Check the path.')
  const rows = parseCsvRows(content, path, { ...columns, ...trainColumns }, { unique: ['image'], onFault }).filter(
    ({ values, line }) =>
      (values.set !== null || isBelow(values.image, path, line, onFault)) && hasWholeFrame(values, path, line, onFault),
  )
  const paths = rows.map(({ values }) => values.image.replaceAll('\\', '/'))
  const ids = idsOfPaths(paths)
  const images = rows.map(({ values, cells, line }, at) => {
    const rendering = renderingOf(values)
    return dataSetImage({
      image: paths[at]!,
      patientId: values.patient,
      imageId: values.imageId ?? ids[at]!,
      studyId: values.study,
      laterality: values.laterality,
      view: values.view,
      age: values.age,
      cancer: values.cancer,
      cancerSource: values.cancerSource ?? '',
      density: values.density,
      birads: values.birads,
      machineId: values.machineId,
      implant: values.implant,
      lesions: values.lesions ?? [],
      subset: values.subset,
      set: values.set ?? 'folder',
      columns: Object.fromEntries(Object.entries(cells).filter(([name]) => !standardNames.has(name))),
      warnings: values.warnings ?? [],
      ...(rendering && { rendering }),
      table: 'images.csv',
      line,
    })
  })
  return distinct(images, path, onFault)
}

function thrown(error: CsvError): void {
  throw error
}

const standard: readonly StandardColumn<DataSetImage>[] = [
  { column: columns.image, value: ({ image }) => image },
  { column: columns.patient, value: ({ patientId }) => patientId },
  { column: columns.imageId, value: ({ imageId }) => imageId },
  { column: columns.study, value: ({ studyId }) => studyId, always: true },
  { column: columns.laterality, value: ({ laterality }) => laterality, always: true },
  { column: columns.view, value: ({ view }) => view, always: true },
  { column: columns.age, value: ({ age }) => age, always: true },
  { column: columns.cancer, value: ({ cancer }) => cancer, always: true },
  { column: columns.cancerSource, value: ({ cancerSource }) => cancerSource, always: true },
  { column: columns.density, value: ({ density }) => density, always: true },
  { column: columns.birads, value: ({ birads }) => birads, always: true },
  { column: columns.machineId, value: ({ machineId }) => machineId, always: true },
  { column: columns.implant, value: ({ implant }) => implant, always: true },
  {
    column: columns.lesions,
    value: ({ lesions }) => (lesions.length === 0 ? '' : JSON.stringify(lesions)),
    always: true,
  },
  { column: columns.subset, value: ({ subset }) => subset, always: true },
  { column: columns.set, value: ({ set }) => set },
  { column: columns.warnings, value: ({ warnings }) => warnings.join(' ') },
  { column: columns.photometricInterpretation, value: ({ rendering }) => rendering?.polarity ?? null },
  { column: columns.frameHeight, value: ({ rendering }) => rendering?.frame?.height ?? null },
  { column: columns.frameWidth, value: ({ rendering }) => rendering?.frame?.width ?? null },
]

/**
 * Writes images.csv, whole or not at all. The path of an image below the file's folder is relative to it, that of any other absolute.
 *
 * @param root the folder that the images' paths are relative to
 * @throws FileError `cannot-write`
 */
export async function writeImagesCsv(path: string, images: readonly DataSetImage[], root: string): Promise<void> {
  const folder = resolve(dirname(path))
  const placed = images.map((image) => ({ ...image, image: placeFrom(folder, resolve(root, image.image)) }))
  const { header, rows } = imageTable(placed, standard)
  await writeFileAtomic(path, formatCsv(header, rows))
}

function placeFrom(folder: string, file: string): string {
  const below = relative(folder, file)
  const isBelow = below !== '' && !isAbsolute(below) && below.split(sep)[0] !== '..'
  return (isBelow ? below : file).replaceAll(sep, '/')
}

/** The path without its ending, where no other image has the same. */
function idsOfPaths(paths: readonly string[]): string[] {
  const stems = paths.map((image) => image.replace(/\.[^./]+$/, ''))
  const isUnique = new Map<string, boolean>()
  for (const stem of stems) isUnique.set(stem, !isUnique.has(stem))
  return stems.map((stem, at) => (isUnique.get(stem) ? stem : paths[at]!))
}

/** A list that someone wrote, or sent, names no file elsewhere. */
function isBelow(image: string, path: string, line: number, onFault: (error: CsvError) => void): boolean {
  if (!/^([\\/]|[A-Za-z]:)|(^|[\\/])\.\.([\\/]|$)/.test(image)) return true
  onFault(
    new CsvError(
      'bad-value',
      `Expected a path below the folder of the file for image but received ${JSON.stringify(image)} on line ${line} of ${path}. Correct that cell; mammokit-trainer import lists images that lie elsewhere.`,
      { path, line, column: 'image', value: image },
    ),
  )
  return false
}

/** One side of a frame says nothing of its shape. */
function hasWholeFrame(
  { frameHeight, frameWidth }: { readonly frameHeight: number | null; readonly frameWidth: number | null },
  path: string,
  line: number,
  onFault: (error: CsvError) => void,
): boolean {
  if ((frameHeight === null) === (frameWidth === null)) return true
  const [missing, told] = frameHeight === null ? ['frame_height', 'frame_width'] : ['frame_width', 'frame_height']
  onFault(
    new CsvError(
      'bad-value',
      `Expected both frame_height and frame_width but received ${told} alone on line ${line} of ${path}. Add ${missing}, or leave both empty.`,
      { path, line, column: missing, value: '' },
    ),
  )
  return false
}

/** The images without those of an earlier one's id, which may come from the column or from the path. */
function distinct(images: readonly DataSetImage[], path: string, onFault: (error: CsvError) => void): DataSetImage[] {
  const lines = new Map<string, number | null>()
  return images.filter(({ imageId, line }) => {
    const earlier = lines.get(imageId)
    if (earlier === undefined) lines.set(imageId, line)
    else {
      onFault(
        new CsvError(
          'duplicate-value',
          `Expected each image_id once for ${path} but received ${imageId} on line ${earlier} and again on line ${line}. Remove one.`,
          { path, line: line!, column: 'image_id', value: imageId },
        ),
      )
    }
    return earlier === undefined
  })
}
