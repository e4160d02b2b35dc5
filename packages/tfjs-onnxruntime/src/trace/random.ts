/**
 * Finds what the random tensors of a trace are drawn from.
 *
 * tfjs draws random numbers in JavaScript and hands them over as constants. A graph with these constants would use the same
 * numbers at each step: dropout would always drop the same units. What each run must draw anew is known only to a generator that tfjs
 * makes for the one tensor and keeps to itself. It is caught in the moment between its seed, for which it asks Math.random where the caller gave
 * none, and its source of uniform numbers, which it stores next.
 */

/**
 * A distribution of numbers, moved by `offset` and stretched by `scale`: uniform in [0, 1), the standard normal, the same without values beyond
 * two standard deviations, or gamma of the shape `alpha`.
 */
export type Distribution = { readonly offset: number; readonly scale: number } & (
  | { readonly kind: 'uniform' | 'normal' | 'truncated' }
  | { readonly kind: 'gamma'; readonly alpha: number }
)

/** What tfjs's generators remember, by the class: UniformRandom, MPRandGauss, RandGamma. */
interface Generator {
  readonly min: number
  readonly range: number
  readonly mean: number
  readonly stdDev: number
  readonly alpha: number
  readonly beta: number
}

/** tfjs's operators that make a generator, by the name of their scope, and what it draws from. */
const distributions: Readonly<Record<string, (generator: Generator) => Distribution>> = {
  randomUniform__op: ({ min, range }) => ({ kind: 'uniform', offset: min, scale: range }),
  randomNormal__op: ({ mean, stdDev }) => ({ kind: 'normal', offset: mean, scale: stdDev }),
  truncatedNormal__op: ({ mean, stdDev }) => ({ kind: 'truncated', offset: mean, scale: stdDev }),
  // The generator keeps the inverse of what tfjs multiplies by.
  randomGamma__op: ({ alpha, beta }) => ({ kind: 'gamma', alpha, offset: 0, scale: 1 / beta }),
}

/** Where a generator stores its source of uniform numbers; that of gamma's has another name, since it has a normal generator too. */
const sources = ['random', 'randu']

/**
 * Waits for the generator that an operator of tfjs is making, and tells its distribution; nothing where the operator makes none. Returns how to
 * stop waiting.
 */
export function catchGenerator(operator: string, found: (distribution: Distribution) => void): () => void {
  const read = distributions[operator]
  if (read === undefined) return () => undefined
  const stop = (): void => {
    for (const source of sources) Reflect.deleteProperty(Object.prototype, source)
  }
  for (const source of sources)
    Object.defineProperty(Object.prototype, source, {
      configurable: true,
      set(this: Generator, value: unknown) {
        stop()
        Object.assign(this, { [source]: value })
        found(read(this))
      },
    })
  return stop
}
