import { type Kernel, kernelAt, kernelRadius } from './kernels.ts'

/** Weights of the source pixels of each target pixel: `count` for each, from `first` on. */
export interface Taps {
  readonly first: Int32Array
  readonly count: number
  readonly weights: Float64Array
}

export function makeTaps(from: number, to: number, kernel: Kernel): Taps {
  const step = from / to
  const stretch = Math.max(1, step)
  const reach = kernelRadius[kernel] * stretch
  const count = Math.min(from, Math.ceil(2 * reach) + 1)
  const first = new Int32Array(to)
  const weights = new Float64Array(to * count)
  for (let i = 0; i < to; i++) {
    const center = (i + 0.5) * step - 0.5
    const left = Math.ceil(center - reach)
    const right = Math.floor(center + reach)
    first[i] = Math.min(Math.max(0, left), from - count)
    let sum = 0
    for (let at = left; at <= right; at++) {
      const weight = kernelAt(kernel, (at - center) / stretch)
      weights[i * count + Math.min(from - 1, Math.max(0, at)) - first[i]] += weight
      sum += weight
    }
    for (let tap = i * count; tap < (i + 1) * count; tap++) weights[tap] /= sum
  }
  return { first, count, weights }
}
