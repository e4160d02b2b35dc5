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

/** The air of a negative with the breast in it: the least shares that are bright and that are deep and dark, and the most roughness of the bright by that of the dark. */
const air = { brightShare: 0.7, darkShare: 0.02, roughness: 0.9 }

/** Depth in a part, as a share of the longer side: the skin of a breast that is brighter is a thinner band, whose slopes look rough. */
const deep = 1 / 32

/**
 * Whether most of a mask is brighter than its middle gray, and smoother than what is darker deep within it: the film of a negative, air and
 * breast together.
 *
 * Of 48 phantoms and 55 views of CDD-CESM, each as it is, with noise, on fogged film and in a bright frame, a breast that is as bright has at
 * least 1.05 of that roughness; of the negatives of phantoms that other signs miss the air has 0.42 to 0.83.
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
  if (bright <= air.brightShare * all) return false
  const depth = Math.max(reach, Math.round(deep * Math.max(width, height)))
  const brightness = (at: number) => (inside[at] !== 1 ? undefined : image.data[at] > middle ? 1 : 0)
  let [seen, dark] = [0, 0]
  const partOf = (at: number) => {
    const part = brightness(at)
    if (part === undefined) return undefined
    seen++
    const isEdge = brightness(at - depth) !== part || brightness(at + depth) !== part
    if (isEdge || brightness(at - depth * width) !== part || brightness(at + depth * width) !== part) return undefined
    if (part === 0) dark++
    return part
  }
  const [darkRoughness, brightRoughness] = meanRoughness(image, 10_000, partOf)
  return dark >= air.darkShare * seen && brightRoughness < air.roughness * darkRoughness
}
