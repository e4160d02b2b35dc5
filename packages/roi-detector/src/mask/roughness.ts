/** Roughness of a picture: nothing on a plane, little in air, much in tissue. */
import type { GrayImage } from '../gray-image.ts'
import { grayHistogram, percentile } from './gray-histogram.ts'
import type { Mask } from './mask.ts'

/** Pixels to the neighbors that a pixel is compared with. */
export const reach = 3

/** How much a pixel differs from the means of its neighbors at three pixels' distance. */
export function roughnessAt(data: Uint16Array, width: number, at: number): number {
  const across = Math.abs(data[at - reach] + data[at + reach] - 2 * data[at])
  return across + Math.abs(data[at - reach * width] + data[at + reach * width] - 2 * data[at])
}

/**
 * Mean roughness of two parts of a picture, of some hundred thousand pixels.
 *
 * @param limit of a pixel's roughness, so that edges do not outweigh the rest
 * @param partOf which part a pixel is in, or neither
 */
export function meanRoughness(
  { data, width, height }: GrayImage,
  limit: number,
  partOf: (at: number) => 0 | 1 | undefined,
): [number, number] {
  const step = Math.max(2, Math.floor((width + height) / 1000))
  const [sums, counts] = [
    [0, 0],
    [0, 0],
  ]
  for (let y = reach; y < height - reach; y += step) {
    for (let at = y * width + reach, end = (y + 1) * width - reach; at < end; at += step) {
      const part = partOf(at)
      if (part === undefined) continue
      sums[part] += Math.min(limit, roughnessAt(data, width, at))
      counts[part]++
    }
  }
  return [sums[0] / Math.max(1, counts[0]), sums[1] / Math.max(1, counts[1])]
}

/** Whether the inside of a mask is smoother than the outside: air, in a negative. The mask's edge does not count. */
export function holdsAir(image: GrayImage, { data: inside, width }: Mask): boolean {
  const [outer, inner] = meanRoughness(image, 10_000, (at) => {
    const part = inside[at]
    const isEdge = inside[at - reach] !== part || inside[at + reach] !== part
    if (isEdge || inside[at - reach * width] !== part || inside[at + reach * width] !== part) return undefined
    return part === 1 ? 1 : 0
  })
  return inner < outer
}

/** The bright part of a negative's air with the breast in it: at least so much of the mask, and its roughness by that of the rest at most. */
const air = { share: 0.7, roughness: 0.85 }

/**
 * Whether most of a mask is brighter than its middle gray and smoother than its darker part: the film of a negative, air and breast together.
 *
 * Of 48 phantoms and 55 views of CDD-CESM, each as it is, with noise and on fogged film, a breast that is as bright has at least 0.91 of the
 * roughness; the air of negatives has 0.42 to 0.82.
 */
export function isMostlyAir(image: GrayImage, { data: inside, width, height }: Mask): boolean {
  const outside = { data: inside.map((one) => 1 - one), width, height }
  const histogram = grayHistogram(image, outside)
  const middle = (percentile(histogram, 0.02) + percentile(histogram, 0.98)) / 2
  let [bright, all] = [0, 0]
  for (let value = 0; value < histogram.length; value++) {
    all += histogram[value]
    if (value > middle) bright += histogram[value]
  }
  if (bright <= air.share * all) return false
  const partOf = (at: number) => (inside[at] === 0 ? undefined : image.data[at] > middle ? 1 : 0)
  const [darkRoughness, brightRoughness] = meanRoughness(image, 10_000, partOf)
  return brightRoughness < air.roughness * darkRoughness
}
