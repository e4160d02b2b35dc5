/** manifest.csv: a row per image of the data set, what became of it and how. */
import { readFile } from 'node:fs/promises'
import Papa from 'papaparse'
import { z } from 'zod'
import { DatasetError } from '../dataset-error.ts'
import { writeAtomically } from '../write-atomically.ts'

const optionalNumber = z.union([z.literal('').transform(() => undefined), z.coerce.number()])

const csvRow = z
  .object({
    image_id: z.string().min(1),
    patient_id: z.string().min(1),
    status: z.enum(['ok', 'failed']),
    method: z.enum(['yolov5', 'threshold', 'full-frame', '']),
    reason: z.string(),
    score: optionalNumber,
    box_x: optionalNumber,
    box_y: optionalNumber,
    box_width: optionalNumber,
    box_height: optionalNumber,
    side: z.enum(['L', 'R', '']),
    laterality: z.string(),
    view: z.string(),
    seconds: optionalNumber,
    source: z.string(),
    file: z.string(),
    source_sha256: z.string(),
    preprocess_hash: z.string(),
  })
  .transform((row) => ({
    imageId: row.image_id,
    patientId: row.patient_id,
    /** 'failed' rows have no file; `reason` says why. */
    status: row.status,
    method: row.method,
    /** Why the file failed, or why a fallback was used; else empty. */
    reason: row.reason,
    score: row.score,
    /** What was cut out, pixels of the DICOM frame. */
    box:
      row.box_x === undefined || row.box_y === undefined || row.box_width === undefined || row.box_height === undefined
        ? undefined
        : { x: row.box_x, y: row.box_y, width: row.box_width, height: row.box_height },
    side: row.side,
    laterality: row.laterality,
    view: row.view,
    /** The image's share of the time of its worker: the one measured value, empty where it was not wanted. */
    seconds: row.seconds,
    /** The DICOM file, relative to the input folder. */
    source: row.source,
    /** The image, relative to the manifest's folder. */
    file: row.file,
    sourceSha256: row.source_sha256,
    preprocessHash: row.preprocess_hash,
  }))

const columns = [
  'image_id',
  'patient_id',
  'status',
  'method',
  'reason',
  'score',
  'box_x',
  'box_y',
  'box_width',
  'box_height',
  'side',
  'laterality',
  'view',
  'seconds',
  'source',
  'file',
  'source_sha256',
  'preprocess_hash',
] as const

/** One image of the data set. */
export type ManifestRow = Readonly<z.output<typeof csvRow>>

/** Reads a manifest. @throws DatasetError `input-not-found`, `invalid-csv` with the line */
export async function readManifest(path: string): Promise<ManifestRow[]> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new DatasetError('input-not-found', `Expected a manifest at ${path} but received ${code}.`, { path, code })
  }
  const { data } = Papa.parse<Record<string, string>>(text, { delimiter: ',', header: true, skipEmptyLines: true })
  return data.map((record, index) => {
    const row = csvRow.safeParse(record)
    if (row.success) return row.data
    // Line 1 is the header.
    throw new DatasetError(
      'invalid-csv',
      `Expected a manifest row in ${path}, line ${index + 2}: ${z.prettifyError(row.error)}`,
      {
        path,
        line: index + 2,
      },
    )
  })
}

/** Writes a manifest, sorted by patient and image, atomically; `writer` as in `writeAtomically`. */
export async function writeManifest(path: string, rows: readonly ManifestRow[], writer = ''): Promise<void> {
  const records = [...rows]
    .sort(byPatientAndImage)
    .map((row) => [
      row.imageId,
      row.patientId,
      row.status,
      row.method,
      row.reason,
      row.score?.toFixed(4) ?? '',
      row.box?.x ?? '',
      row.box?.y ?? '',
      row.box?.width ?? '',
      row.box?.height ?? '',
      row.side,
      row.laterality,
      row.view,
      row.seconds?.toFixed(3) ?? '',
      row.source,
      row.file,
      row.sourceSha256,
      row.preprocessHash,
    ])
  await writeAtomically(path, `${Papa.unparse([[...columns], ...records], { newline: '\n' })}\n`, writer)
}

/** Order of a manifest's rows: numbers by value, everything else by code point, the same on every machine. */
export function byPatientAndImage(
  a: { patientId: string; imageId: string },
  b: { patientId: string; imageId: string },
): number {
  return compareIds(a.patientId, b.patientId) || compareIds(a.imageId, b.imageId)
}

function compareIds(a: string, b: string): number {
  const numeric = /^\d{1,15}$/.test(a) && /^\d{1,15}$/.test(b)
  if (numeric && Number(a) !== Number(b)) return Number(a) - Number(b)
  return a < b ? -1 : a > b ? 1 : 0
}
