/** Where a command's configuration comes from: defaults, then --config FILE, then flags. */
import { readFile } from 'node:fs/promises'
import type { Config } from './config.ts'
import { ConfigError, parseConfig } from './parse-config.ts'

/** Values of flags by the dotted path of their key, for example `training.batchSize`. */
export type Overrides = Readonly<Record<string, unknown>>

/**
 * Reads a JSON configuration file and lays the flags over it.
 *
 * @throws ConfigError for a file that cannot be read, is not JSON, or has an unknown or invalid key.
 */
export async function loadConfig(path: string | undefined, overrides: Overrides = {}): Promise<Config> {
  const file = path === undefined ? {} : await readJson(path)
  for (const [key, value] of Object.entries(overrides)) setAt(file, key.split('.'), value)
  return parseConfig(file, path ?? 'the options')
}

/** Splits `training.lr=1e-4` into its key and its value, which is JSON or else a string. */
export function parseAssignment(text: string): [string, unknown] {
  const at = text.indexOf('=')
  if (at < 1) throw new ConfigError(`Expected KEY=VALUE for --set but received ${text}.`, text)
  return [text.slice(0, at), parseValue(text.slice(at + 1))]
}

/** A flag's text as JSON where it is JSON, otherwise as it stands. */
export function parseValue(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

async function readJson(path: string): Promise<Record<string, unknown>> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new ConfigError(`Expected a readable file for --config but received ${path} (${error.code}).`, path)
  })
  try {
    const value: unknown = JSON.parse(text)
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>
  } catch (error) {
    throw new ConfigError(`Expected JSON in ${path} but received: ${(error as Error).message}.`, path)
  }
  throw new ConfigError(`Expected a JSON object in ${path} but received ${text.slice(0, 20)}.`, path)
}

function setAt(root: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [key, ...rest] = path
  if (rest.length === 0) {
    root[key] = value
    return
  }
  const child = root[key]
  const branch = child !== null && typeof child === 'object' ? (child as Record<string, unknown>) : {}
  root[key] = branch
  setAt(branch, rest, value)
}
