/** The columns of train.csv in the RSNA layout, and what their cells may hold; every file with such a column is judged by these. */
import { optionalColumn, requiredColumn } from '@mammokit/strict-csv'
import { z } from 'zod'

/** Ids become names of files and folders; `6.7E+08` is what a spreadsheet makes of one. */
const identifier = z
  .string()
  .refine((id) => !/^\d(?:\.\d+)?e\+\d+$/i.test(id), {
    error: 'an id as it was before a spreadsheet rewrote it as a number (restore the original file)',
    abort: true,
  })
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'an id of letters, digits, dots, dashes and underscores')
const laterality = z.enum(['L', 'R'], 'L or R')
const view = z.string().min(1, 'a view such as CC or MLO')
export const optionalNumber = z
  .string()
  .regex(/^([+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?)?$/, 'a number or nothing')
  .transform((cell) => (cell === '' ? null : Number(cell)))
export const optionalText = z.string().transform((cell) => (cell === '' ? null : cell))
export const optionalFlag = z
  .string()
  .regex(/^(0|1|true|false|)$/i, '0, 1, True, False or nothing')
  .transform((cell) => (cell === '' ? null : cell === '1' || cell.toLowerCase() === 'true'))

export const idColumns = {
  patientId: requiredColumn('patient_id', identifier),
  imageId: requiredColumn('image_id', identifier),
}

export const viewColumns = {
  laterality: requiredColumn('laterality', laterality),
  view: requiredColumn('view', view),
}

/** For files that list images without saying what they show. */
export const optionalViewColumns = {
  laterality: optionalColumn('laterality', laterality),
  view: optionalColumn('view', view),
}

export const labelColumn = {
  cancer: requiredColumn(
    'cancer',
    z.enum(['0', '1'], '0 or 1').transform((cell): 0 | 1 => (cell === '1' ? 1 : 0)),
  ),
}

export const detailColumns = {
  siteId: optionalColumn('site_id', optionalNumber),
  age: optionalColumn('age', optionalNumber),
  implant: optionalColumn('implant', optionalFlag),
  machineId: optionalColumn('machine_id', optionalText),
  biopsy: optionalColumn('biopsy', optionalFlag),
  invasive: optionalColumn('invasive', optionalFlag),
  birads: optionalColumn('BIRADS', optionalNumber),
  density: optionalColumn('density', optionalText),
  difficultNegativeCase: optionalColumn('difficult_negative_case', optionalFlag),
}

export const placeColumns = {
  subset: requiredColumn('subset', z.enum(['train', 'val', 'test'], 'train, val or test')),
  fold: requiredColumn(
    'fold',
    z
      .string()
      .regex(/^\d*$/, 'a whole number or nothing')
      .transform((cell) => (cell === '' ? null : Number(cell))),
  ),
}
