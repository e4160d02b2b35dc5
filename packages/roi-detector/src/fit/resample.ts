/**
 * Resampling to another size, antialiased: each result is the mean of what lies under a kernel as wide as the coarser of both grids.
 *
 * Rows first, then columns, in doubles; rounded once, at the end. Beyond the edge the outermost pixel goes on.
 */
import type { GrayImage } from '../gray-image.ts'
import { type Kernel, kernelAt, kernelRadius } from './kernels.ts'

/**
 * Resamples an image to a size.
 *
 * Kernels with negative lobes overshoot at hard edges: values are clamped to 0 and the brightest value of the input.
 *
 * @param image uint16 [height * width]
 * @returns uint16 [height * width] of the new size
 * @example
 * resample({ data: Uint16Array.of(0, 100, 200, 300), width: 4, height: 1 }, 2, 1, 'linear') // [63, 238]
 */
export function resample(image: GrayImage, width: number, height: number, kernel: Kernel): Uint16Array {
  if (width === image.width && height === image.height) return image.data
  const rows = makeTaps(image.height, height, kernel)
  const columns = makeTaps(image.width, width, kernel)
  const extent = occupied(image)
  const resized = new Uint16Array(width * height)
  const sums = new Float64Array(image.width)
  for (let y = 0; y < height; y++) {
    const { from, to } = addRows(image, extent, rows, y, sums)
    if (from >= to) continue
    sums.fill(0, 0, from)
    sums.fill(0, to)
    addColumns(sums, columns, extent.brightest, resized.subarray(y * width, (y + 1) * width))
  }
  return resized
}

/** Weights of the source pixels of each target pixel: `count` for each, from `first` on. */
interface Taps {
  readonly first: Int32Array
  readonly count: number
  readonly weights: Float64Array
}

function makeTaps(from: number, to: number, kernel: Kernel): Taps {
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

interface Extent {
  readonly brightest: number
  /** First and one past the last column of each row that is not black. */
  readonly starts: Int32Array
  readonly ends: Int32Array
}

/** Much of a mammogram is black: sums leave it out. */
function occupied({ data, width, height }: GrayImage): Extent {
  const starts = new Int32Array(height)
  const ends = new Int32Array(height)
  let brightest = 0
  for (let y = 0; y < height; y++) {
    const row = y * width
    let start = row
    let end = row + width
    while (start < end && data[start] === 0) start++
    while (end > start && data[end - 1] === 0) end--
    for (let at = start; at < end; at++) if (data[at] > brightest) brightest = data[at]
    starts[y] = start - row
    ends[y] = end - row
  }
  return { brightest, starts, ends }
}

/** Weighted sum of the rows under the kernel, four at a time; valid from `from` to `to`, 0 elsewhere. */
function addRows(
  { data, width }: GrayImage,
  { starts, ends }: Extent,
  { first, count, weights }: Taps,
  y: number,
  sums: Float64Array,
): { from: number; to: number } {
  const top = first[y]
  let from = width
  let to = 0
  for (let row = top; row < top + count; row++) {
    if (starts[row] >= ends[row]) continue
    if (starts[row] < from) from = starts[row]
    if (ends[row] > to) to = ends[row]
  }
  if (from >= to) return { from, to }
  sums.fill(0, from, to)
  let tap = 0
  for (; tap + 4 <= count; tap += 4) {
    const weight = y * count + tap
    const [a, b, c, d] = [weights[weight], weights[weight + 1], weights[weight + 2], weights[weight + 3]]
    let at = (top + tap) * width + from
    for (let x = from; x < to; x++, at++) {
      sums[x] += a * data[at] + b * data[at + width] + c * data[at + 2 * width] + d * data[at + 3 * width]
    }
  }
  for (; tap < count; tap++) {
    const weight = weights[y * count + tap]
    let at = (top + tap) * width + from
    for (let x = from; x < to; x++, at++) sums[x] += weight * data[at]
  }
  return { from, to }
}

function addColumns(sums: Float64Array, { first, count, weights }: Taps, brightest: number, into: Uint16Array): void {
  for (let x = 0, weight = 0; x < into.length; x++) {
    let sum = 0
    for (let at = first[x], end = at + count; at < end; at++, weight++) sum += weights[weight] * sums[at]
    into[x] = sum <= 0 ? 0 : sum >= brightest ? brightest : Math.round(sum)
  }
}
