/**
 * EMBED Open Data: 480,323 images of 22,382 patients, two of ten cohorts, of which the 2-D mammograms are read; DICOM, terabytes.
 *
 * `EMBED_OpenData_metadata.csv` has a row per file, `EMBED_OpenData_clinical.csv` one per finding; the `_reduced` tables are read where
 * they are there. They are joined by exam and side: side B, or none, is both. `ROI_coords` are lists of ymin, xmin, ymax, xmax. Of the
 * whole metadata, which repeat the DICOM headers and are larger than a text in Node.js may be, the columns of `namedColumns` are kept.
 *
 * `cancer` is pathology of the exam (`path_severity` 0 and 1 are cancer); without any, BI-RADS 1 and 2 are none, 6 is cancer, and all else
 * is unknown.
 * License: EMBED's research use agreement: non-commercial, and weights trained on it may not be released. Access by registration, see
 * https://github.com/Emory-HITI/EMBED_Open_Data.
 * Jeong et al., "The EMory BrEast imaging Dataset (EMBED): A Racially Diverse, Granular Dataset of 3.4 Million Screening and Diagnostic
 * Mammographic Images", Radiology: Artificial Intelligence 5 (2023), e220047.
 */
import { type DataSetImage, dataSetImage, type Lesion } from '../data-set/data-set-image.ts'
import { ProblemList } from '../data-set/problem-list.ts'
import { joinCells, readAge, readDensity, readLaterality } from '../data-set/published-values.ts'
import { readTable, readTablePieces, type TableRow } from '../files/read-table.ts'
import type { SourceFolder } from '../files/source-folder.ts'
import type { Adapter } from './adapter.ts'

export const embed: Adapter = {
  name: 'embed',
  title: 'EMBED Open Data, 2-D images',
  license: "EMBED's research use agreement: non-commercial, and weights trained on it may not be released",
  looksFor: 'EMBED_OpenData_metadata.csv and EMBED_OpenData_clinical.csv, or their _reduced versions',
  matches: async (source) => (await findTables(source)).every((table) => table !== undefined),
  read: readEmbed,
}

const clinicalColumns = ['empi_anon', 'acc_anon', 'side', 'asses', 'tissueden', 'path_severity']
const metadataColumns = [
  'empi_anon',
  'acc_anon',
  'anon_dicom_path',
  'FinalImageType',
  'ImageLateralityFinal',
  'ViewPosition',
]

/** What the set itself says of an image, and what of its DICOM header tells images apart. */
const namedColumns: ReadonlySet<string> = new Set([
  ...metadataColumns,
  'cohort_num',
  'study_date_anon',
  'png_path',
  'png_filename',
  'spot_mag',
  'match_level',
  'age_at_study',
  'num_roi',
  'num_ROI',
  'ROI_coords',
  'ROI_match_level',
  'ROI_frames',
  'Manufacturer',
  'ManufacturerModelName',
  'BreastImplantPresent',
  'PatientAge',
  'PatientSex',
  'StudyDescription',
  'SeriesDescription',
  'ProtocolName',
  'PresentationIntentType',
  'ImagerPixelSpacing',
  'Rows',
  'Columns',
  'BodyPartThickness',
  'CompressionForce',
  'KVP',
  'Exposure',
])

/** The metadata and the clinical table. */
async function findTables(source: SourceFolder): Promise<readonly (string | undefined)[]> {
  return Promise.all(
    ['metadata', 'clinical'].map(
      async (name) =>
        (await source.find(`EMBED_OpenData_${name}_reduced.csv`)) ?? (await source.find(`EMBED_OpenData_${name}.csv`)),
    ),
  )
}

