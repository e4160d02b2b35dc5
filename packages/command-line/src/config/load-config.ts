/** Where a command's configuration comes from: defaults, then the file, then flags, each overriding those before it. */
import type { z } from 'zod'
import { assignAll } from './assignments.ts'
import { jsonSchemaOf } from './json-schema.ts'
import { parseConfig } from './parse-config.ts'
import { readConfigFile } from './read-config-file.ts'
import { commandLineSources, type GivenValue } from './sources.ts'

/** Options of `loadConfig`. */
export interface ConfigOptions {
  /** Path of a JSON file. @default none */
  readonly file?: string | undefined
  /** What the command line gave. @default [] */
  readonly given?: readonly GivenValue[]
  /** Flags by key, so that an error can name the flag that a key has. @default {} */
  readonly flags?: Readonly<Record<string, string>>
}

/**
 * Reads a configuration file, lays what the command line gave over it, checks it and fills in the defaults.
 *
 * @throws CommandLineError for a file that cannot be read, is not JSON, or for a key that is unknown, repeated or out of range
 */
export async function loadConfig<Schema extends z.ZodObject>(
  schema: Schema,
  { file, given = [], flags = {} }: ConfigOptions = {},
): Promise<z.output<Schema>> {
  const config = file === undefined ? {} : await readConfigFile(file)
  assignAll(config, given, jsonSchemaOf(schema))
  return parseConfig(schema, config, commandLineSources(file, given, flags))
}
