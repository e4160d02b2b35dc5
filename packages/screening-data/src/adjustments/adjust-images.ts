/** Applies the lists of exclusions and corrections to the images of a data set. */
import { CsvError } from '@mammokit/strict-csv'
import type { DataSetImage } from '../data-set/data-set-image.ts'
import { correctableColumns } from '../data-set/images-csv.ts'
import { safeNames } from '../data-set/safe-names.ts'
import type { AdjustmentLists, Correction, Exclusion } from './adjustment-lists.ts'
import { type Adjustments, noAdjustments } from './adjustments.ts'

/**
 * The images with their cells corrected, and with the reason in `excluded` where they are not to be used.
 *
 * @throws CsvError with the line of the list: an unknown id or column, a value that the column cannot have, a correction that does not fit
 */
export function adjustImages(
  images: readonly DataSetImage[],
  { exclusions, corrections }: AdjustmentLists,
): { readonly images: readonly DataSetImage[]; readonly adjustments: Adjustments } {
  if (!exclusions && !corrections) return { images, adjustments: noAdjustments }
  const ids = indexOf(images, ({ imageId }) => imageId)
  const result = [...images]
  for (const correction of corrections?.rows ?? []) {
    const places = ids.get(correction.imageId)
    if (!places) throw unknownId('image_id', correction.imageId, correction.line, corrections!.path)
    for (const at of places) result[at] = corrected(result[at]!, correction, corrections!.path)
  }
  assertEachOnce(corrections?.rows ?? [], corrections?.path ?? '')
  if (exclusions) {
    const patients = indexOf(images, ({ patientId }) => patientId)
    for (const exclusion of exclusions.rows) {
      for (const at of placesOf(exclusion, ids, patients, exclusions.path)) {
        // Of several reasons the first.
        result[at] = { excluded: exclusion.reason, ...result[at]! }
      }
    }
  }
  return {
    images: result,
    adjustments: {
      excluded: countExcluded(result),
      corrected: countCorrected(corrections?.rows ?? []),
      exclusionsSha256: exclusions?.sha256 ?? null,
      correctionsSha256: corrections?.sha256 ?? null,
    },
  }
}

type Index = ReadonlyMap<string, readonly number[]>

/** Where the images of each id are, by the id of the set and by the safe name that manifest.csv has. */
function indexOf(images: readonly DataSetImage[], idOf: (image: DataSetImage) => string): Index {
  const places = new Map<string, number[]>()
  for (const [at, image] of images.entries()) {
    const known = places.get(idOf(image))
    if (known) known.push(at)
    else places.set(idOf(image), [at])
  }
  for (const [id, name] of safeNames(places.keys())) if (!places.has(name)) places.set(name, places.get(id)!)
  return places
}

function placesOf(
  { imageId, patientId, line }: Exclusion,
  ids: Index,
  patients: Index,
  path: string,
): readonly number[] {
  const ofImage = imageId === null ? undefined : ids.get(imageId)
  const ofPatient = patientId === null ? undefined : patients.get(patientId)
  if (imageId !== null && !ofImage) throw unknownId('image_id', imageId, line, path)
  if (patientId !== null && !ofPatient) throw unknownId('patient_id', patientId, line, path)
  if (ofImage && ofPatient && !ofImage.every((at) => ofPatient.includes(at))) {
    const message = `Expected the patient of image ${imageId} for patient_id on line ${line} of ${path} but received ${patientId}. Correct that line.`
    throw new CsvError('bad-value', message, { path, line, column: 'patient_id', value: patientId! })
  }
  return ofImage ?? ofPatient!
}

function corrected(image: DataSetImage, { column, was, value, line }: Correction, path: string): DataSetImage {
  const standard = correctableColumns.find(({ name }) => name === column)
  const own = image.columns[column]
  if (standard === undefined && (own === undefined || /^(image|patient|study|series|set)(_?id)?$/i.test(column))) {
    const known = correctableColumns.map(({ name }) => name).join(', ')
    const message = `Expected a column of the data set that is no id for column on line ${line} of ${path} but received ${column}. Name one of ${known}, or a column of the set.`
    throw new CsvError('bad-value', message, { path, line, column: 'column', value: column })
  }
  const parse = (cell: string): unknown => (standard ? standard.schema.safeParse(cell.trim()).data : cell.trim())
  const now = standard ? image[standard.field] : own!.trim()
  if (parse(was) !== now) {
    const message = `Expected ${JSON.stringify(own ?? String(now ?? ''))}, which the table has, for was on line ${line} of ${path} but received ${JSON.stringify(was)}. The table has changed since: look at it again, and correct or remove that line.`
    throw new CsvError('bad-value', message, { path, line, column: 'was', value: was })
  }
  const parsed = parse(value)
  if (parsed === undefined) {
    const wanted = standard!.schema.safeParse(value.trim()).error!.issues[0]!.message
    const message = `Expected ${wanted} for value on line ${line} of ${path} but received ${JSON.stringify(value)}. Correct that cell.`
    throw new CsvError('bad-value', message, { path, line, column: 'value', value })
  }
  return {
    ...image,
    ...(standard && { [standard.field]: parsed }),
    ...(column === 'cancer' && { cancerSource: parsed === null ? '' : 'corrections.csv' }),
    columns: own === undefined ? image.columns : { ...image.columns, [column]: value },
  }
}

function assertEachOnce(corrections: readonly Correction[], path: string): void {
  const lines = new Map<string, number>()
  for (const { imageId, column, line } of corrections) {
    const cell = JSON.stringify([imageId, column])
    const earlier = lines.get(cell)
    if (earlier !== undefined) {
      const message = `Expected each cell once for ${path} but received ${column} of image ${imageId} on line ${earlier} and again on line ${line}. Remove one.`
      throw new CsvError('duplicate-value', message, { path, line, column: 'column', value: column })
    }
    lines.set(cell, line)
  }
}

function unknownId(column: string, value: string, line: number, path: string): CsvError {
  const message = `Expected an id of the data set for ${column} on line ${line} of ${path} but received ${JSON.stringify(value)}. Correct or remove that line.`
  return new CsvError('bad-value', message, { path, line, column, value })
}

function countExcluded(images: readonly DataSetImage[]) {
  const counts = new Map<string, { images: number; patients: Set<string> }>()
  for (const { excluded, patientId } of images) {
    if (excluded === undefined) continue
    const count = counts.get(excluded) ?? { images: 0, patients: new Set() }
    counts.set(excluded, { images: count.images + 1, patients: count.patients.add(patientId) })
  }
  return [...counts].map(([reason, count]) => ({ reason, images: count.images, patients: count.patients.size }))
}

function countCorrected(corrections: readonly Correction[]) {
  const counts = new Map<string, { column: string; reason: string; images: number }>()
  for (const { column, reason } of corrections) {
    const key = JSON.stringify([column, reason])
    const count = counts.get(key) ?? { column, reason, images: 0 }
    counts.set(key, { ...count, images: count.images + 1 })
  }
  return [...counts.values()]
}
