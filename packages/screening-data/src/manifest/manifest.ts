/** manifest.csv: a row per image of the data set, what became of it and how. */
import { readInputFile, writeFileAtomic } from '@mammokit/atomic-files'
import { type CsvCell, CsvError, type CsvValues, formatCsv, mapCsvRows } from '@mammokit/strict-csv'
import { ScreeningDataError } from '../screening-data-error.ts'
import { byPatientAndImage } from './by-patient-and-image.ts'
import { manifestColumns, newColumns } from './manifest-columns.ts'

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
  /** `identifier:<attribute>` for what may identify the patient, `view:unknown`, ...; never a value. */
  readonly warnings: readonly string[]
  /** What was cut out, and where it lies in the image; none where the image failed. */
  readonly placement: ImagePlacement | undefined
  /** Size of the image in its file, pixels; none where it failed, or an earlier version made it. */
  readonly frame?: { readonly height: number; readonly width: number } | undefined
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
  /** SHA-256 of the DICOM file and of the image, hexadecimal; empty where the image failed. */
  readonly sourceSha256: string
  readonly imageSha256: string
  /** The DICOM file as it was when the image was made; none where it failed, or an earlier version made it. */
  readonly sourceState?: SourceState | undefined
  readonly preprocessHash: string
}

/** By what a file that was replaced is noticed without reading it. */
export interface SourceState {
  readonly sizeBytes: number
  /** Time of the last modification, ISO 8601 in UTC. */
  readonly modified: string
}

/** How a box of the DICOM frame lies in the image: image x = padX + (frame x - box.x) * scaleX, and y alike. */
export interface ImagePlacement {
  /** Pixels of the DICOM frame. */
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
  /** Pixels of the image per pixel of the frame; negative where the image is mirrored. */
  readonly scaleX: number
  readonly scaleY: number
  /** Where the box's left upper corner lies in the image, pixels. */
  readonly padX: number
  readonly padY: number
}

/**
 * Reads a manifest.
 *
 * @throws ScreeningDataError `outdated-manifest` for one of an earlier version, which says nothing about the images' content
 * @throws CsvError with the line; FileError `not-found`, `cannot-read`
 * @example
 * (await readManifest('data/processed/manifest.csv')).filter(({ status }) => status === 'failed').length // 3
 */
export async function readManifest(path: string): Promise<ManifestRow[]> {
  const bytes = await readInputFile(path, 'Preprocess first: mammokit-trainer extract-rois.')
  try {
    return parseManifest(bytes, path)
  } catch (error) {
    if (!(error instanceof CsvError && error.code === 'missing-column')) throw error
    const { column = '' } = error.details
    if (!newColumns.includes(column)) throw error
    throw new ScreeningDataError(
      'outdated-manifest',
      `Expected a column ${column} in ${path} but received a manifest of an earlier version. Bring it up to date: mammokit-trainer extract-rois makes the images again.`,
      { path, column },
    )
  }
}

function parseManifest(content: string | Uint8Array, path: string): ManifestRow[] {
  const options = { unique: ['imageId'], allowEmpty: true, cells: false } as const
  return mapCsvRows(content, path, manifestColumns, options, ({ line, values }) => {
    const placement = placementOf(values)
    if (values.status === 'ok' && !(placement?.scaleX && placement.scaleY && values.file && values.imageSha256)) {
      throw new CsvError(
        'bad-value',
        `Expected file, box, scale, padding and image_sha256 for the image on line ${line} of ${path} but received a row without one of them. Run mammokit-trainer extract-rois again.`,
        { path, line, column: 'status', value: values.status },
      )
    }
    // Field by field: copying the others of an object takes ten times as long.
    return {
      imageId: values.imageId,
      patientId: values.patientId,
      status: values.status,
      method: values.method,
      reason: values.reason,
      warnings: values.warnings,
      score: values.score,
      side: values.side,
      laterality: values.laterality,
      view: values.view,
      seconds: values.seconds,
      source: values.source,
      file: values.file,
      sourceSha256: values.sourceSha256,
      imageSha256: values.imageSha256,
      preprocessHash: values.preprocessHash,
      placement,
      frame: values.rows && values.columns ? { height: values.rows, width: values.columns } : undefined,
      sourceState:
        values.sourceBytes && values.sourceModified
          ? { sizeBytes: values.sourceBytes, modified: values.sourceModified }
          : undefined,
    }
  })
}

/** None where a part of it is missing. */
function placementOf(values: CsvValues<typeof manifestColumns>): ImagePlacement | undefined {
  const { boxX: x, boxY: y, boxWidth: width, boxHeight: height, scaleX, scaleY, padX, padY } = values
  if (x === undefined || y === undefined || width === undefined || height === undefined) return undefined
  if (scaleX === undefined || scaleY === undefined || padX === undefined || padY === undefined) return undefined
  return { box: { x, y, width, height }, scaleX, scaleY, padX, padY }
}

const header = Object.values(manifestColumns).map(({ name }) => name)

/** A row as a line of JSON for a journal that is read back by `parseManifestLine`. */
export function formatManifestLine(row: ManifestRow): string {
  const cells = cellsOf(row).map((cell) => String(cell ?? ''))
  return JSON.stringify(Object.fromEntries(header.map((name, at) => [name, cells[at]])))
}

/** The row of a journal's line, checked as a manifest's; undefined for one that is torn, altered, or of an earlier version. */
export function parseManifestLine(line: string): ManifestRow | undefined {
  try {
    const cells = JSON.parse(line) as Record<string, string>
    return parseManifest(formatCsv(header, [header.map((name) => cells[name]!)]), 'the journal')[0]
  } catch {
    return undefined
  }
}

/**
 * Writes a manifest, sorted by patient and image, whole or not at all.
 *
 * @param writer part of the temporary name where several processes may write the file at the same time
 * @throws FileError `cannot-write`
 */
export async function writeManifest(path: string, rows: readonly ManifestRow[], writer = ''): Promise<void> {
  await writeFileAtomic(path, formatCsv(header, [...rows].sort(byPatientAndImage).map(cellsOf)), { writer })
}

/**
 * SHA-256 of each image's DICOM file by image id, for splits that keep copies of an image together; files that were not read have none.
 *
 * @example
 * splitRows(rows, { hashes: sourceHashes(await readManifest('data/processed/manifest.csv')) })
 */
export function sourceHashes(rows: readonly ManifestRow[]): Map<string, string> {
  const hashes = new Map<string, string>()
  for (const { imageId, sourceSha256 } of rows) if (sourceSha256) hashes.set(imageId, sourceSha256)
  return hashes
}

/** In the order of `manifestColumns`. */
function cellsOf(row: ManifestRow): CsvCell[] {
  const { box, scaleX, scaleY, padX, padY } = row.placement ?? {}
  const cells: Record<keyof typeof manifestColumns, CsvCell> = {
    ...row,
    score: row.score?.toFixed(4),
    boxX: box?.x,
    boxY: box?.y,
    boxWidth: box?.width,
    boxHeight: box?.height,
    scaleX: scaleX?.toFixed(9),
    scaleY: scaleY?.toFixed(9),
    padX: padX?.toFixed(6),
    padY: padY?.toFixed(6),
    warnings: row.warnings.join(' '),
    seconds: row.seconds?.toFixed(3),
    rows: row.frame?.height,
    columns: row.frame?.width,
    sourceBytes: row.sourceState?.sizeBytes,
    sourceModified: row.sourceState?.modified,
  }
  return Object.keys(manifestColumns).map((field) => cells[field as keyof typeof manifestColumns])
}
