/** Checks options by their names: one that does not exist is an error, where JavaScript would ignore it. */
import { EngineError } from './errors.ts'

/** Every key of an options interface, once. */
export type NamesOf<Options> = Readonly<Record<keyof Options & string, true>>

/** @throws {EngineError} `bad-input` naming the unknown option and the nearest one that exists */
export function checkNames<Options extends object>(options: Options, names: NamesOf<Options>, where: string): void {
  if (options === null || typeof options !== 'object')
    throw new EngineError(
      'bad-input',
      `Expected an object of options for ${where} but received ${String(options)}. Leave it out for the defaults.`,
      { where },
    )
  for (const name of Object.keys(options)) checkName(name, Object.keys(names), `an option of ${where}`)
}

/** @throws {EngineError} `bad-input` where the name is none of the known ones, with the nearest of them */
export function checkName(name: string, known: readonly string[], where: string): void {
  if (known.includes(name)) return
  const nearest = nearestOf(name, known)
  throw new EngineError(
    'bad-input',
    `Expected one of ${known.join(', ')} for ${where} but received ${name}. The nearest is ${nearest}.`,
    { where, received: name, nearest },
  )
}

/** Checks one option, given by its name, where it is not left out. @throws {EngineError} `bad-input` naming it */
export function checkOption(
  option: Readonly<Record<string, unknown>>,
  expected: string,
  isGood: (value: unknown) => boolean,
): void {
  const [[name, value]] = Object.entries(option)
  if (value === undefined || isGood(value)) return
  throw new EngineError(
    'bad-input',
    `Expected ${expected} for ${name} but received ${String(value)}. Leave the option out for its default.`,
    { option: name, value },
  )
}

function nearestOf(name: string, known: readonly string[]): string {
  const distances = known.map((other) => editDistance(name.toLowerCase(), other.toLowerCase()))
  return known[distances.indexOf(Math.min(...distances))]
}

/** Distance from a word to another (Levenshtein), in which what was left out costs least: `threads` is near `intraOpNumThreads`. */
function editDistance(given: string, other: string): number {
  const [added, left, changed] = [0.5, 0.3, 0.8]
  let row = Array.from({ length: other.length + 1 }, (_, j) => j * left)
  for (let i = 1; i <= given.length; i++) {
    const next = [i * added]
    for (let j = 1; j <= other.length; j++)
      next.push(
        Math.min(row[j] + added, next[j - 1] + left, row[j - 1] + (given[i - 1] === other[j - 1] ? 0 : changed)),
      )
    row = next
  }
  return row[other.length]
}
