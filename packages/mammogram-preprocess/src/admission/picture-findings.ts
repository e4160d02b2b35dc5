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
  const histogram = histogramOf(image)
  return [...sizeFindings(frame), ...constantFindings(histogram), ...(isInvertedOf(histogram, image) ? [inverted] : [])]
}

function sizeFindings({ height, width }: { readonly height: number; readonly width: number }): Finding[] {
  if (Math.min(height, width) >= minSide) return []
  const expected = `at least ${minSide} pixels for each side`
  return [{ check: 'size', warning: 'size:too-small', expected, received: `${width} x ${height}` }]
}

function constantFindings(histogram: Histogram): Finding[] {
  let levels = 0
  let most = 0
  for (const count of histogram.counts) {
    if (count > 0) levels++
    if (count > most) most = count
  }
  const expected = 'a picture with many gray levels'
  if (levels <= 2) {
    const [warning, received] =
      levels === 1 ? ['constant:one-level', 'one level'] : ['constant:two-levels', 'two levels']
    return [{ check: 'constant', warning, expected, received }]
  }
  const share = most / histogram.pixels
  if (share < emptyShare) return []
  const received = `${(100 * share).toFixed(2)} % of it at one level`
  return [{ check: 'constant', warning: 'constant:empty', expected, received }]
}

const inverted: Finding = {
  check: 'polarity',
  warning: 'polarity:inverted',
  expected: 'a breast on a dark background',
  received: 'a bright background (Photometric Interpretation contradicts the picture)',
}

/**
 * Whether the background is bright: much of the frame's rim lies near the brightest level and no more of it near the darkest, and so
 * does more of the whole frame.
 *
 * Of 1,514 real mammograms (MIAS, CDD-CESM, RSNA at 640 pixels) it finds none as they are, and 1,500 once they are inverted.
 */
export function isInverted(image: GrayImage): boolean {
  return isInvertedOf(histogramOf(image), image)
}

function isInvertedOf(frame: Histogram, image: GrayImage): boolean {
  const low = levelAt(frame, 0.005)
  const high = levelAt(frame, 0.995)
  if (high <= low) return false
  const rim = rimOf(image)
  const [bright, dark] = [low + 0.85 * (high - low), low + 0.15 * (high - low)]
  // The chest wall of an inverted picture is dark, a frame around a film is bright: the first on the rim, the second on the rim alone.
  return (
    shareFrom(rim, bright) > 0.4 &&
    shareFrom(rim, dark) > 0.5 &&
    shareFrom(frame, bright) > 1.5 * (1 - shareFrom(frame, dark))
  )
}

/** How many of the pixels that were looked at have each gray level. */
interface Histogram {
  readonly counts: Uint32Array
  readonly pixels: number
}

function histogramOf({ data, width, height }: GrayImage): Histogram {
  const counts = new Uint32Array(65_536)
  const step = Math.max(1, Math.floor(Math.sqrt((width * height) / sampledPixels)))
  let pixels = 0
  for (let y = 0; y < height; y += step) {
    for (let at = y * width, end = at + width; at < end; at += step, pixels++) counts[data[at]!]!++
  }
  return { counts, pixels }
}

/** Of the outer fiftieth of the frame on each side. */
function rimOf({ data, width, height }: GrayImage): Histogram {
  const margin = Math.max(1, Math.round(Math.min(width, height) / 50))
  const step = Math.max(1, Math.floor((width + height) / 2000))
  const counts = new Uint32Array(65_536)
  let pixels = 0
  for (let y = 0; y < height; y += step) {
    const isEdgeRow = y < margin || y >= height - margin
    for (let x = 0; x < width; x += step) {
      if (!isEdgeRow && x >= margin && x < width - margin) x = width - margin
      counts[data[y * width + x]!]!++
      pixels++
    }
  }
  return { counts, pixels }
}

/** The level below which a share of the pixels lies. */
function levelAt({ counts, pixels }: Histogram, share: number): number {
  let level = 0
  for (let left = share * pixels - counts[0]!; left > 0 && level < 65_535; ) left -= counts[++level]!
  return level
}

/** The share of the pixels at a level or above. */
function shareFrom({ counts, pixels }: Histogram, level: number): number {
  let found = 0
  for (let at = Math.ceil(level); at < counts.length; at++) found += counts[at]!
  return found / pixels
}
