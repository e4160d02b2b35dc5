/**
 * Finds the distributions from which a trace's random tensors are drawn.
 *
 * tfjs draws random numbers in JavaScript and hands them over as constants. A graph with these constants would use the same
 * numbers at each step: dropout would always drop the same units. The distribution is known only to a private generator that tfjs
 * creates for the tensor. It is intercepted between drawing its seed (from Math.random if the caller gave none)
 * and storing its source of uniform numbers, which comes next.
 */

/**
 * A distribution, shifted by `offset` and scaled by `scale`: uniform in [0, 1), the standard normal, the same without values beyond
 * two standard deviations, or gamma of the shape `alpha`.
 */
export type Distribution = { readonly offset: number; readonly scale: number } & (
  | { readonly kind: 'uniform' | 'normal' | 'truncated' }
  | { readonly kind: 'gamma'; readonly alpha: number }
)

/** Fields of tfjs's generators, by class: UniformRandom, MPRandGauss, RandGamma. */
interface Generator {
  readonly min: number
  readonly range: number
  readonly mean: number
  readonly stdDev: number
  readonly alpha: number
  readonly beta: number
}

/** tfjs's operators that create a generator, by scope name, and the generator's distribution. */
const distributions: Readonly<Record<string, (generator: Generator) => Distribution>> = {
  randomUniform__op: ({ min, range }) => ({ kind: 'uniform', offset: min, scale: range }),
  randomNormal__op: ({ mean, stdDev }) => ({ kind: 'normal', offset: mean, scale: stdDev }),
  truncatedNormal__op: ({ mean, stdDev }) => ({ kind: 'truncated', offset: mean, scale: stdDev }),
  // The generator keeps the inverse of what tfjs multiplies by.
  randomGamma__op: ({ alpha, beta }) => ({ kind: 'gamma', alpha, offset: 0, scale: 1 / beta }),
}

/** The field in which a generator stores its source of uniform numbers; gamma's has another name, since it also has a normal generator. */
const sources = ['random', 'randu']

/**
 * Watches for the generator that a tfjs operator creates, and reports its distribution; reports nothing if it creates none. Returns a function that
 * stops watching.
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
