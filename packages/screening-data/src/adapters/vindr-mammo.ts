/**
 * VinDr-Mammo: 20,000 digital mammograms of 5,000 exams, BI-RADS and density by breast and boxes by finding, double read; over 300 GB of DICOM.
 *
 * `breast-level_annotations.csv` has a row per image, `finding_annotations.csv` one per finding, whose categories are a Python list as
 * text; `metadata.csv`, where it is there, has age and machine. An exam is a patient: the set tells no other.
 *
 * There is no pathology: `cancer` is the breast's BI-RADS 4 or more.
 * License: PhysioNet Restricted Health Data License 1.5.0 (restricted access). From https://physionet.org/content/vindr-mammo/.
 * Nguyen et al., "VinDr-Mammo: A large-scale benchmark dataset for computer-aided diagnosis in full-field digital mammography",
 * Scientific Data 10, 277 (2023).
 */
import { type DataSetImage, dataSetImage, type Lesion } from '../data-set/data-set-image.ts'
import { ProblemList } from '../data-set/problem-list.ts'
import {
  biradsRule,
  cancerOfBirads,
  readAge,
  readBirads,
  readDensity,
  readLaterality,
} from '../data-set/published-values.ts'
import { readTable, type Table, type TableRow } from '../files/read-table.ts'
import type { SourceFolder } from '../files/source-folder.ts'
import type { Adapter } from './adapter.ts'

const breasts = 'breast-level_annotations.csv'
const findings = 'finding_annotations.csv'
const metadata = 'metadata.csv'

export const vindrMammo: Adapter = {
  name: 'vindr-mammo',
  title: 'VinDr-Mammo',
  license: 'PhysioNet Restricted Health Data License 1.5.0',
  looksFor: breasts,
  matches: async (source) => (await source.find(breasts)) !== undefined,
  read: readVindrMammo,
}

const ids = ['study_id', 'image_id']
const required = [...ids, 'laterality', 'view_position', 'breast_birads', 'breast_density', 'split']
const boxColumns = ['xmin', 'ymin', 'xmax', 'ymax']

async function readVindrMammo(source: SourceFolder) {
  const problems = new ProblemList()
  const table = await readTable(source, (await source.find(breasts))!, required)
  const pictures = new Map<string, string>()
  for (const file of await source.files()) {
    const [, study, image] = /(?:^|\/)([^/]+)\/([^/]+)\.(?:dicom|dcm|png|jpe?g|tiff?)$/i.exec(file) ?? []
    if (image !== undefined) pictures.set(`${study}/${image}`, file)
  }
  const boxes = await readFindings(source, new Set(table.rows.map(({ cells }) => cells.image_id!.trim())), problems)
  const devices = await readDevices(source)
  const images: DataSetImage[] = []
  const listed = new Set<string>()
  for (const row of table.rows) {
    const id = ids.map((name) => row.cells[name]!.trim()).join('/')
    const file = pictures.get(id)
    if (listed.has(id)) problems.add('duplicate-image', `A second row for ${id}`, table.path, row.line)
    else if (file === undefined) problems.add('image-missing', `No image images/${id}.dicom`, table.path, row.line)
    else {
      const imageId = row.cells.image_id!.trim()
      const image = imageOf(file, row, table.path, problems)
      images.push({ ...image, ...devices(imageId, problems), lesions: boxes.get(imageId) ?? [] })
    }
    listed.add(id)
  }
  for (const [id, file] of pictures) {
    if (!listed.has(id)) problems.add('row-missing', `No row of ${table.path} speaks of ${file}`, file)
  }
  return { images, problems: problems.all }
}

function imageOf(image: string, { cells, line }: TableRow, path: string, problems: ProblemList): DataSetImage {
  const known = <Value>(read: (cell: string) => Value | undefined, column: string) =>
    problems.known(read(cells[column]!), column, cells[column]!, path, line)
  const birads = known(readBirads, 'breast_birads')
  const cancer = cancerOfBirads(birads)
  return dataSetImage({
    image,
    patientId: cells.study_id!.trim(),
    imageId: cells.image_id!.trim(),
    studyId: cells.study_id!.trim(),
    laterality: known(readLaterality, 'laterality'),
    view: cells.view_position!.trim() || null,
    cancer,
    cancerSource: cancer === null ? '' : biradsRule,
    density: known(readDensity, 'breast_density'),
    birads,
    subset: known(
      (cell) => ({ training: 'train', test: 'test', '': null })[cell.trim()] as DataSetImage['subset'] | undefined,
      'split',
    ),
    set: 'vindr-mammo',
    columns: cells,
    table: path,
    line,
  })
}

/** The boxes of each image; rows without one say that there is no finding. */
async function readFindings(
  source: SourceFolder,
  known: ReadonlySet<string>,
  problems: ProblemList,
): Promise<ReadonlyMap<string, Lesion[]>> {
  const boxes = new Map<string, Lesion[]>()
  const path = await source.find(findings)
  if (path === undefined) return boxes
  const table = await readTable(source, path, ['image_id', 'finding_categories', ...boxColumns])
  for (const { cells, line } of table.rows) {
    const id = cells.image_id!.trim()
    if (!known.has(id)) problems.add('image-missing', `No row of ${breasts} for the finding's image ${id}`, path, line)
    const labels = pythonStrings(cells.finding_categories!)
    if (labels.length === 0) {
      problems.add('unknown-value', `finding_categories ${JSON.stringify(cells.finding_categories)}`, path, line)
    }
    const corners = boxColumns.map((name) => cells[name]!.trim())
    if (corners.every((corner) => corner === '')) continue
    const [left, top, right, bottom] = corners.map(Number) as [number, number, number, number]
    if (!(right >= left && bottom >= top)) {
      problems.add('unknown-value', `box ${corners.join(' ')}`, path, line)
      continue
    }
    const label = labels.join(', ')
    const box = { x: left, y: top, width: right - left, height: bottom - top, ...(label && { label }) }
    boxes.set(id, [...(boxes.get(id) ?? []), box])
  }
  return boxes
}

/** The strings of a list such as `['Mass', "Other's"]`. */
function pythonStrings(list: string): string[] {
  return [...list.matchAll(/'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/g)].map(([, single, double]) => single ?? double!)
}

/** Age and machine of an image, where the set has its headers as a table. */
async function readDevices(source: SourceFolder) {
  const path = await source.find(metadata)
  const table: Table | undefined = path === undefined ? undefined : await readTable(source, path, ['SOP Instance UID'])
  const rows = new Map(table?.rows.map((row) => [row.cells['SOP Instance UID']!.trim(), row]))
  return (id: string, problems: ProblemList): Partial<DataSetImage> => {
    const row = rows.get(id)
    if (row === undefined) return {}
    const age = row.cells["Patient's Age"] ?? ''
    return {
      age: problems.known(readAge(age), "Patient's Age", age, path!, row.line),
      machineId: row.cells["Manufacturer's Model Name"]?.trim() || null,
    }
  }
}
