/** Checks a configuration against its schema and fills in its defaults. */
import type { z } from 'zod'
import { CommandLineError } from '../command-line-error.ts'
import { faultError, receivedText } from './fault-error.ts'
import { findFault, meantMember } from './find-fault.ts'
import {
  discriminatorOf,
  isRecord,
  type JsonSchema,
  jsonSchemaOf,
  membersOf,
  ownValue,
  valueAt,
} from './json-schema.ts'
import { type ConfigSources, inputSources } from './sources.ts'

/**
 * Checks a configuration and fills in its defaults.
 *
 * @param sources where each value came from, as an error names it
 * @throws CommandLineError `invalid-value`, `unknown-key`: the key at fault, its range and what was received
 * @example
 * parseConfig(z.strictObject({ epochs: z.int().min(1).default(5) }), {}) // { epochs: 5 }
 */
export function parseConfig<Schema extends z.ZodObject>(
  schema: Schema,
  input: unknown,
  sources: ConfigSources = inputSources,
): z.output<Schema> {
  const jsonSchema = jsonSchemaOf(schema)
  const whole = fillDiscriminators(jsonSchema, input)
  const fault = findFault(jsonSchema, whole)
  if (fault) throw faultError(fault, sources)
  const result = schema.safeParse(whole)
  if (result.success) return result.data
  // Rules that JSON Schema cannot state, such as those between two keys.
  const [{ path, message }] = result.error.issues
  const where = sources.nameOf(path)
  const received = receivedText(valueAt(whole, path))
  const text = message.startsWith('Expected ')
    ? `${message} See ${where}.`
    : `Expected ${message} for ${where} but received ${received}.`
  throw new CommandLineError('invalid-value', text, { key: path.join('.') })
}

/** Where an object does not say which alternative of a union it is, it is the one that is the default. */
function fillDiscriminators(schema: JsonSchema, value: unknown): unknown {
  if (!isRecord(value)) return value
  const discriminator = discriminatorOf(schema)
  const byDefault = discriminator !== undefined && isRecord(schema.default) && ownValue(schema.default, discriminator)
  if (discriminator !== undefined && byDefault && !Object.hasOwn(value, discriminator)) {
    return { [discriminator]: byDefault, ...value }
  }
  const { properties = {} } = membersOf(schema).length === 1 ? membersOf(schema)[0] : (meantMember(schema, value) ?? {})
  // A key named __proto__ stays a key of its own here.
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => {
      const known = ownValue(properties, key) as JsonSchema | undefined
      return [key, known ? fillDiscriminators(known, child) : child]
    }),
  )
}
