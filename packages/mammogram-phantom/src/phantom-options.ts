/** The options of a data set, their defaults and limits. */
import { MAX_PATIENTS } from './patient-plan.ts'
import { PhantomError } from './phantom-error.ts'
import { type Look, looks } from './phantom-look.ts'

/** The options that determine the pixels, besides a patient's index. */
export interface DataSetRecipe {
  readonly seed: number
  readonly height: number
  readonly prevalence: number
  readonly conspicuity: number
  /** Left out where it is plain, as in data sets from before there was a choice. */
  readonly look?: Look | undefined
}

export function checkNumber(option: string, value: unknown, low: number, high: number, whole: boolean): number {
  if (typeof value === 'number' && value >= low && value <= high && (!whole || Number.isInteger(value))) return value
  const kind = whole ? 'an integer' : 'a number'
  const received = typeof value === 'string' ? JSON.stringify(value) : String(value)
  throw new PhantomError(
    'invalid-option',
    `Expected ${kind} from ${low} to ${high} for ${option} but received ${received}. Pass a value in that range.`,
    { option, value },
  )
}

export function checkRecipe(recipe: DataSetRecipe): DataSetRecipe {
  return {
    seed: checkNumber('seed', recipe.seed, 0, 4_294_967_295, true),
    height: checkNumber('height', recipe.height, 96, 8192, true),
    prevalence: checkNumber('prevalence', recipe.prevalence, 0, 1, false),
    conspicuity: checkNumber('conspicuity', recipe.conspicuity, 0, 3, false),
    ...(checkChoice('look', recipe.look ?? 'plain', looks) === 'lifelike' ? { look: 'lifelike' } : {}),
  }
}

export function checkPatients(patients: unknown): number {
  return checkNumber('patients', patients, 1, MAX_PATIENTS, true)
}

/**
 * Whether the patient of an index has cancer. The first n patients hold round(n * prevalence) cancers for every n, so
 * that a data set can grow without changing.
 */
export function hasCancer(index: number, prevalence: number): boolean {
  return Math.floor((index + 1) * prevalence + 0.5) > Math.floor(index * prevalence + 0.5)
}

export function checkChoice<Choice extends string>(option: string, value: Choice, choices: readonly Choice[]): Choice {
  if (choices.includes(value)) return value
  const list = choices.map((choice) => `'${choice}'`).join(', ')
  throw new PhantomError(
    'invalid-option',
    `Expected one of ${list} for ${option} but received ${JSON.stringify(value) ?? 'undefined'}. Pass one of these.`,
    { option, value },
  )
}
