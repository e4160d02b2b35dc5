/** Every form that a flag's schema allows is typed as a user would type it, read, and found in its help. */
import { PassThrough } from 'node:stream'
import { type Command, runProgram } from '@mammokit/command-line'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { commands as evaluatorCommands } from '../../apps/evaluator/src/commands.ts'
import { commands as trainerCommands } from '../../apps/trainer/src/commands.ts'

interface Schema {
  readonly type?: string
  readonly description?: string
  readonly default?: unknown
  readonly examples?: readonly unknown[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly multipleOf?: number
  readonly minLength?: number
  readonly pattern?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly minItems?: number
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
}

const membersOf = (schema: Schema) => schema.anyOf ?? schema.oneOf ?? [schema]

/** The schemas of a key: several where a union around it has the key in several members. */
function schemasAt(root: Schema, path: readonly string[]): readonly Schema[] {
  const [key, ...rest] = path
  if (key === undefined) return [root]
  return membersOf(root).flatMap(({ properties = {} }) => (properties[key] ? schemasAt(properties[key], rest) : []))
}

/** Values that the schema allows: members of enums, both ends of ranges, examples, an object of each form. */
function allowedBy(schema: Schema): readonly unknown[] {
  if (schema.anyOf ?? schema.oneOf) return membersOf(schema).flatMap(allowedBy)
  if (schema.const !== undefined) return [schema.const]
  const { type, minimum = -1e6, maximum = 1e6, exclusiveMinimum, multipleOf = 1, properties = {}, required } = schema
  if (schema.examples) return schema.examples
  if (schema.enum) return schema.enum
  if (type === 'integer')
    return [minimum, Math.max(minimum, Math.floor(Math.min(maximum, 64) / multipleOf) * multipleOf)]
  if (type === 'number')
    return exclusiveMinimum === undefined ? [minimum, Math.min(maximum, 1e6)] : [exclusiveMinimum + 1e-6]
  if (type === 'string') return ['some text', '13', 'true', 'null.json']
  if (type === 'null') return [null]
  if (type === 'boolean') return [true]
  if (type === 'array') return [Array.from({ length: schema.minItems ?? 0 }, () => allowedBy(schema.items ?? {})[0])]
  return [Object.fromEntries((required ?? []).map((key) => [key, allowedBy(properties[key])[0]]))]
}

/** Texts that the schema does not allow: beyond both ends of a range, of no member of an enum, an unknown key. */
function refusedBy(schema: Schema): readonly string[] {
  const members = membersOf(schema)
  const takesText = members.some(({ type, enum: names, pattern }) => type === 'string' && !names && !pattern)
  return [
    ...(takesText ? [] : ['nonsense']),
    ...members.flatMap(({ type, minimum, maximum, exclusiveMinimum, minLength, properties = {}, required = [] }) => [
      ...(minimum === undefined ? [] : [String(minimum - 1)]),
      ...(maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? [] : [String(maximum + 1)]),
      ...(exclusiveMinimum === undefined ? [] : [String(exclusiveMinimum)]),
      ...(type === 'integer' ? ['1.5'] : []),
      ...(minLength === undefined ? [] : ['']),
      ...(type === 'object' ? ['{"nonsense": 1}'] : []),
      ...required.flatMap((key) => refusedBy(properties[key]).map((text) => `{"${key}": ${JSON.stringify(text)}}`)),
    ]),
  ]
}

const typed = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))
const valueAt = (root: unknown, path: readonly string[]) =>
  path.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], root)

async function runCommand(command: Command, args: readonly string[]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  let config: unknown
  const load = async () => async (given: unknown) => {
    config = given
  }
  const program = { name: 'app', description: '', version: '1', commands: [{ ...command, load }] }
  const code = await runProgram(program, { args: [command.name, ...args], stdout, stderr, env: {} })
  const text = (stream: PassThrough) => String(stream.read() ?? '').replace(/\s+/g, ' ')
  return { code, config, stdout: text(stdout), stderr: text(stderr) }
}

/** What has to stand beside an option that is refused alone. */
const companions: Record<string, readonly string[]> = { 'trainer train --memory': ['--batch-size', 'auto'] }

const apps = { trainer: trainerCommands, evaluator: evaluatorCommands }
const cases = Object.entries(apps).flatMap(([app, commands]) =>
  commands.flatMap((command) => Object.entries(command.flags).map(([key, flag]) => ({ app, command, key, flag }))),
)

describe.each(cases)('$app $command.name $flag', ({ app, command, key, flag }) => {
  // `<source>` alone is known by its place.
  const isArgument = flag.startsWith('<')
  const [name, placeholder] = isArgument ? [flag, flag] : flag.split(' ')
  const shown = isArgument ? flag.slice(1, -1) : flag
  const path = key.split('.')
  const root = z.toJSONSchema(command.schema, { io: 'input' }) as Schema
  const found = schemasAt(root, path)
  const schema: Schema = found.length === 1 ? found[0] : { ...found[0], anyOf: found }
  const others = [
    ...(root.required ?? []).filter((required) => required !== key).flatMap((required) => [`--${required}`, 'x']),
    ...(companions[`${app} ${command.name} ${name}`] ?? []),
  ]

  it('has a description, its range and its default in the help', async () => {
    const { stdout } = await runCommand(command, ['--help'])
    const start = stdout.lastIndexOf(` ${shown} `, stdout.indexOf(schema.description ?? ''))
    const ends = [...Object.values(command.flags), '--option'].map((other) => stdout.indexOf(` ${other} `, start + 1))
    const help = stdout.slice(start, Math.min(...ends.filter((end) => end > start)))
    expect(schema.description, key).toMatch(/^[A-Za-z].{3,}/)
    expect(help).toContain(schema.description)
    if (placeholder === undefined) return
    const least = Object.fromEntries((root.required ?? []).map((required) => [required, 'x']))
    const given = valueAt(command.schema.safeParse(least).data, path)
    expect(help).toContain(root.required?.includes(key) ? 'required)' : `default: ${typed(given ?? 'none')})`)
    const names = membersOf(schema).flatMap(
      (member) => member.enum ?? (member.const === undefined ? [] : [member.const]),
    )
    for (const one of names) expect(help).toContain(String(one))
    for (const { required = [] } of membersOf(schema)) for (const one of required) expect(help).toContain(`{"${one}": `)
  })

  it('takes every form', async () => {
    if (placeholder === undefined) {
      const { code, config } = await runCommand(command, [...others, name])
      return expect({ code, value: valueAt(config, path) }).toEqual({ code: 0, value: true })
    }
    for (const value of [...allowedBy(schema), ...(schema.default == null ? [] : [schema.default])]) {
      const { code, stderr, config } = await runCommand(command, [
        ...others,
        ...(isArgument ? [] : [name]),
        typed(value),
      ])
      expect({ code, stderr, value: valueAt(config, path) }).toEqual({ code: 0, stderr: '', value })
    }
  })

  it('refuses other texts with exit code 2, by its own name', async () => {
    if (placeholder === undefined) return
    for (const text of refusedBy(schema)) {
      const { code, stderr } = await runCommand(command, [...others, isArgument ? text : `${name}=${text}`])
      expect({ text, code }).toEqual({ text, code: 2 })
      expect(stderr).toMatch(new RegExp(`Expected .* for (\\S+ of )?${name} but received `))
    }
  })
})

it('no flag of a command is named twice', () => {
  for (const { command } of cases) {
    const names = Object.values(command.flags)
    expect(new Set(names).size).toBe(names.length)
  }
})
