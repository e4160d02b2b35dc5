/** The numbers that a run's network was trained on: mean and standard deviation of pixels from 0 to 1. */
export interface Normalization {
  readonly mean: number
  readonly std: number
}

/**
 * Gray values of 16 bits as network input: (value / 65535 - mean) / std, float32.
 *
 * @example
 * normalizeImage(Uint16Array.of(0, 65535), { mean: 0.5, std: 0.25 }) // Float32Array [-2, 2]
 */
export function normalizeImage(values: Uint16Array, { mean, std }: Normalization): Float32Array {
  const normalized = new Float32Array(values.length)
  for (let i = 0; i < normalized.length; i++) normalized[i] = (values[i] / 65_535 - mean) / std
  return normalized
}
