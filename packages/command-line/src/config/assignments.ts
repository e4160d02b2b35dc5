/** Values from a command line: their text read as the schema asks, and laid over the configuration. */
import { CommandLineError } from '../command-line-error.ts'
import { expectedValue } from './describe-schema.ts'
import { isRecord, type JsonSchema, membersOf, ownValue, schemaAt } from './json-schema.ts'
import type { GivenValue } from './sources.ts'

/**
 * Splits `training.lr=1e-4` into the path of its key and its text.
 *
 * @throws CommandLineError `invalid-assignment`
 */
export function parseAssignment(text: string): { readonly path: readonly string[]; readonly text: string } {
  const at = text.indexOf('=')
  const path = text.slice(0, at).split('.')
  if (at < 1 || path.includes('')) {
    throw new CommandLineError(
      'invalid-assignment',
      `Expected KEY=VALUE for --option but received ${text || 'nothing'}. Write the key as in a configuration file, for example --option training.lr=1e-4.`,
      { received: text },
    )
  }
  return { path, text: text.slice(at + 1) }
}

/** A value that was typed: JSON where the schema takes what that is, otherwise the text as it stands. */
export function parseText(schema: JsonSchema, text: string): unknown {
  const kinds = kindsOf(schema)
  if (kinds.has('string') && membersOf(schema).some(({ enum: names = [] }) => names.includes(text))) return text
  const value = parseJson(text)
  if (value === undefined) return text
  if (kinds.has(kindOf(value))) return typeof value === 'string' && !isEnum(schema) && !kinds.has('any') ? text : value
  return kinds.has('string') ? text : value
}

/**
 * Sets keys in a configuration, the outer ones first.
 *
 * @throws CommandLineError `unknown-key` for a path that leads through a value, `repeated-key` for a key that is given twice
 */
export function assignAll(root: Record<string, unknown>, given: readonly GivenValue[], schema: JsonSchema): void {
  for (const [index, one] of given.entries()) {
    const other = given.slice(0, index).find(({ path }) => isPrefix(path, one.path) || isPrefix(one.path, path))
    if (other) throw repeated(other, one)
    assertReachable(schema, one)
  }
  for (const { path, value } of given) assign(root, path, value)
}

function assign(root: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [key, ...rest] = path
  const before = ownValue(root, key)
  if (rest.length > 0 && before !== undefined && !isRecord(before)) return // the check of the whole refuses what the file has
  const child: Record<string, unknown> = before === undefined || rest.length === 0 ? {} : (before as typeof child)
  if (rest.length > 0) assign(child, rest, value)
  // Not `root[key] =`: the key may be __proto__, which the check of the whole then refuses.
  const content = { value: rest.length > 0 ? child : value, enumerable: true, writable: true, configurable: true }
  Object.defineProperty(root, key, content)
}

/** A path may not lead through a key that holds a plain value. */
function assertReachable(schema: JsonSchema, { path, flag }: GivenValue): void {
  for (let length = 1; length < path.length; length++) {
    const at = schemaAt(schema, path.slice(0, length))
    const kinds = at && kindsOf(at)
    if (!at || !kinds || kinds.has('object') || kinds.has('any') || kinds.has('array')) continue
    const parent = path.slice(0, length).join('.')
    throw new CommandLineError(
      'unknown-key',
      `Expected a known key for ${flag.split(' ')[0]} but received ${path.join('.')}. ${parent} has no keys: it is ${expectedValue(at)}.`,
      { key: path.join('.') },
    )
  }
}

function repeated(first: GivenValue, second: GivenValue): CommandLineError {
  const [key, other] = [first.path.join('.'), second.path.join('.')]
  const what = first.flag === second.flag ? `${first.flag} twice` : `both ${first.flag} and ${second.flag}`
  const why = key === other ? `They set ${key}.` : 'One of them sets a part of the other.'
  return new CommandLineError(
    'repeated-key',
    `Expected each key once but received ${what}. ${first.flag === second.flag ? '' : `${why} `}Leave one out.`,
    { key: other },
  )
}

function isPrefix(short: readonly string[], long: readonly string[]): boolean {
  return short.length <= long.length && short.every((key, index) => key === long[index])
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined // also .5 and +1
  }
}

function isEnum(schema: JsonSchema): boolean {
  return membersOf(schema).some((member) => member.enum !== undefined)
}

type Kind = 'string' | 'number' | 'boolean' | 'null' | 'object' | 'array' | 'any'

function kindsOf(schema: JsonSchema): ReadonlySet<Kind> {
  const members = membersOf(schema)
  if (members.length > 1 || members[0] !== schema) return new Set(members.flatMap((member) => [...kindsOf(member)]))
  const { type, enum: names, const: only } = schema
  if (names) return new Set(names.map(kindOf))
  if (only !== undefined) return new Set([kindOf(only)])
  return new Set([type === 'integer' ? 'number' : ((type as Kind | undefined) ?? 'any')]) as ReadonlySet<Kind>
}

function kindOf(value: unknown): Kind {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : (typeof value as Kind)
}
