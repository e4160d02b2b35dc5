/** Images of a data set as the rows that training sees: under safe names, with a label, a side and a view. */
import { optionalColumn } from '@mammokit/strict-csv'
import { z } from 'zod'
import type { DataSetImage } from '../data-set/data-set-image.ts'
import { imageTable, type StandardColumn } from '../data-set/image-table.ts'
import { safeNames } from '../data-set/safe-names.ts'
import type { LeftOutImage, LeftOutReason } from '../left-out.ts'
import { detailColumns, idColumns, labelColumn, viewColumns } from '../rows/row-columns.ts'
import type { ScreeningRow } from '../rows/train-csv.ts'
import { ScreeningDataError } from '../screening-data-error.ts'

/** Labeled rows of a data set, and what lacks a label, side or view. */
export interface ScreeningRows {
  /** In the order of the data set. */
  readonly rows: ScreeningRow[]
  /** Images without a label, side or view. */
  readonly leftOut: readonly LeftOutImage[]
}

/**
 * The images with a label, a side and a view as rows, under names that every file system takes, the same as those of `listImages`; the
 * set's own columns stay, with the standard ones that it lacks. Images that exclusions.csv names are in neither list.
 *
 * @throws ScreeningDataError `no-labels` where no image has all three
 */
export function screeningRows(images: readonly DataSetImage[]): ScreeningRows {
  const patients = safeNames(images.map(({ patientId }) => patientId))
  const names = safeNames(images.map(({ imageId }) => imageId))
  const renamed = images.flatMap((image) =>
    image.excluded === undefined
      ? [
          {
            ...image,
            patientId: patients.get(image.patientId)!,
            imageId: names.get(image.imageId)!,
          },
        ]
      : [],
  )
  const usable = renamed.filter((image) => lackOf(image) === undefined)
  const leftOut = renamed.flatMap((row): LeftOutImage[] => {
    const reason = lackOf(row)
    return reason === undefined ? [] : [{ row, reason, detail: '' }]
  })
  if (usable.length === 0) throw noLabels(leftOut)
  // train.csv of the RSNA layout says all that there is: its splits.csv has its columns and no others.
  const isTrainCsv = usable.every(({ set, table }) => set === 'rsna' && table === 'train.csv')
  const columns = isTrainCsv ? standard.filter(({ column }) => !ofOtherSets.has(column.name)) : standard
  const { header, rows } = imageTable(usable, columns, { reserved: ['subset', 'fold'], ownFirst: true })
  return {
    rows: usable.map(
      ({ patientId, imageId, laterality, view, cancer, age, implant, machineId, birads, density }, at) => {
        const cells = Object.fromEntries(header.map((name, column) => [name, rows[at]![column]!]))
        return {
          patientId,
          imageId,
          laterality: laterality!,
          view: view!,
          cancer: cancer!,
          siteId: own('siteId', cells),
          age,
          implant,
          machineId,
          biopsy: own('biopsy', cells),
          invasive: own('invasive', cells),
          birads,
          density,
          difficultNegativeCase: own('difficultNegativeCase', cells),
          columns: cells,
        }
      },
    ),
    leftOut,
  }
}

function lackOf({ cancer, laterality, view }: DataSetImage): LeftOutReason | undefined {
  if (cancer === null) return 'no-label'
  if (laterality === null) return 'no-laterality'
  return view === null ? 'no-view' : undefined
}

/** Names and meaning as in train.csv; then what other sets say. */
const standard: readonly StandardColumn<DataSetImage>[] = [
  { column: idColumns.patientId, value: ({ patientId }) => patientId },
  { column: idColumns.imageId, value: ({ imageId }) => imageId },
  { column: viewColumns.laterality, value: ({ laterality }) => laterality },
  { column: viewColumns.view, value: ({ view }) => view },
  { column: labelColumn.cancer, value: ({ cancer }) => cancer },
  { column: detailColumns.age, value: ({ age }) => age },
  { column: detailColumns.density, value: ({ density }) => density },
  { column: detailColumns.birads, value: ({ birads }) => birads },
  { column: detailColumns.machineId, value: ({ machineId }) => machineId },
  { column: detailColumns.implant, value: ({ implant }) => implant },
  { column: text('study'), value: ({ studyId }) => studyId },
  { column: text('cancer_source'), value: ({ cancerSource }) => cancerSource },
  { column: text('lesions'), value: ({ lesions }) => (lesions.length === 0 ? '' : JSON.stringify(lesions)) },
  { column: text('published_subset'), value: ({ subset }) => subset },
  { column: text('set'), value: ({ set }) => set },
]

const ofOtherSets: ReadonlySet<string> = new Set(['cancer_source', 'published_subset', 'set'])

function text(name: string) {
  return optionalColumn(name, z.string())
}

type OwnField = 'siteId' | 'biopsy' | 'invasive' | 'difficultNegativeCase'

/** A field of train.csv that other sets have only as a column of their own. */
function own<Field extends OwnField>(field: Field, columns: Readonly<Record<string, string>>): ScreeningRow[Field] {
  const { name, schema } = detailColumns[field]
  const cell = columns[name]
  return (cell === undefined ? null : (schema.safeParse(cell.trim()).data ?? null)) as ScreeningRow[Field]
}

function noLabels(leftOut: readonly LeftOutImage[]): ScreeningDataError {
  return new ScreeningDataError(
    'no-labels',
    `Expected cancer, laterality and view for at least one image but received ${leftOut.length} images without. Add the columns to the data set's table.`,
    { images: leftOut.length },
  )
}
