/**
 * Finds the random tensors of a trace.
 *
 * tfjs draws random numbers in JavaScript and hands them over as constants. A graph with these constants would use the same
 * numbers at each step: dropout would always drop the same units. So a trace watches Math.random, from which tfjs takes the
 * seeds that the caller did not give; a constant whose numbers are those that such a seed gives becomes a random input.
 */
import * as tf from '@tensorflow/tfjs-core'

/** uniform in [offset, offset + scale); normal and truncated have mean `offset` and standard deviation `scale`, the latter no values beyond two of them. */
export interface Distribution {
  readonly kind: 'uniform' | 'normal' | 'truncated'
  readonly offset: number
  readonly scale: number
}

/** How many numbers are compared: 16 let no other constant pass for a drawn one, but a truncated normal shows only by its tails. */
const compared = { uniform: 16, normal: 1024, truncated: 1024 }

const kinds = ['uniform', 'normal', 'truncated'] as const

/** The distribution that numbers were drawn from with one of the seeds, and that seed. `outside` runs a function on tfjs's real backend. */
export function recognise(
  numbers: ArrayLike<number>,
  seeds: readonly number[],
  outside: <Result>(f: () => Result) => Result,
): { readonly distribution: Distribution; readonly seed: number } | undefined {
  if (numbers.length === 0) return undefined
  for (const seed of seeds)
    for (const kind of kinds) {
      const standard = outside(() => draw(kind, Math.min(numbers.length, compared[kind]), seed))
      const distribution = fit(kind, numbers, standard)
      if (distribution !== undefined) return { distribution, seed }
    }
  return undefined
}

function draw(kind: Distribution['kind'], count: number, seed: number): Float32Array {
  return tf.tidy(() => {
    if (kind === 'uniform') return tf.randomUniform([count], 0, 1, 'float32', seed).dataSync() as Float32Array
    const normal = kind === 'normal' ? tf.randomNormal : tf.truncatedNormal
    return normal([count], 0, 1, 'float32', seed).dataSync() as Float32Array
  })
}

/** Offset and scale that turn standard numbers into these; one or two numbers tell only the standard distribution. */
function fit(kind: Distribution['kind'], numbers: ArrayLike<number>, standard: Float32Array): Distribution | undefined {
  const scale = standard.length > 2 ? (numbers[1] - numbers[0]) / (standard[1] - standard[0]) : 1
  const offset = standard.length > 2 ? numbers[0] - scale * standard[0] : 0
  const tolerance = 1e-4 * (Math.abs(offset) + Math.abs(scale))
  const matches = standard.every((value, i) => Math.abs(offset + scale * value - numbers[i]) <= tolerance)
  return matches && scale !== 0 ? { kind, offset: rounded(offset), scale: rounded(scale) } : undefined
}

/** Offsets and scales are given with few digits; single precision blurs the last ones. */
function rounded(value: number): number {
  return Number(value.toPrecision(5))
}
