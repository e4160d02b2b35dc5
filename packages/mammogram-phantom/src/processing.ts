/**
 * What a machine does to its raw image before it is shown: pedestal, gain and gamma, unsharp masking, and the noise that all of it amplifies.
 *
 * Vendors differ more in this than in their detectors: one subtracts the fat and sharpens until skin and strands shine, another shows the plain logarithm, gray in gray.
 */

import type { Random } from '@mammokit/seeded-random'
import { clamp, exp, log } from './portable-math.ts'

/** How a machine shows its images; each is drawn about a machine's usual values for every patient. */
export type ProcessingStyle = 'enhanced' | 'standard' | 'flat'

export interface Processing {
  /** Level of the raw image that becomes nearly black. */
  readonly pedestal: number
  readonly gain: number
  readonly gamma: number
  /** Added to what is breast. */
  readonly lift: number
  /** Strength and radius of two unsharp masks: of strands and of the whole. */
  readonly masks: readonly { readonly amount: number; readonly radiusMm: number }[]
  /** Quantum noise, relative to that of a good exposure. */
  readonly noise: number
}

export function drawProcessing(style: ProcessingStyle, random: Random): Processing {
  const spread = (value: number, share: number): number => value * exp(share * clamp(random.normal(), -2, 2))
  switch (style) {
    case 'enhanced':
      return {
        pedestal: random.uniform(0, 0.1),
        gain: spread(1.25, 0.15),
        gamma: spread(1.1, 0.2),
        lift: 0.03,
        masks: [
          { amount: random.uniform(0.4, 1.6), radiusMm: random.uniform(0.8, 2) },
          { amount: random.uniform(0.2, 0.9), radiusMm: random.uniform(4, 9) },
        ],
        noise: spread(2.2, 0.4),
      }
    case 'standard':
      return {
        pedestal: random.uniform(0, 0.08),
        gain: spread(1.05, 0.12),
        gamma: spread(1, 0.2),
        lift: 0.02,
        masks: [
          { amount: random.uniform(0, 0.8), radiusMm: random.uniform(0.8, 2.5) },
          { amount: random.uniform(0, 0.4), radiusMm: random.uniform(4, 9) },
        ],
        noise: spread(1.6, 0.45),
      }
    case 'flat':
      return {
        pedestal: 0,
        gain: spread(0.5, 0.2),
        gamma: spread(0.85, 0.2),
        lift: random.uniform(0.12, 0.42),
        masks: [{ amount: random.uniform(0, 0.5), radiusMm: random.uniform(0.8, 3) }],
        noise: spread(1.2, 0.45),
      }
  }
}

/** Nothing in the breast is darker than this: the air around it is. */
const FLOOR = 0.075

/** Unsharp masking, then the tone curve, in place; `ends` is the breast's width on every row of `data` [height, width]. */
export function processImage(
  data: Float32Array,
  width: number,
  ends: Int32Array,
  pitch: number,
  processing: Processing,
): void {
  const { pedestal, gain, gamma, lift, masks } = processing
  const used = masks.filter(({ amount }) => amount > 0)
  const blurs = used.map(({ radiusMm }) => blur(data, width, ends.length, Math.max(1, Math.round(radiusMm / pitch))))
  const tone = toneCurve(gamma)
  for (let row = 0; row < ends.length; row++) {
    for (let column = 0; column < ends[row]; column++) {
      const index = row * width + column
      let value = data[index]
      const plain = value
      for (let k = 0; k < used.length; k++) value += used[k].amount * (plain - blurs[k][index])
      // A mask that reaches over the skin would burn it out.
      if (value > plain + 0.3) value = plain + 0.3
      const shown = gain * Math.max(0, value - pedestal)
      const position = Math.min(2, shown) * 256
      const i = Math.min(511, Math.floor(position))
      data[index] = Math.max(FLOOR, lift + tone[i] + (position - i) * (tone[i + 1] - tone[i]))
    }
  }
}

/** Linear up to 0.7 of a power law, then a shoulder toward white; tabulated in steps of 1/256 up to 2. */
function toneCurve(gamma: number): Float32Array {
  const knee = 0.7
  return Float32Array.from({ length: 513 }, (_, i) => {
    const value = i === 0 ? 0 : exp(gamma * log(i / 256))
    return value < knee ? value : knee + (1 - knee) * (1 - exp(-(value - knee) / (1 - knee)))
  })
}

/** Two box blurs of this radius in either direction, the rim continued. */
function blur(data: Float32Array, width: number, height: number, radius: number): Float32Array {
  const result = Float32Array.from(data)
  const line = new Float64Array(Math.max(width, height))
  for (let pass = 0; pass < 2; pass++) {
    for (let row = 0; row < height; row++) boxLine(result, row * width, 1, width, radius, line)
    for (let column = 0; column < width; column++) boxLine(result, column, width, height, radius, line)
  }
  return result
}

function boxLine(
  data: Float32Array,
  start: number,
  step: number,
  count: number,
  radius: number,
  line: Float64Array,
): void {
  for (let i = 0; i < count; i++) line[i] = data[start + i * step]
  const at = (i: number): number => line[i < 0 ? 0 : i >= count ? count - 1 : i]
  let sum = 0
  for (let i = -radius; i <= radius; i++) sum += at(i)
  const scale = 1 / (2 * radius + 1)
  for (let i = 0; i < count; i++) {
    data[start + i * step] = sum * scale
    sum += at(i + radius + 1) - at(i - radius)
  }
}
