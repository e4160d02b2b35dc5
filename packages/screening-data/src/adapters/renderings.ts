/**
 * Pictures that someone rendered from mammograms, in any folders, with a table whose columns are RSNA's and `file`.
 *
 * The table is a CSV file of any name in the folder itself. `machines.csv` beside it, where it is there, has a row for each `machine_id` whose
 * pictures are negatives (`photometric_interpretation`) or were squashed from another shape (`frame_height`, `frame_width`); the same
 * columns in the table itself are for single pictures and override it.
 */
import { readInputFile } from '@mammokit/atomic-files'
import { type CsvRow, optionalColumn, parseCsvRows, requiredColumn } from '@mammokit/strict-csv'
import { z } from 'zod'
import { type DataSetImage, dataSetImage } from '../data-set/data-set-image.ts'
import { ProblemList } from '../data-set/problem-list.ts'
import { readDensity } from '../data-set/published-values.ts'
import { type Rendering, renderingColumns, renderingOf } from '../data-set/rendering.ts'
import { imagesOnly } from '../files/images-only.ts'
import { headerOf } from '../files/read-table.ts'
import type { SourceFolder } from '../files/source-folder.ts'
import { detailColumns, idColumns, labelColumn, optionalViewColumns } from '../rows/row-columns.ts'
import type { Adapter } from './adapter.ts'

export const renderings: Adapter = {
  name: 'renderings',
  title: 'pictures rendered from mammograms, with a table of their files',
  license: 'that of its images',
  looksFor: 'a .csv file with the columns file, patient_id and image_id',
  matches: async (source) => (await findTable(source)) !== undefined,
  read: readRenderings,
}

const columns = {
  file: requiredColumn('file', z.string().min(1, 'the path of a picture')),
  ...idColumns,
  ...optionalViewColumns,
  cancer: optionalColumn(labelColumn.cancer.name, labelColumn.cancer.schema),
  ...detailColumns,
  ...renderingColumns,
}

const machineColumns = {
  machineId: requiredColumn('machine_id', z.string().min(1, 'the id of a machine')),
  ...renderingColumns,
}

/** Of a folder in the layout of another set no table has all three. */
async function findTable(source: SourceFolder): Promise<string | undefined> {
  for (const file of await source.files()) {
    if (!/^[^/]+\.csv$/i.test(file)) continue
    const header = await headerOf(source, file)
    if ([columns.file, columns.patientId, columns.imageId].every(({ name }) => header.includes(name))) return file
  }
  return undefined
}

async function readRenderings(source: SourceFolder) {
  const problems = new ProblemList()
  const table = (await findTable(source))!
  const { onFault } = source.options
  const content = await readInputFile(source.path(table), 'Check the path.')
  const rows = parseCsvRows(content, source.path(table), columns, {
    unique: ['imageId', 'file'],
    ...(onFault && { onFault }),
  })
  const ofMachines = await readMachines(source, problems)
  const files = new Set(await source.files())
  const unlisted = new Set(imagesOnly(files))
  const images = rows.map((row) => {
    const file = row.values.file.replaceAll('\\', '/')
    unlisted.delete(file)
    const isMissing = !files.has(file)
    if (isMissing) problems.add('image-missing', `No file ${file}`, table, row.line)
    tellHalfFrame(row, table, problems)
    const rendering = renderingOf(row.values, ofMachines.get(row.values.machineId ?? ''))
    return imageOf(row, { table, file, isMissing, rendering }, problems)
  })
  for (const path of unlisted) problems.add('row-missing', `No row of ${table} speaks of ${path}`, path)
  return { images, problems: problems.all }
}

async function readMachines(source: SourceFolder, problems: ProblemList): Promise<ReadonlyMap<string, Rendering>> {
  const table = 'machines.csv'
  if (!source.has(table)) return new Map()
  const content = await readInputFile(source.path(table), 'Check the path.')
  const { onFault } = source.options
  const rows = parseCsvRows(content, source.path(table), machineColumns, {
    unique: ['machineId'],
    ...(onFault && { onFault }),
  })
  for (const row of rows) tellHalfFrame(row, table, problems)
  return new Map(rows.map(({ values }) => [values.machineId, renderingOf(values) ?? {}]))
}

/** A frame with one side says nothing of the shape. */
function tellHalfFrame(
  { values: { frameHeight, frameWidth }, line }: CsvRow<typeof renderingColumns>,
  table: string,
  problems: ProblemList,
): void {
  if ((frameHeight === null) === (frameWidth === null)) return
  const [told, missing] = frameHeight === null ? ['frame_width', 'frame_height'] : ['frame_height', 'frame_width']
  problems.add('unknown-value', `${told} without ${missing}: the shape of the frame is not restored`, table, line)
}

interface Place {
  readonly table: string
  readonly file: string
  readonly isMissing: boolean
  readonly rendering: Rendering | undefined
}

function imageOf(
  { values, cells, line }: CsvRow<typeof columns>,
  { table, file, isMissing, rendering }: Place,
  problems: ProblemList,
): DataSetImage {
  const { cancer, density } = values
  const told = new Set(['file', ...Object.values(renderingColumns).map(({ name }) => name)])
  return dataSetImage({
    image: file,
    patientId: values.patientId,
    imageId: values.imageId,
    laterality: values.laterality,
    view: values.view,
    age: values.age,
    cancer,
    cancerSource: cancer === null ? '' : 'table',
    density: density === null ? null : problems.known(readDensity(density), 'density', density, table, line),
    birads: values.birads,
    machineId: values.machineId,
    implant: values.implant,
    set: 'renderings',
    columns: Object.fromEntries(Object.entries(cells).filter(([name]) => !told.has(name))),
    table,
    line,
    ...(rendering && { rendering }),
    ...(isMissing && { isMissing }),
  })
}
