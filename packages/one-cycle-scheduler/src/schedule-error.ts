/** Thrown for an invalid option or argument; `details` holds its name and value. */
export class ScheduleError extends Error {
  override readonly name = 'ScheduleError'
  readonly code: 'bad-option' | 'bad-step' | 'bad-metric'
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: ScheduleError['code'], message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.code = code
    this.details = details
  }
}

interface Range {
  readonly low?: number
  readonly high?: number
  /** Whether `low` itself is out of range. */
  readonly above?: boolean
  readonly integer?: boolean
}

/** @throws ScheduleError `bad-option` if the value is not a finite number in the range. */
export function checkNumber(option: string, value: number, { low, high, above, integer }: Range = {}): void {
  const isInRange =
    Number.isFinite(value) &&
    (low === undefined || (above ? value > low : value >= low)) &&
    (high === undefined || value <= high) &&
    (!integer || Number.isInteger(value))
  if (isInRange) return
  const lower = low === undefined ? '' : above ? ` above ${low}` : ` from ${low}`
  const upper = high === undefined ? '' : ` to ${high}`
  throw new ScheduleError(
    'bad-option',
    `Expected ${integer ? 'an integer' : 'a finite number'}${lower}${upper} for ${option} but received ${value}. Choose a value in that range.`,
    { option, value },
  )
}

/** @throws ScheduleError `bad-option` if the value is not one of the choices. */
export function checkChoice(option: string, value: string, choices: readonly string[]): void {
  if (choices.includes(value)) return
  throw new ScheduleError(
    'bad-option',
    `Expected ${choices.map((choice) => `'${choice}'`).join(' or ')} for ${option} but received '${value}'. Choose one.`,
    { option, value },
  )
}

/** @throws ScheduleError `bad-step` where the step is not an integer from 0 to `last`. */
export function checkStep(step: number, last: number = Number.MAX_SAFE_INTEGER): void {
  if (Number.isInteger(step) && step >= 0 && step <= last) return
  throw new ScheduleError(
    'bad-step',
    `Expected an integer from 0 to ${last} for step but received ${step}. Steps count batches from 0 and end with the schedule.`,
    { step, last },
  )
}
