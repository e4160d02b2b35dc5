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
  const expected = issue.message.replace(/^.*?expected (.*?)(, received .*)?$/, '$1')
  const received = JSON.stringify(issue.path.reduce<unknown>((part, name) => Object(part)[name], value)) ?? 'nothing'
  throw new TrainingRunError(
    'file-invalid',
    `Expected ${expected} for ${key || 'the object'} in ${path} but received ${received.slice(0, 80)}. ${advice}`,
    { path, key },
  )
}
