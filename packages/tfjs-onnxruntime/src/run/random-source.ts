/** Random numbers that are a pure function of seed, step and place: a run that is continued draws what the run that never stopped draws. */

import type { Storage } from '../memory/storage.ts'
import type { Distribution } from '../trace/random.ts'

/**
 * Fills an array with numbers of a distribution for one step and one input of the graph. Whole numbers are what tfjs makes of them: uniform
 * ones lose their fraction, all others are rounded.
 */
export function fillRandom(
  target: Storage,
  distribution: Distribution,
  seed: number,
  step: number,
  place: number,
): void {
  const { offset, scale } = distribution
  const isWhole = !(target instanceof Float32Array)
  const standard = standardOf(distribution, generator(seed, step, place), isWhole)
  if (isWhole && distribution.kind !== 'uniform')
    for (let i = 0; i < target.length; i++) target[i] = Math.round(offset + scale * standard())
  else for (let i = 0; i < target.length; i++) target[i] = offset + scale * standard()
}

/** Draws from the distribution with offset 0 and scale 1. */
function standardOf(distribution: Distribution, uniform: () => number, isWhole: boolean): () => number {
  switch (distribution.kind) {
    case 'uniform':
      // A range of whole numbers may be wider than 24 bits.
      return isWhole ? () => uniform() + uniform() / 0x1000000 : uniform
    case 'normal':
      return () => gaussian(uniform)
    case 'truncated':
      return () => truncated(uniform)
    case 'gamma':
      return () => gamma(distribution.alpha, uniform)
  }
}

/** Numbers in [0, 1) with 24 bits: sfc32 (Chris Doty-Humphrey's PractRand), its state filled from three whole numbers. */
function generator(seed: number, step: number, place: number): () => number {
  let a = Math.trunc(seed) | 0
  let b = Math.trunc(step) | 0
  let c = Math.trunc(place) | 0
  let counter = 1
  const next = (): number => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return (sum >>> 8) / 0x1000000
  }
  // The state needs some rounds to mix.
  for (let i = 0; i < 16; i++) next()
  return next
}

/** Box and Muller, "A Note on the Generation of Random Normal Deviates", 1958. */
function gaussian(uniform: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())
}

function truncated(uniform: () => number): number {
  for (;;) {
    const value = gaussian(uniform)
    if (Math.abs(value) <= 2) return value
  }
}

/** Marsaglia and Tsang, "A Simple Method for Generating Gamma Variables", 2000, with section 6 for shapes below 1. */
function gamma(alpha: number, uniform: () => number): number {
  if (alpha < 1) return gamma(alpha + 1, uniform) * (1 - uniform()) ** (1 / alpha)
  const d = alpha - 1 / 3
  for (;;) {
    const x = gaussian(uniform)
    const v = (1 + x / Math.sqrt(9 * d)) ** 3
    if (v > 0 && Math.log(1 - uniform()) < x ** 2 / 2 + d - d * v + d * Math.log(v)) return d * v
  }
}
