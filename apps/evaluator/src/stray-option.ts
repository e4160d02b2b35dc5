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
  const stray = names.find((name) => !isDeepStrictEqual(config[name], defaults[name]))
  if (stray === undefined) return
  const option = `--${stray.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
  throw new CommandLineError(
    'invalid-value',
    `Expected ${flag} with ${option} but received none. Give ${gives}, or leave ${option} out.`,
    { option: stray },
  )
}
