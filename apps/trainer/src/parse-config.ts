/** Checks a configuration: unknown keys and values out of range are named with what is known there. */
import { resolvePreprocessOptions } from '@mammokit/mammogram-preprocess'
import type { z } from 'zod'
import { type Config, configSchema } from './config.ts'

export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly code = 'CONFIG_INVALID'
  readonly path: string

  constructor(message: string, path: string) {
    super(message)
    this.path = path
  }
}

/**
 * Checks a configuration and fills in its defaults.
 *
 * @throws ConfigError that names the first key that is unknown or out of range.
 * @example
 * parseConfig({ training: { epochs: 2 } }).training.batchSize // 8
 */
export function parseConfig(input: unknown, source = 'the configuration'): Config {
  const result = configSchema.safeParse(input)
  if (result.success) return checkPreprocess(result.data, source)
  const issue = result.error.issues[0]
  const where = issue.path.join('.')
  if (issue.code === 'unrecognized_keys') {
    const path = [...issue.path, issue.keys[0]].join('.')
    throw new ConfigError(`Expected a known key in ${source} but received ${path}. ${knownKeys(issue.path)}`, path)
  }
  const received = JSON.stringify(valueAt(input, issue.path)) ?? 'nothing'
  throw new ConfigError(
    `Expected ${expectation(issue)} for ${where || 'all of it'} in ${source} but received ${received}.`,
    where,
  )
}

function checkPreprocess(config: Config, source: string): Config {
  const size = ['height', 'width'].find((name) => name in config.preprocess)
  if (size !== undefined) {
    throw new ConfigError(
      `Expected image.${size} in ${source} but received preprocess.${size}. Move it to image.`,
      size,
    )
  }
  try {
    resolvePreprocessOptions(config.preprocess)
    return config
  } catch (error) {
    throw new ConfigError(`${(error as Error).message} (preprocess in ${source})`, 'preprocess')
  }
}

function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === 'too_small') return `${issue.origin} ${issue.inclusive ? '>=' : '>'} ${issue.minimum}`
  if (issue.code === 'too_big') return `${issue.origin} ${issue.inclusive ? '<=' : '<'} ${issue.maximum}`
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    return issue.errors.map((errors) => expectation(errors[0])).join(' or ')
  }
  return issue.message.replace(/^.*?[Ee]xpected /, '').replace(/, received .*$/, '')
}

function knownKeys(path: readonly PropertyKey[]): string {
  const defaults = valueAt(configSchema.parse({}), path)
  return defaults && typeof defaults === 'object' ? `Known there: ${Object.keys(defaults).join(', ')}.` : ''
}

/** The value at a path of keys, or undefined. */
export function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], root)
}
