/** What the pixels say against a picture: too small, of one level, or with the polarity reversed. */
import type { GrayImage } from '@mammokit/roi-detector'
import type { Finding } from './admit.ts'

/** A detector's smallest input side; a mammogram has 1,500 pixels or more. */
const minSide = 32

/** Pixels that are looked at: rows and columns at even distances. */
const sampledPixels = 262_144

/** A breast covers a few percent of its frame at least. */
const emptyShare = 0.998

/**
 * Findings about a picture of a breast.
 *
 * @param image gray uint16, 0 = black
 * @param frame size of the frame that it shows, where the image is smaller
 */
export function pictureFindings(
  image: GrayImage,
  frame: { readonly height: number; readonly width: number } = image,
): Finding[] {
  return [...sizeFindings(frame), ...constantFindings(image), ...(isInverted(image) ? [inverted] : [])]
}

function sizeFindings({ height, width }: { readonly height: number; readonly width: number }): Finding[] {
  if (Math.min(height, width) >= minSide) return []
  const expected = `at least ${minSide} pixels for each side`
  return [{ check: 'size', warning: 'size:too-small', expected, received: `${width} x ${height}` }]
}

function constantFindings(image: GrayImage): Finding[] {
  const levels = new Map<number, number>()
  let pixels = 0
  for (const value of sample(image)) {
    pixels++
    levels.set(value, (levels.get(value) ?? 0) + 1)
  }
  const expected = 'a picture with many gray levels'
  if (levels.size <= 2) {
    const [warning, received] =
      levels.size === 1 ? ['constant:one-level', 'one level'] : ['constant:two-levels', 'two levels']
    return [{ check: 'constant', warning, expected, received }]
  }
  const share = Math.max(...levels.values()) / pixels
  if (share < emptyShare) return []
  return [
    {
      check: 'constant',
      warning: 'constant:empty',
      expected,
      received: `${(100 * share).toFixed(2)} % of it at one level`,
    },
  ]
}

const inverted: Finding = {
  check: 'polarity',
  warning: 'polarity:inverted',
  expected: 'a breast on a dark background',
  received: 'a bright background (Photometric Interpretation contradicts the picture)',
}

/**
 * Whether the background is bright: most of the frame's rim lies near the brightest level, next to none near the darkest, and the rim is
 * brighter than the middle. Air and chest wall make the rim of a mammogram; labels and collimated borders are a small part of it.
 */
export function isInverted(image: GrayImage): boolean {
  const { low, high } = range(image)
  if (high <= low) return false
  const { data, width, height } = image
  const shareOf = (values: readonly number[], test: (level: number) => boolean) =>
    values.filter((value) => test((value - low) / (high - low))).length / values.length
  const all = [...sample(image)]
  const rim = rimOf({ data, width, height })
  const isBright = (level: number) => level >= 0.85
  const isDark = (level: number) => level <= 0.15
  return shareOf(rim, isBright) > 0.5 && shareOf(rim, isDark) < 0.15 && shareOf(all, isBright) > shareOf(all, isDark)
}

/** Values of the outer fiftieth of the frame on each side. */
function rimOf({ data, width, height }: GrayImage): number[] {
  const margin = Math.max(1, Math.round(Math.min(width, height) / 50))
  const step = Math.max(1, Math.floor((width + height) / 2000))
  const values: number[] = []
  for (let y = 0; y < height; y += step) {
    const isEdgeRow = y < margin || y >= height - margin
    for (let x = 0; x < width; x += step) {
      if (isEdgeRow || x < margin || x >= width - margin) values.push(data[y * width + x]!)
      else x = Math.max(x, width - margin - step)
    }
  }
  return values
}

/** The levels between which nearly all pixels lie. */
function range(image: GrayImage): { low: number; high: number } {
  const sorted = Uint16Array.from(sample(image)).sort()
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))]!
  return { low: at(0.005), high: at(0.995) }
}

function* sample({ data, width, height }: GrayImage): Generator<number> {
  const step = Math.max(1, Math.floor(Math.sqrt((width * height) / sampledPixels)))
  for (let y = 0; y < height; y += step) for (let x = 0; x < width; x += step) yield data[y * width + x]!
}
