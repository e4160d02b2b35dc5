/**
 * CMMD: 5,202 digital mammograms of 1,775 patients, benign or malignant by biopsy; 23 GB of DICOM.
 *
 * `CMMD_clinicaldata_revision.xlsx` has a row per breast; side and view of an image stand in its DICOM header only. `D1-0001` and
 * `D2-0001` are two patients. A breast without a row, which is the other one of a patient, has no label.
 *
 * License: CC BY 4.0. From https://www.cancerimagingarchive.net/collection/cmmd/.
 * Cai et al., "An Online Mammography Database with Biopsy Confirmed Types", Scientific Data 10, 123 (2023).
 */
import { type DataSetImage, dataSetImage } from '../data-set/data-set-image.ts'
import { ProblemList } from '../data-set/problem-list.ts'
import { joinCells, readAge, readLaterality } from '../data-set/published-values.ts'
import { type HeaderFacts, readHeaderFacts } from '../files/read-header-facts.ts'
import { readSheet } from '../files/read-sheet.ts'
import { readTable, type TableRow } from '../files/read-table.ts'
import type { SourceFolder } from '../files/source-folder.ts'
import type { Adapter } from './adapter.ts'

const tableName = /(^|\/)CMMD_clinicaldata[^/]*\.(xlsx|csv)$/i

export const cmmd: Adapter = {
  name: 'cmmd',
  title: 'CMMD, the Chinese Mammography Database',
  license: 'CC BY 4.0',
  looksFor: 'CMMD_clinicaldata_revision.xlsx',
  matches: async (source) => (await findTable(source)) !== undefined,
  read: readCmmd,
}

const required = ['ID1', 'LeftRight', 'Age', 'classification']
const labels: Readonly<Record<string, 0 | 1>> = { malignant: 1, benign: 0 }

async function findTable(source: SourceFolder): Promise<string | undefined> {
  const tables = (await source.files()).filter((file) => tableName.test(file))
  const rank = (file: string) => Number(/revision/i.test(file)) * 2 + Number(file.endsWith('xlsx'))
  return tables.sort((a, b) => rank(b) - rank(a))[0]
}

async function readCmmd(source: SourceFolder) {
  const problems = new ProblemList()
  const path = (await findTable(source))!
  const table = await (path.endsWith('xlsx') ? readSheet : readTable)(source, path, required)
  const breasts = new Map<string, Breast>()
  for (const row of table.rows) {
    const side = problems.known(readLaterality(row.cells.LeftRight!), 'LeftRight', row.cells.LeftRight!, path, row.line)
    const breast = `${row.cells.ID1!.trim()} ${side}`
    const rows = [...(breasts.get(breast)?.rows ?? []), row]
    breasts.set(breast, { rows, label: null, table: path })
  }
  for (const [breast, { rows }] of breasts) {
    breasts.set(breast, { rows, label: labelOf(breast, rows, path, problems), table: path })
  }
  const images: DataSetImage[] = []
  const seen = new Set<string>()
  for (const { file, facts } of await readHeaders(source, problems)) {
    const { header, laterality } = facts
    const patientId = header.patientId?.trim() || (/(?:^|\/)(D[12]-\d+)\//.exec(file)?.[1] ?? '')
    const breast = `${patientId} ${laterality}`
    seen.add(breast)
    if (!breasts.has(breast)) problems.add('row-missing', `No row for breast ${breast} of ${file}`, file)
    images.push(imageOf(file, facts, patientId, breasts.get(breast), problems))
  }
  for (const [breast, { rows }] of breasts) {
    if (!seen.has(breast)) problems.add('image-missing', `No image of breast ${breast}`, path, rows[0]!.line)
  }
  return { images, problems: problems.all }
}

/** Malignant where any row of the breast is. */
function labelOf(breast: string, rows: readonly TableRow[], path: string, problems: ProblemList): 0 | 1 | null {
  const known = rows.map(({ cells, line }) => {
    const cell = cells.classification!
    return problems.known(labels[cell.trim().toLowerCase()], 'classification', cell, path, line)
  })
  problems.compare(rows, ['Age'], path)
  const odd = known.findIndex((label) => label !== known[0])
  if (odd > 0) {
    const { cells, line } = rows[odd]!
    const message = `Breast ${breast}: ${cells.classification}, but ${rows[0]!.cells.classification} on line ${rows[0]!.line}`
    problems.add('contradictory-label', message, path, line)
  }
  return known.includes(1) ? 1 : known.includes(null) ? null : 0
}

/** What the table says of a breast. */
interface Breast {
  readonly rows: readonly TableRow[]
  readonly label: 0 | 1 | null
  readonly table: string
}

function imageOf(
  image: string,
  { header, laterality, view }: HeaderFacts,
  patientId: string,
  breast: Breast | undefined,
  problems: ProblemList,
): DataSetImage {
  const { rows = [], label = null, table = '' } = breast ?? {}
  const [row] = rows
  return dataSetImage({
    image,
    format: 'dicom',
    patientId,
    imageId: header.sopInstanceUid ?? image,
    studyId: header.studyInstanceUid ?? null,
    laterality,
    view,
    age: row
      ? problems.known(readAge(row.cells.Age!), 'Age', row.cells.Age!, table, row.line)
      : (readAge(header.patientAge ?? '') ?? null),
    cancer: label,
    cancerSource: label === null ? '' : 'biopsy',
    machineId: header.manufacturerModelName ?? null,
    set: 'cmmd',
    columns: Object.fromEntries(
      Object.keys(row?.cells ?? {}).map((name) => [name, joinCells(rows.map(({ cells }) => cells[name]!))]),
    ),
    table,
    line: row?.line ?? null,
  })
}

interface ReadFile {
  readonly file: string
  readonly facts: HeaderFacts
}

/** Files that are read at a time. */
const lanes = 16

/** The headers of all DICOM files, in the order of their paths. */
async function readHeaders(source: SourceFolder, problems: ProblemList): Promise<ReadFile[]> {
  const files = (await source.files()).filter((file) => /\.(dcm|dicom)$/i.test(file))
  const headers = new Map<string, HeaderFacts | Error>()
  await source.readEach('headers', lanes, files, async (file) => {
    headers.set(file, await readHeaderFacts(source.path(file)).catch((error: Error) => error))
  })
  return files.flatMap((file) => {
    const facts = headers.get(file)!
    if (!(facts instanceof Error)) return [{ file, facts }]
    problems.add('unreadable-file', facts.message, file)
    return []
  })
}
