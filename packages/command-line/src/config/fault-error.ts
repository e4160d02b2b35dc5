/** The words for a fault of a configuration. */
import { CommandLineError } from '../command-line-error.ts'
import { describeSchema, expectedValue, plainText } from './describe-schema.ts'
import type { Fault } from './find-fault.ts'
import { discriminatorOf, type JsonSchema, membersOf } from './json-schema.ts'
import type { ConfigSources } from './sources.ts'

export function faultError(fault: Fault, sources: ConfigSources): CommandLineError {
  const { kind, path, schema, received } = fault
  const details = { key: path.join('.'), received }
  if (kind === 'unknown-key') {
    const message = `Expected a known key for ${sources.originOf(path)} but received ${path.join('.')}. ${whatIsKnown(fault, sources)}`
    return new CommandLineError('unknown-key', message, details)
  }
  const about = schema.description === undefined ? '' : ` It is the ${schema.description}.`
  const message = `Expected ${expectedValue(schema)} for ${sources.nameOf(path)} but received ${receivedText(received)}.`
  return new CommandLineError('invalid-value', `${message}${kind === 'missing' ? about : ''}`, details)
}

/** A value as JSON, cut where it is long. */
export function receivedText(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value))
  return text.length > 80 ? `${text.slice(0, 77)}...` : text
}

/** The keys of the object; in a union also which alternative the unknown key belongs to, and how to ask for that. */
function whatIsKnown({ path, schema, union }: Fault, sources: ConfigSources): string {
  const names = Object.keys(schema.properties ?? {})
  if (names.length === 0) return `${String(path.at(-1))} is a reserved name.`
  const known = `Known there: ${names.join(', ')}.`
  if (union === undefined) return known
  const key = String(path.at(-1))
  const owner = membersOf(union).find(({ properties = {} }) => Object.hasOwn(properties, key))
  const discriminator = discriminatorOf(union)
  if (discriminator === undefined) return `${known} Possible values: ${describeSchema(union)}.`
  const nameOf = (member: JsonSchema) => plainText(member.properties?.[discriminator].const)
  const knownOfMember = `Known for ${discriminator} ${nameOf(schema)}: ${names.join(', ')}.`
  if (owner === undefined) return knownOfMember
  const remedy = sources.howToGive([...path.slice(0, -1), discriminator], nameOf(owner))
  return `${knownOfMember} It belongs to ${discriminator} ${nameOf(owner)}: add ${remedy}.`
}
