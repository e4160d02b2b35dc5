/**
 * INbreast: 410 digital mammograms of 115 cases, BI-RADS by radiologists, 100 images in categories 4 to 6; DICOM.
 *
 * `INbreast.csv`, separated by semicolons, says `removed` for each patient: who it is stands in the second part of the file's name,
 * `AllDICOMs/22678622_61b13c59bcba149e_MG_R_CC_ANON.dcm`. `AllXML/22678622.xml` has the contours of findings.
 *
 * There is no pathology: `cancer` is BI-RADS 4 or more.
 * License: by agreement with its authors (Universidade do Porto), research only, no redistribution.
 * Moreira et al., "INbreast: toward a full-field digital mammographic database", Academic Radiology 19 (2012), 236-248.
 */
import { readInputFile } from '@mammokit/atomic-files'
import { type DataSetImage, dataSetImage, type Lesion } from '../data-set/data-set-image.ts'
import { ProblemList } from '../data-set/problem-list.ts'
import { biradsRule, cancerOfBirads, readBirads, readDensity, readLaterality } from '../data-set/published-values.ts'
import { readTable, type TableRow } from '../files/read-table.ts'
import type { SourceFolder } from '../files/source-folder.ts'
import type { Adapter } from './adapter.ts'

const tableName = /(^|\/)INbreast\.csv$/i

export const inbreast: Adapter = {
  name: 'inbreast',
  title: 'INbreast',
  license: 'by agreement: research only, no redistribution',
  looksFor: 'INbreast.csv',
  matches: async (source) => (await source.files()).some((file) => tableName.test(file)),
  read: readInbreast,
}

const required = ['Laterality', 'View', 'File Name', 'ACR', 'Bi-Rads']

/** A mammogram, and the patient that its name tells. */
interface Picture {
  readonly file: string
  readonly side: string
  readonly patientId: string
}

async function readInbreast(source: SourceFolder) {
  const problems = new ProblemList()
  const files = await source.files()
  const table = await readTable(source, files.find((file) => tableName.test(file))!, required, { delimiter: ';' })
  const pictures = new Map<string, Picture>()
  const contours = new Map<string, string>()
  for (const file of files) {
    const [, id, patientId, side] =
      /(?:^|\/)(\d+)_([0-9a-f]+)_MG_([LR])_[A-Z]+_ANON\.(?:dcm|png|jpe?g|tiff?)$/i.exec(file) ?? []
    if (id !== undefined) pictures.set(id, { file, patientId: patientId!, side: side!.toUpperCase() })
    const contour = /(?:^|\/)(\d+)\.xml$/i.exec(file)?.[1]
    if (contour !== undefined) contours.set(contour, file)
  }
  const images: DataSetImage[] = []
  const listed = new Set<string>()
  for (const row of table.rows) {
    const id = row.cells['File Name']!.trim()
    const picture = pictures.get(id)
    if (listed.has(id)) problems.add('duplicate-image', `A second row for ${id}`, table.path, row.line)
    else if (picture === undefined) problems.add('image-missing', `No image ${id}_*.dcm`, table.path, row.line)
    else {
      const contour = contours.get(id)
      const lesions = contour === undefined ? [] : await readContours(source, contour, problems)
      images.push(imageOf(picture, id, row, lesions, table.path, problems))
    }
    listed.add(id)
  }
  for (const [id, { file }] of pictures) {
    if (!listed.has(id)) problems.add('row-missing', `No row of ${table.path} speaks of ${file}`, file)
  }
  return { images, problems: problems.all }
}

function imageOf(
  { file, patientId, side }: Picture,
  id: string,
  { cells, line }: TableRow,
  lesions: readonly Lesion[],
  path: string,
  problems: ProblemList,
): DataSetImage {
  const known = <Value>(read: (cell: string) => Value | undefined, column: string) =>
    problems.known(read(cells[column]!), column, cells[column]!, path, line)
  const birads = known(readBirads, 'Bi-Rads')
  const cancer = cancerOfBirads(birads)
  const laterality = known(readLaterality, 'Laterality')
  if (laterality !== null && laterality !== side) {
    problems.add('contradictory-label', `Laterality ${laterality}, but ${side} in ${file}`, path, line)
  }
  return dataSetImage({
    image: file,
    patientId,
    imageId: id,
    laterality,
    view: cells.View!.trim() || null,
    cancer,
    cancerSource: cancer === null ? '' : biradsRule,
    density: known(readDensity, 'ACR'),
    birads,
    lesions,
    set: 'inbreast',
    columns: cells,
    table: path,
    line,
  })
}

/** The boxes about the contours of a property list that OsiriX wrote. */
async function readContours(source: SourceFolder, file: string, problems: ProblemList): Promise<Lesion[]> {
  const text = Buffer.from(await readInputFile(source.path(file), 'Check the path.')).toString('utf8')
  const lesions: Lesion[] = []
  // A dictionary per contour: its name, then its points as "(x, y)".
  for (const contour of text.split('<key>Name</key>').slice(1)) {
    const label = /<string>([^<]*)<\/string>/.exec(contour)?.[1]?.trim()
    const start = contour.indexOf('<key>Point_px</key>')
    const end = contour.indexOf('</array>', start)
    const points =
      start < 0 ? [] : [...contour.slice(start, end).matchAll(/\(\s*([\d.eE+-]+)\s*,\s*([\d.eE+-]+)\s*\)/g)]
    const [x, y] = [1, 2].map((at) => points.map((point) => Number(point[at]))) as [number[], number[]]
    if (points.length === 0 || [...x, ...y].some(Number.isNaN)) {
      problems.add('unknown-value', `A contour ${label ?? ''} without points`, file)
      continue
    }
    const [left, top] = [Math.min(...x), Math.min(...y)]
    lesions.push({
      x: left,
      y: top,
      width: Math.max(...x) - left,
      height: Math.max(...y) - top,
      ...(label && { label }),
    })
  }
  return lesions
}
