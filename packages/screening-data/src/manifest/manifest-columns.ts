/** The columns of manifest.csv, in its order. */
import { optionalColumn, requiredColumn } from '@mammokit/strict-csv'
import { z } from 'zod'
import { idColumns } from '../rows/row-columns.ts'

const text = z.string()
const optionalNumber = z
  .string()
  .regex(/^(-?\d+(\.\d+)?)?$/, 'a number or nothing')
  .transform((cell) => (cell === '' ? undefined : Number(cell)))

const sha256 = z.string().regex(/^([0-9a-f]{64})?$/, 'a SHA-256 or nothing')
const list = z.string().transform((cell) => cell.split(' ').filter((item) => item !== ''))

export const manifestColumns = {
  imageId: idColumns.imageId,
  patientId: idColumns.patientId,
  status: requiredColumn('status', z.enum(['ok', 'failed'], 'ok or failed')),
  method: requiredColumn(
    'method',
    z.enum(['yolov5', 'threshold', 'full-frame', ''], 'yolov5, threshold, full-frame or nothing'),
  ),
  reason: requiredColumn('reason', text),
  warnings: requiredColumn('warnings', list),
  score: requiredColumn('score', optionalNumber),
  boxX: requiredColumn('box_x', optionalNumber),
  boxY: requiredColumn('box_y', optionalNumber),
  boxWidth: requiredColumn('box_width', optionalNumber),
  boxHeight: requiredColumn('box_height', optionalNumber),
  scaleX: requiredColumn('scale_x', optionalNumber),
  scaleY: requiredColumn('scale_y', optionalNumber),
  padX: requiredColumn('pad_x', optionalNumber),
  padY: requiredColumn('pad_y', optionalNumber),
  side: requiredColumn('side', z.enum(['L', 'R', ''], 'L, R or nothing')),
  laterality: requiredColumn('laterality', text),
  view: requiredColumn('view', text),
  seconds: requiredColumn('seconds', optionalNumber),
  source: requiredColumn('source', text),
  file: requiredColumn('file', text),
  sourceSha256: requiredColumn('source_sha256', sha256),
  imageSha256: requiredColumn('image_sha256', sha256),
  preprocessHash: requiredColumn('preprocess_hash', text),
  rows: optionalColumn('rows', optionalNumber),
  columns: optionalColumn('columns', optionalNumber),
  sourceBytes: optionalColumn('source_bytes', optionalNumber),
  sourceModified: optionalColumn('source_modified', text),
}

/** Columns that manifests of earlier versions lack. */
export const newColumns: readonly string[] = ['warnings', 'scale_x', 'scale_y', 'pad_x', 'pad_y', 'image_sha256']
