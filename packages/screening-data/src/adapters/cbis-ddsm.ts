/**
 * CBIS-DDSM: 3,103 digitized films of 1,566 patients with masses or calcifications, benign or malignant by pathology; 164 GB of DICOM.
 *
 * `mass_case_description_{train,test}_set.csv` and `calc_case_description_{train,test}_set.csv` have a row per lesion. The paths in them
 * name UIDs that folders of the archive lack; the first folder, such as `Mass-Training_P_00001_LEFT_CC`, is the same, and the mammogram is
 * the one DICOM file below it. A folder with a number at its end, such as `Mass-Training_P_00001_LEFT_CC_1`, has the mask of a lesion,
 * whose nonzero pixels make its box, and the cropped lesion; which of them is `1-1.dcm` and which `1-2.dcm` the tables tell wrong for some.
 * The JPEG version of Kaggle is read as well, without boxes: its folders are the UIDs of series.
 *
 * License: CC BY 3.0. From https://www.cancerimagingarchive.net/collection/cbis-ddsm/.
 * Lee et al., "A curated mammography data set for use in computer-aided detection and diagnosis research", Scientific Data 4, 170177 (2017).
 */
import { type DataSetImage, dataSetImage } from '../data-set/data-set-image.ts'
import { ProblemList } from '../data-set/problem-list.ts'
import { joinCells, readBirads, readDensity, readLaterality } from '../data-set/published-values.ts'
import type { FoundMask, Size } from '../files/find-mask.ts'
import { readHeaderFacts } from '../files/read-header-facts.ts'
import { readTable, type Table, type TableRow } from '../files/read-table.ts'
import type { SourceFolder } from '../files/source-folder.ts'
import type { Adapter } from './adapter.ts'

const tableName = /(^|\/)(mass|calc)_case_description_(train|test)_set\.csv$/

export const cbisDdsm: Adapter = {
  name: 'cbis-ddsm',
  title: 'CBIS-DDSM, masses and calcifications',
  license: 'CC BY 3.0',
  looksFor: 'mass_case_description_train_set.csv or another of its four tables',
  matches: async (source) => (await source.files()).some((file) => tableName.test(file)),
  read: readCbisDdsm,
}

const pathColumn = 'image file path'
const lesionColumns = ['ROI mask file path', 'cropped image file path']
const required = ['patient_id', 'left or right breast', 'image view', 'assessment', 'pathology', pathColumn]

const malignancy: Readonly<Record<string, 0 | 1>> = { MALIGNANT: 1, BENIGN: 0, BENIGN_WITHOUT_CALLBACK: 0 }

/** Kind of the lesion, such as `mass`, and `benign-mass` of one that is no cancer, whatever else the breast has. */
function labelOf({ cells }: TableRow): { readonly label?: string } {
  const kind = cells['abnormality type']?.trim()
  if (!kind) return {}
  const isBenign = malignancy[cells.pathology!.trim().toUpperCase()] === 0
  return { label: isBenign ? `benign-${kind}` : kind }
}

async function readCbisDdsm(source: SourceFolder) {
  const problems = new ProblemList()
  const files = await source.files()
  const places = imagePlaces(files)
  const images: DataSetImage[] = []
  const masks: LesionMask[][] = []
  const used = new Set<string>()
  for (const path of files.filter((file) => tableName.test(file))) {
    const subset = /_train_set/.test(path) ? 'train' : 'test'
    const table = await readTable(source, path, required)
    for (const [id, rows] of lesionsByImage(table)) {
      const found = findImages(rows[0]!, id, places)
      const [image] = found
      const { line } = rows[0]!
      if (image === undefined) {
        problems.add('image-missing', `No image for ${id}`, path, line)
        continue
      }
      if (found.length > 1)
        problems.add('duplicate-image', `${found.length} images for ${id}: ${found.join(', ')}`, path, line)
      for (const one of found) used.add(one)
      images.push(imageOf(image, id, rows, { path, subset, problems }))
      masks.push(rows.map((row) => ({ row, files: lesionFiles(row, places) })))
    }
  }
  for (const file of places.mammograms) {
    if (!used.has(file)) problems.add('row-missing', `No row speaks of ${file}`, file)
  }
  // Where nobody fetched masks, none is missing.
  const hasMasks = source.options.masks && masks.flat().some(({ files: found }) => found.length > 0)
  return { images: hasMasks ? await withLesions(images, masks, source, problems) : images, problems: problems.all }
}

/** A lesion, and the files of which one is its mask. */
interface LesionMask {
  readonly row: TableRow
  readonly files: readonly string[]
}

/** Masks that are read at a time: each is as large as its film, 10 to 60 MB. */
const lanes = 4

/** The images with the boxes of their lesions, and a warning and a problem for each lesion whose box is not known. */
async function withLesions(
  images: readonly DataSetImage[],
  masks: readonly (readonly LesionMask[])[],
  source: SourceFolder,
  problems: ProblemList,
): Promise<DataSetImage[]> {
  const { findMask } = await import('../files/find-mask.ts')
  const found: { readonly mask: FoundMask; readonly row: TableRow }[][] = []
  await source.readEach('masks', lanes, images, async ({ image }, at) => {
    const size = await sizeOfImage(source.path(image))
    found[at] = []
    for (const { row, files } of masks[at]!) {
      const paths = files.map((file) => source.path(file))
      const mask =
        size instanceof Error ? { fault: 'unreadable' as const, message: size.message } : await findMask(paths, size)
      found[at].push({ mask, row })
    }
  })
  return images.map((image, at) => {
    const lesions = found[at]!.flatMap(({ mask: { box }, row }) => {
      return box ? [{ ...box, ...labelOf(row) }] : []
    })
    const faults = found[at]!.filter(({ mask }) => mask.fault !== undefined)
    for (const { mask, row } of faults) {
      const number = row.cells['abnormality id']?.trim() ?? ''
      problems.add(
        'lesion-unknown',
        `No box of lesion ${number} of ${image.imageId}: ${mask.message}`,
        image.table,
        row.line,
      )
    }
    const warnings = new Set(faults.map(({ mask }) => `mask:${mask.fault}`))
    return { ...image, lesions, warnings: [...image.warnings, ...warnings] }
  })
}

