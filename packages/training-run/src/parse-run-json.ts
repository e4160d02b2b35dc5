import type { z } from 'zod'
import { TrainingRunError } from './training-run-error.ts'

/**
 * Parses JSON against a schema.
 *
 * @throws TrainingRunError file-invalid, which names the file, the key and the fault.
 */
export function parseRunJson<Schema extends z.ZodType>(
  schema: Schema,
  text: string,
  path: string,
  advice = 'Restore the file or make it again.',
): z.output<Schema> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    const { message } = error as Error
    throw new TrainingRunError('file-invalid', `Expected JSON in ${path} but received: ${message}. ${advice}`, { path })
  }
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const key = issue.path.join('.')
  throw new TrainingRunError(
    'file-invalid',
    `Expected a valid ${key || 'object'} in ${path} but received: ${issue.message}. ${advice}`,
    { path, key },
  )
}
