/** Two halves of the patients of a data set: one to choose phantoms on, one to confirm the choice on, once. */
import { createHash } from 'node:crypto'

export type Half = 'a' | 'b'

/** Goes into the hash with the patient's id: another one is another pair of halves. */
export const halvesSeed = 'mammokit halves 1'

/**
 * The half of a patient, by the first bit of a SHA-256: it depends on nothing but the id.
 *
 * @example
 * halfOf('10011') // 'a' or 'b', always the same
 */
export function halfOf(patientId: string): Half {
  const [first = 0] = createHash('sha256').update(`${halvesSeed}\n${patientId}`).digest()
  return first < 128 ? 'a' : 'b'
}
