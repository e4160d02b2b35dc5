/** A coarser detector: the picture averaged over blocks to a lower resolution and interpolated back. */
import type { GrayImage } from './gray-image.ts'

/** Averages over areas of 1 / `factor` pixels each way, and interpolates back; `factor` 0.1 to 1, where 1 changes nothing. */
export function downscale(image: GrayImage, factor: number): GrayImage {
  const { width, height } = image
  const small = { width: Math.max(1, Math.round(width * factor)), height: Math.max(1, Math.round(height * factor)) }
  if (small.width === width && small.height === height) return { data: image.data.slice(), width, height }
  const narrow = resizeRows(image.data, height, width, small.width, averages)
  const flat = transpose(narrow, height, small.width)
  const least = resizeRows(flat, small.width, height, small.height, averages)
  const tall = resizeRows(least, small.width, small.height, height, interpolations)
  const data = resizeRows(transpose(tall, small.width, height), height, small.width, width, interpolations)
  return { data, width, height }
}

/** For each output position the first input position and the weights from there on. */
type Taps = readonly { readonly first: number; readonly weights: readonly number[] }[]

function resizeRows(
  data: Float32Array,
  rows: number,
  from: number,
  to: number,
  tapsOf: (from: number, to: number) => Taps,
): Float32Array {
  const taps = tapsOf(from, to)
  const resized = new Float32Array(rows * to)
  for (let row = 0; row < rows; row++) {
    for (let x = 0; x < to; x++) {
      const { first, weights } = taps[x]!
      let sum = 0
      for (let k = 0; k < weights.length; k++) sum += weights[k]! * data[row * from + first + k]!
      resized[row * to + x] = sum
    }
  }
  return resized
}

/** Each output pixel is the mean of the area that it covers. */
function averages(from: number, to: number): Taps {
  const scale = from / to
  return Array.from({ length: to }, (_, x) => {
    const [start, end] = [x * scale, Math.min(from, (x + 1) * scale)]
    const first = Math.floor(start)
    const count = Math.max(1, Math.ceil(end - 1e-9) - first)
    const weights = Array.from({ length: count }, (_, k) => {
      const overlap = Math.min(end, first + k + 1) - Math.max(start, first + k)
      return overlap / (end - start)
    })
    return { first, weights }
  })
}

/** Linear between the centers of the pixels; beyond the outermost ones as they are. */
function interpolations(from: number, to: number): Taps {
  return Array.from({ length: to }, (_, x) => {
    const at = Math.min(from - 1, Math.max(0, ((x + 0.5) * from) / to - 0.5))
    const first = Math.min(Math.floor(at), Math.max(0, from - 2))
    return from === 1 ? { first: 0, weights: [1] } : { first, weights: [1 - (at - first), at - first] }
  })
}

function transpose(data: Float32Array, height: number, width: number): Float32Array {
  const turned = new Float32Array(data.length)
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) turned[x * height + y] = data[y * width + x]!
  return turned
}
