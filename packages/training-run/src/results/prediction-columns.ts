/** The columns of a prediction file, in its order. */
import { type CsvColumn, requiredColumn } from '@mammokit/strict-csv'
import { z } from 'zod'

const text = z.string().min(1, 'some text')

/** A decimal number, written out: no blank, no 0x1, no Infinity. */
const decimal = z
  .string()
  .regex(/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i, 'a decimal number')
  .transform(Number)
  .refine(Number.isFinite, 'a finite number')

export const predictionColumns = {
  imageId: requiredColumn('image_id', text),
  patientId: requiredColumn('patient_id', text),
  laterality: requiredColumn('laterality', z.enum(['L', 'R'], 'L or R')),
  view: requiredColumn('view', z.string()),
  target: requiredColumn(
    'cancer',
    z.enum(['0', '1'], '0 or 1').transform((cell) => Number(cell) as 0 | 1),
  ),
  logit: requiredColumn('logit', decimal),
  probability: requiredColumn(
    'probability',
    decimal.refine((value) => value >= 0 && value <= 1, 'a number from 0 to 1'),
  ),
} satisfies Record<string, CsvColumn>
