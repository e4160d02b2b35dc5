/** The schema of a configuration as JSON Schema: what help texts and error messages are made from. */
import { z } from 'zod'

/** The part of JSON Schema that zod writes for configurations. */
export interface JsonSchema {
  readonly type?: string
  readonly description?: string
  readonly default?: unknown
  readonly examples?: readonly unknown[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
  readonly multipleOf?: number
  readonly minLength?: number
  readonly pattern?: string
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | JsonSchema
  readonly items?: JsonSchema | false
  readonly prefixItems?: readonly JsonSchema[]
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
}

const cache = new WeakMap<z.ZodType, JsonSchema>()

export function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  const known = cache.get(schema)
  if (known) return known
  const made = z.toJSONSchema(schema, { io: 'input' }) as JsonSchema
  cache.set(schema, made)
  return made
}

/** The alternatives of a union, or the schema itself. */
export function membersOf(schema: JsonSchema): readonly JsonSchema[] {
  return schema.anyOf ?? schema.oneOf ?? [schema]
}

/** The schema of a key, with the default that an object around it may give; undefined where no such key is known. */
export function schemaAt(root: JsonSchema, path: readonly PropertyKey[]): JsonSchema | undefined {
  let schema: JsonSchema | undefined = root
  for (const key of path) {
    const parent: JsonSchema = schema
    schema = childOf(parent, String(key))
    if (schema === undefined) return undefined
    const given = isRecord(parent.default) ? ownValue(parent.default, String(key)) : undefined
    if (given !== undefined) schema = { ...schema, default: given }
  }
  return schema
}

/** The key of a union of objects that says which of them is meant, for example `name`. */
export function discriminatorOf(schema: JsonSchema): string | undefined {
  const objects = membersOf(schema).filter(({ properties }) => properties !== undefined)
  if (objects.length < 2) return undefined
  return Object.keys(objects[0].properties ?? {}).find((key) =>
    objects.every(({ properties = {} }) => properties[key]?.const !== undefined),
  )
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

export function ownValue(record: object, key: PropertyKey): unknown {
  return Object.hasOwn(record, key) ? (record as Record<PropertyKey, unknown>)[key] : undefined
}

/** The value at a path of own keys, or undefined. */
export function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (value !== null && typeof value === 'object' ? ownValue(value, key) : undefined),
    root,
  )
}

function childOf(schema: JsonSchema, key: string): JsonSchema | undefined {
  const children = membersOf(schema).flatMap(({ properties = {}, additionalProperties, prefixItems, items }) => {
    if (Object.hasOwn(properties, key)) return [properties[key]]
    if (prefixItems || items) return [prefixItems?.[Number(key)] ?? (items || {})]
    return isRecord(additionalProperties) ? [additionalProperties as JsonSchema] : []
  })
  if (children.length < 2) return children[0]
  const values = children.map((child) => child.const)
  return values.includes(undefined) ? { anyOf: children } : { ...children[0], const: undefined, enum: values }
}
