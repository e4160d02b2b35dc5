/** manifest.csv: a row per image of the data set, what became of it and how. */
import { readInputFile, writeFileAtomic } from '@mammokit/atomic-files'
import { type CsvCell, formatCsv, parseCsvRows } from '@mammokit/strict-csv'
import { byPatientAndImage } from './by-patient-and-image.ts'
import { manifestColumns } from './manifest-columns.ts'

/** One image of the data set. */
export interface ManifestRow {
  readonly imageId: string
  readonly patientId: string
  /** 'failed' rows have no file; `reason` says why. */
  readonly status: 'ok' | 'failed'
  readonly method: 'yolov5' | 'threshold' | 'full-frame' | ''
  /** Why the file failed, or why a fallback was used; else empty. */
  readonly reason: string
  readonly score: number | undefined
  /** What was cut out, pixels of the DICOM frame. */
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number } | undefined
  /** Side of the image on which the chest wall lies. */
  readonly side: 'L' | 'R' | ''
  readonly laterality: string
  readonly view: string
  /** The image's share of the time of its worker: the one measured value, empty where it was not wanted. */
  readonly seconds: number | undefined
  /** The DICOM file, relative to the input folder. */
  readonly source: string
  /** The image, relative to the manifest's folder. */
  readonly file: string
  readonly sourceSha256: string
  readonly preprocessHash: string
}

/**
 * Reads a manifest.
 *
 * @throws CsvError with the line; FileError `not-found`, `cannot-read`
 * @example
 * (await readManifest('data/processed/manifest.csv')).filter(({ status }) => status === 'failed').length // 3
 */
export async function readManifest(path: string): Promise<ManifestRow[]> {
  const text = (await readInputFile(path, 'Preprocess first: mammokit-trainer extract-rois.')).toString('utf8')
  const rows = parseCsvRows(text, path, manifestColumns, { unique: ['imageId'], allowEmpty: true })
  return rows.map(({ values: { boxX: x, boxY: y, boxWidth: width, boxHeight: height, ...values } }) => ({
    ...values,
    box:
      x === undefined || y === undefined || width === undefined || height === undefined
        ? undefined
        : { x, y, width, height },
  }))
}

/**
 * Writes a manifest, sorted by patient and image, whole or not at all.
 *
 * @param writer part of the temporary name where several processes may write the file at the same time
 * @throws FileError `cannot-write`
 */
export async function writeManifest(path: string, rows: readonly ManifestRow[], writer = ''): Promise<void> {
  const header = Object.values(manifestColumns).map(({ name }) => name)
  await writeFileAtomic(path, formatCsv(header, [...rows].sort(byPatientAndImage).map(cellsOf)), { writer })
}

/** In the order of `manifestColumns`. */
function cellsOf(row: ManifestRow): CsvCell[] {
  const { box } = row
  const cells: Record<keyof typeof manifestColumns, CsvCell> = {
    ...row,
    score: row.score?.toFixed(4),
    boxX: box?.x,
    boxY: box?.y,
    boxWidth: box?.width,
    boxHeight: box?.height,
    seconds: row.seconds?.toFixed(3),
  }
  return Object.keys(manifestColumns).map((field) => cells[field as keyof typeof manifestColumns])
}
