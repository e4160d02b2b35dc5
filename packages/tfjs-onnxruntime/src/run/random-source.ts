/** Random numbers that are a pure function of seed, step and place: a run that is continued draws what the run that never stopped draws. */
import type { Distribution } from '../trace/random.ts'

/** Fills an array with numbers of a distribution for one step and one input of the graph. */
export function fillRandom(
  target: Float32Array,
  { kind, offset, scale }: Distribution,
  seed: number,
  step: number,
  place: number,
): void {
  const uniform = generator(seed, step, place)
  if (kind === 'uniform') for (let i = 0; i < target.length; i++) target[i] = offset + scale * uniform()
  else {
    const normal = kind === 'normal' ? () => gaussian(uniform) : () => truncated(uniform)
    for (let i = 0; i < target.length; i++) target[i] = offset + scale * normal()
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