async function readEmbed(source: SourceFolder) {
  const problems = new ProblemList()
  const [path, clinical] = (await findTables(source)) as [string, string]
  const exams = await readFindings(source, clinical, problems)
  const files = filesByName(await source.files())
  const images: DataSetImage[] = []
  const used = new Set<string>()
  const listed = new Set<string>()
  const keep = (name: string) => path.endsWith('_reduced.csv') || namedColumns.has(name)
  for await (const rows of readTablePieces(source, path, metadataColumns, { keep })) {
    for (const row of rows) {
      const { cells, line } = row
      listed.add(examOf(row))
      const published = cells.anon_dicom_path!.trim()
      const name = published.split('/').at(-1)!
      const image = closest(files.get(name) ?? [], published)
      if (image !== undefined) used.add(image)
      const type = cells.FinalImageType!.trim()
      if (type !== '2D') problems.add('not-a-mammogram', `${name} is ${type || 'of no type'}, not 2D`, path, line)
      else if (image === undefined) problems.add('image-missing', `No image ${published}`, path, line)
      else images.push(imageOf(image, row, path, exams, problems))
    }
  }
  for (const [exam, [finding]] of exams.exams) {
    if (!listed.has(exam)) problems.add('image-missing', `No file of exam ${exam} in ${path}`, clinical, finding!.line)
  }
  for (const file of [...files.values()].flat()) {
    if (!used.has(file)) problems.add('row-missing', `No row of ${path} speaks of ${file}`, file)
  }
  return { images, problems: problems.all }
}

/** Findings of an exam, with the table that they stand in. */
interface Findings {
  readonly path: string
  readonly exams: ReadonlyMap<string, readonly TableRow[]>
}

async function readFindings(source: SourceFolder, path: string, problems: ProblemList): Promise<Findings> {
  const exams = new Map<string, TableRow[]>()
  for (const row of (await readTable(source, path, clinicalColumns)).rows) {
    const exam = examOf(row)
    const side = row.cells.side!
    if (!/^[LRB]?$/i.test(side.trim())) problems.add('unknown-value', `side ${JSON.stringify(side)}`, path, row.line)
    const others = exams.get(exam)
    if (others) others.push(row)
    else exams.set(exam, [row])
  }
  return { path, exams }
}

/** Numbers that a data frame wrote as decimals (`1234.0`) are the same exam. */
function examOf({ cells }: TableRow): string {
  return ['empi_anon', 'acc_anon'].map((name) => cells[name]!.trim().replace(/\.0$/, '')).join(' ')
}

function imageOf(
  image: string,
  { cells, line }: TableRow,
  path: string,
  { path: clinical, exams }: Findings,
  problems: ProblemList,
): DataSetImage {
  const side = cells.ImageLateralityFinal!
  const laterality = problems.known(readLaterality(side), 'ImageLateralityFinal', side, path, line)
  const [patientId, studyId] = examOf({ cells, line }).split(' ') as [string, string]
  const findings = (exams.get(`${patientId} ${studyId}`) ?? []).filter((finding) => {
    const of = finding.cells.side!.trim().toUpperCase()
    return of === '' || of === 'B' || of === laterality
  })
  if (findings.length === 0) {
    problems.add(
      'row-missing',
      `No finding for exam ${studyId}, side ${laterality ?? 'unknown'}, in ${clinical}`,
      path,
      line,
    )
  }
  problems.compare(findings, ['tissueden'], clinical)
  const density = findings[0]?.cells.tissueden ?? ''
  const age = findings[0]?.cells.age_at_study ?? cells.age_at_study ?? ''
  return dataSetImage({
    image,
    patientId,
    imageId: image
      .split('/')
      .at(-1)!
      .replace(/\.[^.]+$/, ''),
    studyId,
    laterality,
    view: cells.ViewPosition!.trim() || null,
    age: problems.known(readAge(age), 'age_at_study', age, clinical, findings[0]?.line ?? 1),
    ...labelOf(findings, clinical, problems),
    density: densityOf(density),
    machineId: cells.ManufacturerModelName?.trim() || null,
    implant: implants[cells.BreastImplantPresent?.trim().toUpperCase() ?? ''] ?? null,
    lesions: boxesOf(cells.ROI_coords ?? '', path, line, problems),
    set: 'embed',
    columns: { ...joinedCells(findings, cells), ...cells },
    table: path,
    line,
  })
}

const implants: Readonly<Record<string, boolean>> = { YES: true, NO: false }

