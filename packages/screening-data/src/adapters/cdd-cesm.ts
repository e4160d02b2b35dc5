/**
 * CDD-CESM: 2,006 images of 326 patients: 1,003 low-energy mammograms, which are read, and 1,003 subtracted images; 1.5 GB of JPEG.
 *
 * `Radiology-manual-annotations.xlsx`, sheet `all`, has rows of type `DM` (low energy, `P1_L_DM_MLO.jpg`) and `CESM` (subtracted,
 * `P1_L_CM_MLO.jpg`); several findings stand in one cell with dollar signs (`3$2`), and names have spaces at their end.
 * `Radiology_hand_drawn_segmentations_v2.csv` has the outlines of findings.
 *
 * License: CC BY 4.0. From https://www.cancerimagingarchive.net/collection/cdd-cesm/.
 * Khaled et al., "Categorized contrast enhanced mammography dataset for diagnostic and artificial intelligence research",
 * Scientific Data 9, 122 (2022).
 */
import { type DataSetImage, dataSetImage, type Lesion } from '../data-set/data-set-image.ts'
import { ProblemList } from '../data-set/problem-list.ts'
import { joinCells, readAge, readBirads, readDensity, readLaterality } from '../data-set/published-values.ts'
import { boxOfOutline } from '../files/box-of-outline.ts'
import { readSheet } from '../files/read-sheet.ts'
import { readTable, type TableRow } from '../files/read-table.ts'
import type { SourceFolder } from '../files/source-folder.ts'
import type { Adapter } from './adapter.ts'

const tableName = /(^|\/)Radiology[-_ ]manual[-_ ]annotations\.xlsx$/i
const outlinesName = /(^|\/)Radiology_hand_drawn_segmentations(_v2)?\.csv$/i

export const cddCesm: Adapter = {
  name: 'cdd-cesm',
  title: 'CDD-CESM, low-energy images',
  license: 'CC BY 4.0',
  looksFor: 'Radiology-manual-annotations.xlsx',
  matches: async (source) => (await source.files()).some((file) => tableName.test(file)),
  read: readCddCesm,
}

const pathologyColumn = 'Pathology Classification/ Follow up'
const densityColumn = 'Breast density (ACR)'
const required = ['Image_name', 'Patient_ID', 'Side', 'Type', 'Age', densityColumn, 'BIRADS', 'View', pathologyColumn]
const labels: Readonly<Record<string, 0 | 1>> = { malignant: 1, benign: 0, normal: 0 }

async function readCddCesm(source: SourceFolder) {
  const problems = new ProblemList()
  const files = await source.files()
  const path = files.find((file) => tableName.test(file))!
  const table = await readSheet(source, path, required, 'all')
  const outlines = await readOutlines(source, problems)
  const pictures = new Map<string, string>()
  for (const file of files) {
    const name = /(?:^|\/)(P\d+_[LR]_(?:DM|CM)_[^/.]+)\.(?:jpe?g|png|tiff?|dcm)$/i.exec(file)?.[1]?.trim()
    if (name !== undefined) pictures.set(name, file)
  }
  const names = new Map<string, TableRow[]>()
  for (const row of table.rows) {
    const name = row.cells.Image_name!.replace(/\.jpe?g\s*$/i, '').trim()
    names.set(name, [...(names.get(name) ?? []), row])
  }
  const images: DataSetImage[] = []
  for (const [name, rows] of names) {
    const { cells, line } = rows[0]!
    const image = pictures.get(name)
    const isSubtracted = /_CM_/i.test(name)
    if (isSubtracted !== (cells.Type!.trim().toUpperCase() === 'CESM')) {
      problems.add('unknown-value', `Type ${JSON.stringify(cells.Type)} for ${name}`, path, line)
    }
    if (isSubtracted) problems.add('not-a-mammogram', `${name} is a subtracted image`, path, line)
    else if (image === undefined) problems.add('image-missing', `No image ${name}.jpg`, path, line)
    else images.push({ ...imageOf(image, name, rows, path, problems), lesions: outlines.get(name) ?? [] })
  }
  for (const [name, file] of pictures) {
    if (!names.has(name)) problems.add('row-missing', `No row of ${path} speaks of ${file}`, file)
  }
  return { images, problems: problems.all }
}

function imageOf(
  image: string,
  name: string,
  rows: readonly TableRow[],
  path: string,
  problems: ProblemList,
): DataSetImage {
  const { cells, line } = rows[0]!
  problems.compare(rows, ['Patient_ID', 'Side', 'View', 'Age', densityColumn], path)
  const known = <Value>(read: (cell: string) => Value | undefined, column: string) =>
    problems.known(read(cells[column]!), column, cells[column]!, path, line)
  // One value for each finding, of one row or of several.
  const all = <Value>(read: (cell: string) => Value | undefined, column: string) =>
    rows.flatMap((row) =>
      row.cells[column]!.split('$').map((cell) => problems.known(read(cell), column, cell, path, row.line)),
    )
  const categories = all(readBirads, 'BIRADS').filter((category) => category !== null)
  const said = `P${cells.Patient_ID!.trim().replace(/^P/i, '')}_${cells.Side!.trim()}_`
  if (!name.toUpperCase().startsWith(said.toUpperCase())) {
    problems.add('contradictory-label', `Patient_ID ${cells.Patient_ID}, Side ${cells.Side} for ${name}`, path, line)
  }
  const pathology = all((cell) => labels[cell.trim().toLowerCase()], pathologyColumn)
  const cancer = pathology.includes(1) ? 1 : pathology.includes(null) ? null : 0
  return dataSetImage({
    image,
    patientId: cells.Patient_ID!.trim(),
    imageId: name,
    laterality: known(readLaterality, 'Side'),
    view: cells.View!.trim() || null,
    age: known(readAge, 'Age'),
    cancer,
    cancerSource: cancer === null ? '' : 'pathology or follow-up',
    density: known(readDensity, densityColumn),
    birads: categories.length === 0 ? null : Math.max(...categories),
    machineId: cells.Machine?.trim() || null,
    set: 'cdd-cesm',
    columns: Object.fromEntries(
      Object.keys(cells).map((column) => [column, joinCells(rows.map((row) => row.cells[column]!))]),
    ),
    table: path,
    line,
  })
}

/** The boxes about the outlines of each image, which the VGG Image Annotator wrote. */
async function readOutlines(source: SourceFolder, problems: ProblemList): Promise<ReadonlyMap<string, Lesion[]>> {
  const boxes = new Map<string, Lesion[]>()
  const path = (await source.files()).find((file) => outlinesName.test(file))
  if (path === undefined) return boxes
  const { rows } = await readTable(source, path, ['#filename', 'region_shape_attributes'])
  for (const { cells, line } of rows) {
    const shape = cells.region_shape_attributes!.trim()
    if (shape === '' || shape === '{}') continue
    const name = cells['#filename']!.replace(/\.[^.]*$/, '').trim()
    const box = boxOfOutline(shape)
    if (box === undefined) problems.add('unknown-value', `outline ${shape.slice(0, 60)}`, path, line)
    else boxes.set(name, [...(boxes.get(name) ?? []), box])
  }
  return boxes
}
