/** Where a configuration does not fit its schema: the innermost key, and within a union the alternative that was meant. */
import { discriminatorOf, isRecord, type JsonSchema, membersOf, ownValue } from './json-schema.ts'

export interface Fault {
  readonly kind: 'invalid' | 'missing' | 'unknown-key'
  readonly path: readonly PropertyKey[]
  /** Of the value; of an unknown key, of the object that has it. */
  readonly schema: JsonSchema
  /** The union that this object belongs to. */
  readonly union?: JsonSchema
  readonly received: unknown
}

/** The first fault, or undefined where the value fits. */
export function findFault(schema: JsonSchema, value: unknown, path: readonly PropertyKey[] = []): Fault | undefined {
  const members = membersOf(schema)
  if (members.length > 1) return faultInUnion(schema, members, value, path)
  const [only] = members
  if (isRecord(value) && only.type === 'object') return faultInObject(only, value, path)
  if (Array.isArray(value) && only.type === 'array') return faultInList(only, value, path)
  return fits(only, value) ? undefined : { kind: 'invalid', path, schema: only, received: value }
}

/** The alternative that an object means: by the key that tells them apart, otherwise by the keys that it has. */
export function meantMember(schema: JsonSchema, value: Record<string, unknown>): JsonSchema | undefined {
  const objects = membersOf(schema).filter(({ type }) => type === 'object')
  const discriminator = discriminatorOf(schema)
  if (discriminator !== undefined) {
    return objects.find(({ properties = {} }) => properties[discriminator].const === ownValue(value, discriminator))
  }
  const shared = ({ properties = {} }: JsonSchema) =>
    Object.keys(value).filter((key) => Object.hasOwn(properties, key)).length
  return objects.reduce<JsonSchema | undefined>(
    (best, member) => (best === undefined || shared(member) > shared(best) ? member : best),
    undefined,
  )
}

function faultInUnion(
  schema: JsonSchema,
  members: readonly JsonSchema[],
  value: unknown,
  path: readonly PropertyKey[],
): Fault | undefined {
  if (members.some((member) => findFault(member, value, path) === undefined)) return undefined
  if (!isRecord(value)) return { kind: 'invalid', path, schema, received: value }
  const member = meantMember(schema, value)
  if (member) {
    const fault = findFault(member, value, path)
    return fault?.path.length === path.length + 1 ? { ...fault, union: schema } : fault
  }
  const discriminator = discriminatorOf(schema)
  if (discriminator === undefined) return { kind: 'invalid', path, schema, received: value }
  const names = members.map(({ properties = {} }) => properties[discriminator]?.const)
  return {
    kind: Object.hasOwn(value, discriminator) ? 'invalid' : 'missing',
    path: [...path, discriminator],
    schema: { enum: names.filter((name) => name !== undefined) },
    received: ownValue(value, discriminator),
  }
}

function faultInObject(
  schema: JsonSchema,
  value: Record<string, unknown>,
  path: readonly PropertyKey[],
): Fault | undefined {
  const { properties = {}, required = [], additionalProperties = true } = schema
  for (const key of Object.keys(value)) {
    const known = Object.hasOwn(properties, key)
    if (reservedKeys.has(key) || (!known && additionalProperties === false)) {
      return { kind: 'unknown-key', path: [...path, key], schema, received: value[key] }
    }
    const child = known ? properties[key] : isRecord(additionalProperties) ? (additionalProperties as JsonSchema) : {}
    const fault = findFault(child, value[key], [...path, key])
    if (fault) return fault
  }
  const missing = required.find((key) => !Object.hasOwn(value, key))
  if (missing === undefined) return undefined
  return { kind: 'missing', path: [...path, missing], schema: properties[missing], received: undefined }
}

/** Keys that would reach the prototype of all objects. */
const reservedKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

function faultInList(schema: JsonSchema, value: readonly unknown[], path: readonly PropertyKey[]): Fault | undefined {
  const { prefixItems, items } = schema
  if (prefixItems && value.length !== prefixItems.length) return { kind: 'invalid', path, schema, received: value }
  for (const [index, element] of value.entries()) {
    const fault = findFault(prefixItems?.[index] ?? (items || {}), element, [...path, index])
    if (fault) return fault
  }
  return undefined
}

function fits(schema: JsonSchema, value: unknown): boolean {
  if (schema.enum) return schema.enum.includes(value)
  if (schema.const !== undefined) return schema.const === value
  switch (schema.type) {
    case undefined:
      return true
    case 'integer':
      return Number.isSafeInteger(value) && isInRange(schema, value as number)
    case 'number':
      return Number.isFinite(value) && isInRange(schema, value as number)
    case 'string':
      return typeof value === 'string' && isText(schema, value)
    case 'null':
      return value === null
    case 'object':
      return isRecord(value)
    case 'array':
      return Array.isArray(value)
    default:
      return typeof value === schema.type
  }
}

function isInRange(schema: JsonSchema, value: number): boolean {
  const { minimum = -Infinity, maximum = Infinity, exclusiveMinimum = -Infinity, exclusiveMaximum = Infinity } = schema
  if (value < minimum || value > maximum || value <= exclusiveMinimum || value >= exclusiveMaximum) return false
  return schema.multipleOf === undefined || value % schema.multipleOf === 0
}

function isText({ minLength = 0, pattern }: JsonSchema, value: string): boolean {
  return value.length >= minLength && (pattern === undefined || new RegExp(pattern).test(value))
}