/** Number of the BI-RADS category that a letter stands for. */
const categories: Readonly<Record<string, number>> = { A: 0, N: 1, B: 2, P: 3, S: 4, M: 5, K: 6, X: 0 }

/** Pathology before assessments, and of each the gravest. */
function labelOf(findings: readonly TableRow[], path: string, problems: ProblemList) {
  const severities = findings.flatMap(({ cells, line }) => {
    const cell = cells.path_severity!.trim()
    const severity = cell === '' ? null : problems.known(severityOf(cell), 'path_severity', cell, path, line)
    return severity === null ? [] : [severity]
  })
  const assessments = findings.flatMap(({ cells, line }) => {
    const cell = cells.asses!.trim().toUpperCase()
    const category = cell === '' ? null : problems.known(categories[cell], 'asses', cell, path, line)
    return category === null ? [] : [category]
  })
  const birads = assessments.length === 0 ? null : Math.max(...assessments)
  if (severities.length > 0)
    return { birads, cancer: Math.min(...severities) <= 1 ? 1 : 0, cancerSource: 'pathology' } as const
  if (birads === 6) return { birads, cancer: 1, cancerSource: 'BI-RADS 6' } as const
  const isNegative = assessments.length > 0 && assessments.every((category) => category === 1 || category === 2)
  return isNegative
    ? ({ birads, cancer: 0, cancerSource: 'BI-RADS 1 or 2' } as const)
    : { birads, cancer: null, cancerSource: '' }
}

/** 0 invasive, 1 non-invasive, 2 high risk, 3 borderline, 4 benign, 5 negative, 6 another cancer than of the breast. */
function severityOf(cell: string): number | undefined {
  const digit = /^([0-6])(\.0+)?$/.exec(cell)?.[1]
  return digit === undefined ? undefined : Number(digit)
}

/** 5 is a male breast, which has none. */
function densityOf(cell: string): DataSetImage['density'] {
  return readDensity(cell.replace(/\.0+$/, '')) ?? null
}

/** A list of boxes as text, with square or round brackets. */
function boxesOf(text: string, path: string, line: number, problems: ProblemList): Lesion[] {
  const boxes = [...text.matchAll(/[[(]\s*(-?[\d.]+)\s*,\s*(-?[\d.]+)\s*,\s*(-?[\d.]+)\s*,\s*(-?[\d.]+)\s*,?\s*[\])]/g)]
  if (boxes.length === 0 && /\d/.test(text))
    problems.add('unknown-value', `ROI_coords ${text.slice(0, 60)}`, path, line)
  return boxes.map((box) => {
    const [top, left, bottom, right] = box.slice(1).map(Number) as [number, number, number, number]
    return { x: left, y: top, width: right - left, height: bottom - top }
  })
}

/** The findings' cells, those of a name that the metadata have too with `clinical_` before it. */
function joinedCells(findings: readonly TableRow[], metadata: TableRow['cells']): Record<string, string> {
  const names = Object.keys(findings[0]?.cells ?? {}).filter((name) => !['empi_anon', 'acc_anon'].includes(name))
  return Object.fromEntries(
    names.map((name) => [
      name in metadata ? `clinical_${name}` : name,
      joinCells(findings.map(({ cells }) => cells[name]!)),
    ]),
  )
}

function filesByName(files: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const byName = new Map<string, string[]>()
  for (const file of files) {
    if (!/\.(dcm|dicom|png|jpe?g|tiff?)$/i.test(file)) continue
    const name = file.split('/').at(-1)!
    byName.set(name, [...(byName.get(name) ?? []), file])
  }
  return byName
}

/** The file whose path ends as the published one does for longest: names are UIDs, and nearly always one has it. */
function closest(files: readonly string[], published: string): string | undefined {
  const common = (file: string) => {
    const [a, b] = [file, published].map((path) => path.split('/').reverse()) as [string[], string[]]
    const differs = a.findIndex((part, at) => part !== b[at])
    return differs < 0 ? a.length : differs
  }
  return [...files].sort((a, b) => common(b) - common(a))[0]
}
