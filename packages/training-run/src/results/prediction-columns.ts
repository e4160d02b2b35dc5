/** The columns of a prediction file, in its order. */
import { type CsvColumn, requiredColumn } from '@mammokit/strict-csv'
import { z } from 'zod'

const text = z.string().min(1, 'some text')

/** A decimal number as it is written out. */
export const writtenNumber = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i

/** A decimal number, written out: no blank, no 0x1, no Infinity. One step, since a selection reads a million of them. */
function decimal(low: number, high: number) {
  return z.string().transform((cell, context) => {
    const value = Number(cell)
    if (writtenNumber.test(cell) && value >= low && value <= high) return value
    const range = Number.isFinite(value) ? `a number from ${low} to ${high}` : 'a finite number'
    context.addIssue({ code: 'custom', message: writtenNumber.test(cell) ? range : 'a decimal number' })
    return z.NEVER
  })
}

export const predictionColumns = {
  imageId: requiredColumn('image_id', text),
  patientId: requiredColumn('patient_id', text),
  laterality: requiredColumn('laterality', z.enum(['L', 'R'], 'L or R')),
  view: requiredColumn('view', z.string()),
  target: requiredColumn(
    'cancer',
    z.enum(['0', '1'], '0 or 1').transform((cell) => Number(cell) as 0 | 1),
  ),
  logit: requiredColumn('logit', decimal(-Number.MAX_VALUE, Number.MAX_VALUE)),
  probability: requiredColumn('probability', decimal(0, 1)),
} satisfies Record<string, CsvColumn>
