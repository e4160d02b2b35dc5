/** Flags of a command: each stands for one key of the configuration, whose description and default it shows. */
import type { Command } from 'commander'
import { z } from 'zod'
import { type Config, configSchema } from './config.ts'
import { type Overrides, parseAssignment, parseValue } from './config-file.ts'
import { parseConfig, valueAt } from './parse-config.ts'

/** Flag text, for example `--batch-size <n>`, by the dotted path of its key. */
export type Flags = Readonly<Record<string, string>>

/** Adds --config, --set and the command's own flags. */
export function addFlags(command: Command, flags: Flags): Command {
  command.option('--config <file>', 'configuration file (JSON); flags go before what it says')
  for (const [key, flag] of Object.entries(flags)) command.option(flag, describeKey(key))
  return command.option(
    '--set <key=value>',
    'any other key of the configuration, for example training.loss.gamma=2',
    (text: string, all: string[] = []) => [...all, text],
  )
}

/** The keys that the user gave on the command line. */
export function readOverrides(command: Command, flags: Flags): Overrides {
  const given = command.opts<Record<string, string | boolean | undefined>>()
  const overrides: Record<string, unknown> = {}
  for (const [key, flag] of Object.entries(flags)) {
    const name = flag
      .split(' ')[0]
      .slice(2)
      .replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
    const value = given[name]
    if (value !== undefined) overrides[key] = typeof value === 'string' ? parseFlag(key, value) : value
  }
  const assignments = ((given.set ?? []) as unknown as string[]).map(parseAssignment)
  return { ...overrides, ...Object.fromEntries(assignments) }
}

/** A folder named 13 stays text where the key's default is text. */
function parseFlag(key: string, text: string): unknown {
  return typeof valueAt(defaults, key.split('.')) === 'string' ? text : parseValue(text)
}

function describeKey(key: string): string {
  const path = key.split('.')
  const description = valueAt(jsonSchema, [...path.flatMap((name) => ['properties', name]), 'description'])
  const value = valueAt(defaults, path)
  const shown = value !== null && typeof value === 'object' ? JSON.stringify(value) : value
  return `${description ?? key} (default: ${shown ?? 'none'})`
}

const defaults: Config = parseConfig({})
const jsonSchema: unknown = z.toJSONSchema(configSchema, { io: 'input' })
