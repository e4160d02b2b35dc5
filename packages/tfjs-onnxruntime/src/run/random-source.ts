/** Random numbers as a pure function of seed, step and position: a resumed run draws the same numbers as one that never stopped. */

import { createRandom, type Random } from '@mammokit/seeded-random'
import type { Storage } from '../memory/storage.ts'
import type { Distribution } from '../trace/random.ts'

/**
 * Fills an array with numbers of a distribution for one step and one input of the graph. Integers follow tfjs: uniform
 * numbers are truncated, all others are rounded.
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
  const standard = standardOf(distribution, createRandom(seed, 'onnxruntime', step, place), isWhole)
  if (isWhole && distribution.kind !== 'uniform')
    for (let i = 0; i < target.length; i++) target[i] = Math.round(offset + scale * standard())
  else for (let i = 0; i < target.length; i++) target[i] = offset + scale * standard()
}

/** Draws from the distribution with offset 0 and scale 1. */
function standardOf(distribution: Distribution, random: Random, isWhole: boolean): () => number {
  switch (distribution.kind) {
    case 'uniform':
      // A range of integers may be wider than 24 bits.
      return isWhole ? () => uniform24(random) + uniform24(random) / 0x1000000 : () => uniform24(random)
    case 'normal':
      return () => random.normal()
    case 'truncated':
      return () => truncated(random)
    case 'gamma':
      return () => gamma(distribution.alpha, random)
  }
}

/** A number in [0, 1) of 24 bits: rounded to float32, one of 32 bits might be 1. */
function uniform24(random: Random): number {
  return (random.bits() >>> 8) / 0x1000000
}

function truncated(random: Random): number {
  for (;;) {
    const value = random.normal()
    if (Math.abs(value) <= 2) return value
  }
}

/** Marsaglia and Tsang, "A Simple Method for Generating Gamma Variables", 2000, with section 6 for shapes below 1. */
function gamma(alpha: number, random: Random): number {
  if (alpha < 1) return gamma(alpha + 1, random) * (1 - random.uniform()) ** (1 / alpha)
  const d = alpha - 1 / 3
  for (;;) {
    const x = random.normal()
    const v = (1 + x / Math.sqrt(9 * d)) ** 3
    if (v > 0 && Math.log(1 - random.uniform()) < x ** 2 / 2 + d - d * v + d * Math.log(v)) return d * v
  }
}
