/**
 * OpenCV's bilinear resize (INTER_LINEAR), to the bit in 8 bit: quantized detectors feel a gray level more or less.
 *
 * Reference: `modules/imgproc/src/resize.cpp` of OpenCV 4, HResizeLinear and VResizeLinear: weights of 11 bits, four bits
 * dropped between both passes.
 */
import type { DetectorImage } from './detector-image.ts'

const one = 2048

/** Resizes interleaved channels; 8 bit gives uint8, 16 bit gives float32 in the same range. */
export function resizeLinear(image: DetectorImage, width: number, height: number): Uint8Array | Float32Array {
  const { data, channels = 1 } = image
  const isWide = data instanceof Uint16Array
  const resized = isWide ? new Float32Array(width * height * channels) : new Uint8Array(width * height * channels)
  if (width === image.width && height === image.height) {
    resized.set(data)
    return resized
  }
  const columns = taps(image.width, width, isWide)
  const rows = taps(image.height, height, isWide)
  const rowOf = (y: number, into: Float64Array) => {
    const start = y * image.width * channels
    for (let x = 0, at = 0; x < width; x++) {
      const a = start + columns.first[x] * channels
      const b = start + columns.second[x] * channels
      const weight = columns.weight[x]
      const rest = columns.rest[x]
      for (let channel = 0; channel < channels; channel++, at++) {
        into[at] = data[a + channel] * rest + data[b + channel] * weight
      }
    }
  }
  const upper = new Float64Array(width * channels)
  const lower = new Float64Array(width * channels)
  for (let y = 0; y < height; y++) {
    rowOf(rows.first[y], upper)
    rowOf(rows.second[y], lower)
    const weight = rows.weight[y]
    const rest = rows.rest[y]
    const start = y * width * channels
    for (let at = 0; at < upper.length; at++) {
      resized[start + at] = isWide
        ? upper[at] * rest + lower[at] * weight
        : (((rest * (upper[at] >> 4)) >> 16) + ((weight * (lower[at] >> 4)) >> 16) + 2) >> 2
    }
  }
  return resized
}

/** For each target pixel the two source pixels around its center and their weights, of 2048 in 8 bit. */
function taps(from: number, to: number, isWide: boolean) {
  const first = new Int32Array(to)
  const second = new Int32Array(to)
  const weight = new Float64Array(to)
  const rest = new Float64Array(to)
  for (let i = 0; i < to; i++) {
    const position = Math.fround((i + 0.5) * (from / to) - 0.5)
    const inside = position >= 0 && position < from - 1
    first[i] = Math.min(from - 1, Math.max(0, Math.floor(position)))
    second[i] = Math.min(from - 1, first[i] + 1)
    const fraction = inside ? Math.fround(position - first[i]) : 0
    weight[i] = isWide ? fraction : roundHalfToEven(fraction * one)
    rest[i] = isWide ? 1 - fraction : roundHalfToEven(Math.fround(1 - fraction) * one)
  }
  return { first, second, weight, rest }
}

function roundHalfToEven(value: number): number {
  const down = Math.floor(value)
  if (value - down !== 0.5) return Math.round(value)
  return down % 2 === 0 ? down : down + 1
}
