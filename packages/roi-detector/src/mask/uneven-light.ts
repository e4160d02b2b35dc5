/** Light that rises over the frame: a plane through the background, and the picture without it. */
import type { GrayImage } from '../gray-image.ts'
import type { Mask } from './mask.ts'
import { nthSmallest } from './nth-smallest.ts'
import { roughnessAt } from './roughness.ts'

/** gray = level + across * x + down * y, of pixel coordinates from the frame's center. */
export interface Plane {
  readonly level: number
  readonly across: number
  readonly down: number
  /** Median distance of the samples from the plane. */
  readonly residual: number
  /** Difference between the brightest and the darkest corner. */
  readonly rise: number
}

/** x, y and gray of the samples, one after another. */
type Samples = Float64Array

/**
 * Fits a plane to the air of a picture: to those of the pixels that a test picks that are as smooth as the smoothest quarter of them.
 *
 * @returns nothing where fewer than 100 samples are left
 */
export function fitAir(image: GrayImage, isSample: (at: number) => boolean): Plane | undefined {
  const { data, width, height } = image
  const places = new Int32Array(sampleCount(image))
  const roughness = new Float64Array(places.length)
  let count = 0
  // Of the pixels of `eachSample` those with neighbors on all sides.
  for (let y = 6; y < height - 3; y += 4) {
    for (let x = 6; x < width - 3; x += 4) {
      const at = y * width + x
      if (!isSample(at)) continue
      places[count] = at
      roughness[count++] = roughnessAt(data, width, at)
    }
  }
  if (count < 100) return undefined
  const limit = 2 * nthSmallest(roughness.slice(0, count), count >> 2) + 1
  const samples = new Float64Array(3 * count)
  let end = 0
  for (let i = 0; i < count; i++) if (roughness[i] <= limit) end = addSample(samples, end, image, places[i])
  return planeThrough(samples.subarray(0, end), image)
}

function addSample(samples: Samples, end: number, { data, width, height }: GrayImage, at: number): number {
  const x = at % width
  samples[end] = x - width / 2
  samples[end + 1] = (at - x) / width - height / 2
  samples[end + 2] = data[at]
  return end + 3
}

/**
 * Noise of the pixels that a test picks, standard deviation: from second differences of neighbors, which slopes do not change.
 *
 * White noise has a median difference of 0.6745 * sqrt(6) deviations.
 */
export function noiseOf(image: GrayImage, isSample: (at: number) => boolean): number {
  const { data, width } = image
  const differences = new Float64Array(sampleCount(image))
  let count = 0
  eachSample(image, (at, x) => {
    if (x < width - 1 && isSample(at)) differences[count++] = Math.abs(data[at - 1] + data[at + 1] - 2 * data[at])
  })
  if (count === 0) return 0
  return nthSmallest(differences.subarray(0, count), count >> 1) / (0.6745 * Math.sqrt(6))
}

const sampleCount = ({ width, height }: GrayImage) => Math.ceil(width / 4) * Math.ceil(height / 4)

/** One pixel of 16. */
function eachSample({ width, height }: GrayImage, visit: (at: number, x: number, y: number) => void): void {
  for (let y = 2; y < height; y += 4) for (let x = 2; x < width; x += 4) visit(y * width + x, x, y)
}

/**
 * Fits a plane to the pixels that a test picks, one of 16; those far from it (tissue, markers, the scanner's bed) lose their say.
 *
 * @returns nothing where fewer than 100 samples are left
 */
export function fitPlane(image: GrayImage, isSample: (at: number) => boolean): Plane | undefined {
  const samples: Samples = new Float64Array(3 * sampleCount(image))
  let end = 0
  eachSample(image, (at) => {
    if (isSample(at)) end = addSample(samples, end, image, at)
  })
  return planeThrough(samples.subarray(0, end), image)
}

function planeThrough(all: Samples, { width, height }: GrayImage): Plane | undefined {
  let samples = all
  let plane: Plane | undefined
  for (let round = 0; round < 4; round++) {
    const count = samples.length / 3
    if (count < 100) return undefined
    const [level, across, down] = leastSquares(samples)
    const distances = new Float64Array(count)
    for (let i = 0; i < count; i++) {
      distances[i] = Math.abs(samples[3 * i + 2] - level - across * samples[3 * i] - down * samples[3 * i + 1])
    }
    const residual = nthSmallest(distances.slice(), count >> 1)
    plane = { level, across, down, residual, rise: Math.abs(across) * width + Math.abs(down) * height }
    let kept = 0
    for (let i = 0; i < count; i++) {
      if (distances[i] > 3 * residual + 1) continue
      samples[3 * kept] = samples[3 * i]
      samples[3 * kept + 1] = samples[3 * i + 1]
      samples[3 * kept + 2] = samples[3 * i + 2]
      kept++
    }
    if (kept === count) break
    samples = samples.subarray(0, 3 * kept)
  }
  return plane
}

/** The picture without the plane's slope; what would be below black is black. */
export function levelOut({ data, width, height }: GrayImage, { across, down }: Plane): GrayImage {
  const leveled = new Uint16Array(data.length)
  // Lowered towards the plane's darkest corner, so that no tissue grows beyond white.
  const lowest = -(Math.abs(across) * width + Math.abs(down) * height) / 2
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      const light = across * (x - width / 2) + down * (y - height / 2) - lowest
      leveled[at] = Math.max(0, data[at] - light)
    }
  }
  return { data: leveled, width, height }
}

/** Less is as even as air and bare film. */
export const maxUnevenness = 0.04

/** How uneven a part of a picture is: distance from a plane by the contrast to the rest; undefined where too little of it is seen. */
export function unevenness(image: GrayImage, part: Mask, rest: Mask): number | undefined {
  const plane = fitPlane(image, (at) => part.data[at] === 1)
  if (!plane) return undefined
  let sum = 0
  let count = 0
  for (let at = 0; at < image.data.length; at += 3) {
    if (rest.data[at] === 1) {
      sum += image.data[at]
      count++
    }
  }
  return count > 0 ? plane.residual / Math.abs(sum / count - plane.level) : undefined
}

/** Normal equations of three unknowns; a degenerate set (one column) gives a level plane. */
function leastSquares(samples: Samples): [number, number, number] {
  let n = 0
  let sx = 0
  let sy = 0
  let sxx = 0
  let sxy = 0
  let syy = 0
  let sg = 0
  let sxg = 0
  let syg = 0
  for (let i = 0; i < samples.length; i += 3) {
    const x = samples[i]
    const y = samples[i + 1]
    const gray = samples[i + 2]
    n++
    sx += x
    sy += y
    sxx += x * x
    sxy += x * y
    syy += y * y
    sg += gray
    sxg += x * gray
    syg += y * gray
  }
  const [mx, my, mg] = [sx / n, sy / n, sg / n]
  const [xx, xy, yy] = [sxx - n * mx * mx, sxy - n * mx * my, syy - n * my * my]
  const [xg, yg] = [sxg - n * mx * mg, syg - n * my * mg]
  const determinant = xx * yy - xy * xy
  if (determinant <= 1e-9 * (xx * xx + yy * yy)) return [mg, 0, 0]
  const across = (xg * yy - yg * xy) / determinant
  const down = (yg * xx - xg * xy) / determinant
  return [mg - across * mx - down * my, across, down]
}