async function sizeOfImage(path: string): Promise<Size | Error> {
  return readHeaderFacts(path).then(
    ({ header: { columns, rows } }) => ({ width: columns, height: rows }),
    (error: Error) => error,
  )
}

/** The lesions of each image by the first folder of its path, in the order of the table. */
function lesionsByImage({ rows }: Table): Map<string, TableRow[]> {
  const images = new Map<string, TableRow[]>()
  for (const row of rows) {
    const id = row.cells[pathColumn]!.trim().split('/')[0]!
    images.set(id, [...(images.get(id) ?? []), row])
  }
  return images
}

interface Places {
  readonly byFolder: ReadonlyMap<string, readonly string[]>
  /** Images below folders of whole mammograms. */
  readonly mammograms: readonly string[]
}

/** Folders that tell where a mammogram lies: `Mass-Training_P_00001_LEFT_CC`, or the UID of a series; and those of its lesions. */
const mammogramFolder = /^(Mass|Calc)-(Training|Test)_P_\d+_(LEFT|RIGHT)_[A-Z]+$/
const lesionFolder = /^(Mass|Calc)-(Training|Test)_P_\d+_(LEFT|RIGHT)_[A-Z]+_\d+$/
const uid = /^\d+(\.\d+){4,}$/

function imagePlaces(files: readonly string[]): Places {
  const byFolder = new Map<string, string[]>()
  const mammograms: string[] = []
  for (const file of files) {
    if (!/\.(dcm|png|jpe?g|tiff?)$/i.test(file)) continue
    const folders = file.split('/').slice(0, -1)
    const isMammogram = folders.some((folder) => mammogramFolder.test(folder))
    if (isMammogram) mammograms.push(file)
    for (const folder of folders) {
      if (!(isMammogram ? mammogramFolder.test(folder) : uid.test(folder) || lesionFolder.test(folder))) continue
      const others = byFolder.get(folder)
      if (others) others.push(file)
      else byFolder.set(folder, [file])
    }
  }
  return { byFolder, mammograms }
}

/** The DICOM files of a lesion, mask and crop: those of its folder, else of the series that its row names. */
function lesionFiles({ cells }: TableRow, { byFolder }: Places): readonly string[] {
  const paths = lesionColumns.map((name) => (cells[name] ?? '').trim().split('/'))
  for (const at of [0, -2]) {
    const files = [...new Set(paths.flatMap((path) => byFolder.get(path.at(at) ?? '') ?? []))]
    if (files.length > 0) return files.filter((file) => /\.dcm$/i.test(file))
  }
  return []
}

function findImages({ cells }: TableRow, id: string, { byFolder }: Places): readonly string[] {
  const series = cells[pathColumn]!.trim().split('/').at(-2)!
  return byFolder.get(id) ?? byFolder.get(series) ?? []
}

function imageOf(
  image: string,
  id: string,
  lesions: readonly TableRow[],
  { path, subset, problems }: { path: string; subset: 'train' | 'test'; problems: ProblemList },
): DataSetImage {
  const [{ cells, line }] = lesions as [TableRow]
  const side = cells['left or right breast']!
  const densityColumn = 'breast_density' in cells ? 'breast_density' : 'breast density'
  const density = cells[densityColumn] ?? ''
  problems.compare(lesions, ['patient_id', 'left or right breast', 'image view', densityColumn], path)
  const view = cells['image view']!.trim()
  if (!id.endsWith(`_${side.trim()}_${view}`)) {
    problems.add('contradictory-label', `${side} ${view} for ${id}`, path, line)
  }
  const labels = lesions.map((row) => {
    const pathology = row.cells.pathology!
    return problems.known(malignancy[pathology.trim().toUpperCase()], 'pathology', pathology, path, row.line)
  })
  const assessments = lesions.map((row) => {
    const cell = row.cells.assessment!
    return problems.known(readBirads(cell), 'assessment', cell, path, row.line)
  })
  const cancer = labels.includes(1) ? 1 : labels.includes(null) ? null : 0
  return dataSetImage({
    image,
    patientId: cells.patient_id!.trim(),
    imageId: id,
    laterality: problems.known(readLaterality(side), 'left or right breast', side, path, line),
    view: view || null,
    cancer,
    cancerSource: cancer === null ? '' : 'pathology',
    density: problems.known(readDensity(density), densityColumn, density, path, line),
    birads: gravest(assessments),
    subset,
    set: 'cbis-ddsm',
    columns: Object.fromEntries(
      Object.keys(cells).map((name) => [name, joinCells(lesions.map((row) => row.cells[name]!))]),
    ),
    table: path,
    line,
  })
}

/** 0 means that the assessment is incomplete: any other category says more. */
function gravest(categories: readonly (number | null)[]): number | null {
  const known = categories.filter((category) => category !== null)
  return known.length === 0 ? null : Math.max(...known)
}
