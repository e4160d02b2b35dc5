/** What a value may be, in words: `integer >= 1`, `shuffle or {"positiveFactor": number > 0}`. */
import { type JsonSchema, membersOf } from './json-schema.ts'

const largestInteger = Number.MAX_SAFE_INTEGER

/** Every form of a value, each as `describeSchema` writes it. */
export function describeForms(schema: JsonSchema): readonly string[] {
  const members = membersOf(schema)
  if (members.length > 1 || members[0] !== schema) return members.flatMap(describeForms)
  if (schema.enum) return schema.enum.map(plainText)
  if (schema.const !== undefined) return [plainText(schema.const)]
  if (schema.examples) return schema.examples.map(plainText)
  switch (schema.type) {
    case 'integer':
    case 'number':
      return [`${schema.type}${rangeText(schema)}`]
    case 'boolean':
      return ['true', 'false']
    case 'string':
      return ['text']
    case 'array':
      return [listText(schema)]
    case 'object':
      return [objectText(schema)]
    default:
      return [schema.type ?? 'any value']
  }
}

/** All forms in one text; where a schema has examples, these. */
export function describeSchema(schema: JsonSchema): string {
  const forms = describeForms(schema)
  const prefix = membersOf(schema).some(({ examples }) => examples !== undefined) ? 'such as ' : ''
  return prefix + joinForms(forms)
}

function joinForms(forms: readonly string[]): string {
  return forms.length < 2 ? forms.join('') : `${forms.slice(0, -1).join(', ')} or ${forms.at(-1)}`
}

/** The same with an article, to stand after `Expected`. */
export function expectedValue(schema: JsonSchema): string {
  return describeSchema(schema)
    .replace(/^(integer|object)\b/, 'an $1')
    .replace(/^(number|list)\b/, 'a $1')
    .replace(/^such as/, `a ${membersOf(schema).every(({ type }) => type === 'array') ? 'list' : 'value'} such as`)
}

/** Text as it is typed on a command line: strings as they are, everything else as JSON. */
export function plainText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function rangeText({ minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf }: JsonSchema): string {
  const low = minimum !== undefined && minimum > -largestInteger ? minimum : undefined
  const high = maximum !== undefined && maximum < largestInteger ? maximum : undefined
  const bounds =
    low !== undefined && high !== undefined
      ? [`from ${low} to ${high}`]
      : [
          ...(low === undefined ? [] : [`>= ${low}`]),
          ...(exclusiveMinimum === undefined ? [] : [`> ${exclusiveMinimum}`]),
          ...(high === undefined ? [] : [`<= ${high}`]),
          ...(exclusiveMaximum === undefined ? [] : [`< ${exclusiveMaximum}`]),
        ]
  const multiple = multipleOf === undefined ? '' : ` that is a multiple of ${multipleOf}`
  return `${bounds.map((bound) => ` ${bound}`).join(' and')}${multiple}`
}

function listText({ items, prefixItems }: JsonSchema): string {
  const elements = [...new Set((prefixItems ?? []).map(describeSchema))]
  if (prefixItems && elements.length === 1) return `list of ${prefixItems.length}: ${elements[0]} each`
  return items ? `list of: ${describeSchema(items)}` : 'list'
}

function objectText({ properties, required = [] }: JsonSchema): string {
  if (properties === undefined || required.length === 0) return 'object'
  const shown = required.map((name) => `${JSON.stringify(name)}: ${valueText(properties[name])}`)
  return `{${shown.join(', ')}${required.length < Object.keys(properties).length ? ', ...' : ''}}`
}

/** Within an object a text has its quotes. */
function valueText(schema: JsonSchema): string {
  return schema.const === undefined ? describeSchema(schema) : JSON.stringify(schema.const)
}
