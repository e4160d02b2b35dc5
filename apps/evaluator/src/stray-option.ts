import { isDeepStrictEqual } from 'node:util'
import { CommandLineError } from '@mammokit/command-line'

interface Needed {
  /** Option without which the others mean nothing. */
  readonly flag: string
  /** What it is given. */
  readonly gives: string
}

/**
 * Refuses options that another one is missing for, instead of ignoring them.
 *
 * @param defaults of a configuration without any of them
 * @throws CommandLineError `invalid-value` for the first of `names` that is not as by default
 */
export function assertNoStray<Config extends object>(
  names: readonly (keyof Config & string)[],
  config: Config,
  defaults: Partial<Config>,
  { flag, gives }: Needed,
): void {
  const stray = firstChanged(names, config, defaults)
  if (stray === undefined) return
  const option = flagOf(stray)
  const message = `Expected ${flag} with ${option} but received none. Give ${gives}, or leave ${option} out.`
  throw new CommandLineError('invalid-value', message, { option: stray })
}

interface Sufficient {
  /** Option beside which the others mean nothing. */
  readonly flag: string
  /** Why they do not: a sentence. */
  readonly reason: string
}

/**
 * Refuses options that mean nothing beside another one, instead of ignoring them.
 *
 * @param defaults of a configuration without any of them
 * @throws CommandLineError `invalid-value` for the first of `names` that is not as by default
 */
export function assertNoneBeside<Config extends object>(
  names: readonly (keyof Config & string)[],
  config: Config,
  defaults: Partial<Config>,
  { flag, reason }: Sufficient,
): void {
  const stray = firstChanged(names, config, defaults)
  if (stray === undefined) return
  const option = flagOf(stray)
  const message = `Expected ${flag} without ${option} but received both. ${reason} Leave ${option} out.`
  throw new CommandLineError('invalid-value', message, { option: stray })
}

function firstChanged<Config extends object>(
  names: readonly (keyof Config & string)[],
  config: Config,
  defaults: Partial<Config>,
): string | undefined {
  return names.find((name) => !isDeepStrictEqual(config[name], defaults[name]))
}

function flagOf(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}
