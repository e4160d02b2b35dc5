import type { z } from 'zod'
import { CommandError } from '../terminal/command-error.ts'

/**
 * Parses JSON against a schema.
 *
 * @throws CommandError `FILE_INVALID` that names the file, the key and the fault.
 */
export function parseJson<Schema extends z.ZodType>(schema: Schema, text: string, path: string): z.output<Schema> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new CommandError(
      'FILE_INVALID',
      `Expected JSON in ${path} but received: ${(error as Error).message}. Restore the file or make it again.`,
    )
  }
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  throw new CommandError(
    'FILE_INVALID',
    `Expected a valid ${issue.path.join('.') || 'object'} in ${path} but received: ${issue.message}. Restore the file or make it again.`,
  )
}
