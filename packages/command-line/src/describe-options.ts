/** What a command takes, as data for a page of documentation. */
import type { Command } from './command.ts'
import { describeSchema, plainText } from './config/describe-schema.ts'
import { isRecord, type JsonSchema, jsonSchemaOf, membersOf, ownValue } from './config/json-schema.ts'

/** One option of a command, as data. */
export interface OptionDescription {
  /** Dotted path in the configuration, for `--option` and a file. */
  readonly key: string
  /** Where the key has one, for example `--seed <n>`; an argument is `<source>`. */
  readonly flag?: string
  readonly description: string
  /** What it may be, in words: `integer >= 1`. */
  readonly values: string
  /** As it is typed; undefined where the key is required. */
  readonly default?: string
}

/**
 * The options of a command in the order of its schema: each key that has no keys of its own, and those that have a flag.
 *
 * @example
 * describeOptions(split)[0] // { key: 'seed', flag: '--seed <n>', description: 'seed of the shuffle', values: 'integer >= 0', default: '13' }
 */
export function describeOptions({ schema, flags }: Pick<Command, 'schema' | 'flags'>): OptionDescription[] {
  const isFlag = (path: readonly string[]) => Object.hasOwn(flags, path.join('.'))
  return leavesOf(jsonSchemaOf(schema), isFlag).map(({ path, schema, given, isRequired }) => {
    const key = path.join('.')
    const flag = flags[key]
    return {
      key,
      ...(flag === undefined ? {} : { flag }),
      description: schema.description ?? '',
      values: describeSchema(schema),
      ...(isRequired ? {} : { default: given === undefined || given === null ? 'none' : plainText(given) }),
    }
  })
}

interface Leaf {
  readonly path: readonly string[]
  readonly schema: JsonSchema
  /** Its default, or what the default of an object around it gives. */
  readonly given: unknown
  readonly isRequired: boolean
}

function leavesOf(
  schema: JsonSchema,
  isFlag: (path: readonly string[]) => boolean,
  path: readonly string[] = [],
  around?: unknown,
  isRequired = false,
): Leaf[] {
  const given = around === undefined ? schema.default : around
  const members = membersOf(schema).filter(({ properties }) => properties !== undefined)
  // Of a union of objects every key is listed once, with the values of all members.
  if (members.length === 0 || members.length < membersOf(schema).length) return [{ path, schema, given, isRequired }]
  const names = [...new Set(members.flatMap(({ properties = {} }) => Object.keys(properties)))]
  const own = isFlag(path) ? [{ path, schema, given, isRequired }] : []
  const below = names.flatMap((name) => {
    const found = members.flatMap(({ properties = {} }) => properties[name] ?? [])
    const child: JsonSchema = found.length === 1 ? found[0] : joined(found)
    const inner = isRecord(given) ? ownValue(given, name) : undefined
    const needs = path.length === 0 && members.every(({ required }) => required?.includes(name))
    return leavesOf(child, isFlag, [...path, name], inner, needs)
  })
  return [...own, ...below]
}

function joined(schemas: readonly JsonSchema[]): JsonSchema {
  const values = schemas.map((schema) => schema.const)
  if (values.includes(undefined)) return { ...schemas[0], anyOf: schemas.flatMap(membersOf) }
  return { ...schemas[0], const: undefined, enum: values }
}
