/**
 * Resampling to another size, antialiased: each result is the mean of what lies under a kernel as wide as the coarser of both grids.
 *
 * Across first, then down, in doubles; rounded once, at the end. Beyond the edge the outermost pixel goes on.
 */
import type { GrayImage } from '../gray-image.ts'
import type { Kernel } from './kernels.ts'
import { reserveSpace } from './resample-space.ts'
import { type Rows, rowsOf } from './rows.ts'
import { makeTaps, type Taps } from './taps.ts'

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
  return resampleRows(rowsOf(image), width, height, kernel)
}

/** The same of a picture that is made row by row: each row is asked for once, from the first to the last. */
export function resampleRows(rows: Rows, width: number, height: number, kernel: Kernel): Uint16Array {
  const across = makeTaps(rows.width, width, kernel)
  const down = makeTaps(rows.height, height, kernel)
  const space = reserveSpace(rows.width, across, down.count)
  const resized = new Uint16Array(width * height)
  // First and one past the last column of each row under the kernel that is not black: much of a mammogram is.
  const starts = new Int32Array(down.count)
  const ends = new Int32Array(down.count)
  let brightest = 0
  for (let y = 0, next = 0; y < height; y++) {
    const first = down.first[y]
    for (; next < first + down.count; next++) {
      const place = next % down.count
      rows.read(next, space.samples)
      const [start, end] = occupied(space.samples)
      const { from, to } = columnsOf(across, start, end)
      starts[place] = from
      ends[place] = to
      brightest = Math.max(brightest, space.narrowRow(place, from, to))
    }
    let from = width
    let to = 0
    let count = 0
    for (let tap = 0; tap < down.count; tap++) {
      const place = (first + tap) % down.count
      if (starts[place] >= ends[place]) continue
      if (starts[place] < from) from = starts[place]
      if (ends[place] > to) to = ends[place]
      space.addTerm(count++, place, down.weights[y * down.count + tap])
    }
    if (from < to) resized.set(space.sumRows(count, from, to), y * width + from)
  }
  for (let at = 0; at < resized.length; at++) if (resized[at] > brightest) resized[at] = brightest
  return resized
}

/** First and one past the last pixel of a row that is not black. */
function occupied(samples: Uint16Array): [number, number] {
  let start = 0
  let end = samples.length
  while (start < end && samples[start] === 0) start++
  while (end > start && samples[end - 1] === 0) end--
  return [start, end]
}

/** The target columns that a part of a row counts in. */
function columnsOf({ first, count }: Taps, start: number, end: number): { from: number; to: number } {
  let from = 0
  let to = start < end ? first.length : 0
  while (from < to && first[from] + count <= start) from++
  while (to > from && first[to - 1] >= end) to--
  return { from, to }
}
