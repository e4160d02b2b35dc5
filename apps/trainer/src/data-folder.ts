import { CommandLineError } from '@mammokit/command-line'
import type { Config } from './config/config.ts'

/**
 * The data folder of a command that works on one.
 *
 * @throws CommandLineError `invalid-value` where several are given
 */
export function dataFolder({ data }: Pick<Config, 'data'>): string {
  const [only, ...others] = [data].flat()
  if (only !== undefined && others.length === 0) return only
  const received = [data].flat()
  throw new CommandLineError(
    'invalid-value',
    `Expected one folder for --data but received ${received.join(' and ')}. Run the command for each of them; only train and the evaluator take several.`,
    { received },
  )
}
