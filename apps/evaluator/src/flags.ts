/** Flags of a command, one for each key of its schema: name, description and default come from there. */
import type { Command } from 'commander'
import { z } from 'zod'

interface Property {
  readonly type?: string
  readonly description?: string
  readonly default?: unknown
}

/** Adds `--batch-size <value>` for `batchSize` and so on. */
export function addFlags(command: Command, schema: z.ZodObject): Command {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input' })
  for (const [key, property] of Object.entries(properties)) {
    const { type, description = key, default: value } = property as Property
    const flag = `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
    const suffix = type === 'boolean' ? '' : ` <${type === 'string' ? 'value' : 'n'}>`
    const note = value === undefined ? (required.includes(key) ? ' (required)' : '') : ` (default: ${value})`
    command.option(`${flag}${suffix}`, `${description}${note}`)
  }
  return command
}

/** The options that were given, numbers as numbers. */
export function readFlags(command: Command, schema: z.ZodObject): Record<string, unknown> {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input' })
  const entries = Object.entries(command.opts<Record<string, string | boolean>>()).map(([key, value]) => {
    const { type } = properties[key] as Property
    const isNumber = (type === 'integer' || type === 'number') && value !== '' && !Number.isNaN(Number(value))
    return [key, isNumber ? Number(value) : value]
  })
  return Object.fromEntries(entries)
}
