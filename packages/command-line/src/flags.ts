/** Flags of a command: each stands for one key of the configuration, whose description, range and default its help shows. */
import { Argument, Option, type Command as Parser } from 'commander'
import type { Command } from './command.ts'
import { parseAssignment, parseText } from './config/assignments.ts'
import { describeSchema, plainText } from './config/describe-schema.ts'
import { type JsonSchema, jsonSchemaOf, membersOf, schemaAt } from './config/json-schema.ts'
import type { GivenValue } from './config/sources.ts'

/** Adds --config, the command's own flags and arguments, and --option to its parser. */
export function addFlags(parser: Parser, { schema, flags }: Pick<Command, 'schema' | 'flags'>): void {
  const root = jsonSchemaOf(schema)
  parser.addOption(collecting('--config <file>', 'JSON file with any of the keys; flags override it'))
  for (const [key, flag] of Object.entries(flags)) {
    const isRequired = root.required?.includes(key) ?? false
    const help = flagHelp(schemaOfKey(root, key), takesValue(flag), isRequired)
    // A file may give its value as well, so the schema says whether it is required.
    if (isArgument(flag)) parser.addArgument(new Argument(flag.replace(/^<(.*)>$/, '[$1]'), help))
    else parser.addOption(collecting(flag, help))
  }
  parser.addOption(collecting('--option <key=value>', optionHelp(root, flags)))
}

/** What a parser read: the file of --config and the values of all other flags. */
export function readFlags(
  parser: Parser,
  { schema, flags, words = {} }: Pick<Command, 'schema' | 'flags' | 'words'>,
): { readonly files: readonly string[]; readonly given: readonly GivenValue[] } {
  const texts = parser.opts<Record<string, string[] | undefined>>()
  const root = jsonSchemaOf(schema)
  const positional = [...parser.args]
  const ofFlags = Object.entries(flags).flatMap(([key, flag]) => {
    const path = key.split('.')
    const given = isArgument(flag) ? positional.splice(0, 1) : (texts[new Option(flag).attributeName()] ?? [])
    const schema = schemaOfKey(root, key)
    const name = flag.split(' ')[0]
    if (given.length > 1 && isTextOrTexts(schema)) return [{ path, flag: name, value: given }]
    const value = (text: string) => (takesValue(flag) ? parseText(schema, text) : true)
    return given.flatMap((text) => {
      const word = words[`${name} ${text}`]
      if (word === undefined) return [{ path, flag: name, value: value(text) }]
      return Object.entries(word).map(([other, value]) => ({ path: other.split('.'), flag: `${name} ${text}`, value }))
    })
  })
  const ofOptions = (texts.option ?? []).map((assignment) => {
    const { path, text } = parseAssignment(assignment)
    return { path, flag: `--option ${path.join('.')}`, value: parseText(schemaAt(root, path) ?? {}, text) }
  })
  return { files: texts.config ?? [], given: [...ofFlags, ...ofOptions] }
}

/** Description, range and default of a key, for example `images per step (integer >= 1; default: 8)`. */
function flagHelp(schema: JsonSchema, hasValue: boolean, isRequired: boolean): string {
  if (!hasValue) return schema.description ?? ''
  const { default: value } = schema
  const ending = isRequired
    ? 'required'
    : `default: ${value === undefined || value === null ? 'none' : plainText(value)}`
  const range = describeSchema(withoutNull(schema))
  return `${schema.description ?? ''} (${range === 'text' ? '' : `${range}; `}${ending})`
}

/** `null` is how a file says none. */
function withoutNull(schema: JsonSchema): JsonSchema {
  return schema.anyOf ? { anyOf: schema.anyOf.filter(({ type }) => type !== 'null') } : schema
}

/** Whether a value is known by its place, not by a name. */
function isArgument(flag: string): boolean {
  return flag.startsWith('<')
}

function takesValue(flag: string): boolean {
  return flag.includes('<')
}

/** Whether a key is one text or a list of them: its flag may be given several times. */
function isTextOrTexts(schema: JsonSchema): boolean {
  const members = membersOf(schema)
  const isText = ({ type }: JsonSchema) => type === 'string'
  return (
    members.some(isText) &&
    members.some(({ type, items }) => type === 'array' && items !== false && isText(items ?? {}))
  )
}

/** Keeps every text of an option, so that one that is given twice is noticed; a switch counts as an empty text. */
function collecting(flag: string, description: string): Option {
  const option = new Option(flag, description).argParser((text: string, all: string[] = []) => [...all, text])
  return takesValue(flag) ? option : option.preset('')
}

function schemaOfKey(root: JsonSchema, key: string): JsonSchema {
  const schema = schemaAt(root, key.split('.'))
  if (schema === undefined) throw new TypeError(`Expected a key of the schema for a flag but received ${key}.`)
  return schema
}

/** Help of --option, with a number that no flag sets as the example. */
function optionHelp(root: JsonSchema, flags: Readonly<Record<string, string>>): string {
  const key = numberKeys(root).find((name) => !Object.hasOwn(flags, name))
  const example = key === undefined ? '' : `, for example ${key}=${schemaAt(root, key.split('.'))?.default}`
  return `any key of the configuration, its value as JSON or text${example}`
}

/** Dotted paths of the keys that are numbers by default. */
function numberKeys({ properties = {} }: JsonSchema, prefix = ''): string[] {
  return Object.entries(properties).flatMap(([name, child]) =>
    typeof child.default === 'number' ? [`${prefix}${name}`] : numberKeys(child, `${prefix}${name}.`),
  )
}
