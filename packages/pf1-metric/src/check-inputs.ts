import { MetricError } from './metric-error.ts'

/**
 * Checks that targets are 0 or 1 and values finite numbers, as many of one as of the other; `range01` also asks for 0 to 1.
 *
 * @throws MetricError `length-mismatch`, `empty`, `bad-target` or `bad-value`, with the index and the value.
 */
export function checkInputs(
  targets: ArrayLike<number>,
  values: ArrayLike<number>,
  name: 'probabilities' | 'scores' | 'logits',
  range01: boolean = name === 'probabilities',
): void {
  if (targets.length !== values.length) {
    throw new MetricError(
      'length-mismatch',
      `Expected as many ${name} as targets but received ${values.length} ${name} and ${targets.length} targets. Pass one of each per sample.`,
      { targets: targets.length, [name]: values.length },
    )
  }
  if (targets.length === 0) {
    throw new MetricError('empty', 'Expected at least one sample but received none. Pass one target and one value.')
  }
  for (let i = 0; i < targets.length; i++) {
    const target: unknown = targets[i]
    if (target !== 0 && target !== 1) {
      throw new MetricError(
        'bad-target',
        `Expected 0 or 1 for targets[${i}] but received ${shown(target)}. Map labels to the numbers 0 and 1.`,
        { index: i, value: target },
      )
    }
    const value: unknown = values[i]
    if (typeof value !== 'number' || !Number.isFinite(value) || (range01 && (value < 0 || value > 1))) {
      throw new MetricError(
        'bad-value',
        `Expected ${range01 ? 'a number from 0 to 1' : 'a finite number'} for ${name}[${i}] but received ${shown(value)}. ${
          range01 ? 'Pass probabilities, not logits.' : 'Remove the sample or repair the value.'
        }`,
        { index: i, value },
      )
    }
  }
}

/**
 * Checks a numeric option against its range, ends included.
 *
 * @throws MetricError `bad-option` with the option's name and value.
 */
export function checkOption(name: string, value: number, low: number, high: number, integer = false): void {
  if (typeof value === 'number' && value >= low && value <= high && (!integer || Number.isInteger(value))) return
  throw new MetricError(
    'bad-option',
    `Expected ${integer ? 'an integer' : 'a number'} from ${low} to ${high} for ${name} but received ${shown(value)}. Choose a value in that range.`,
    { option: name, value },
  )
}

function shown(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : String(value)
}
