/** What the pixels say against a picture: too small, of one level, or with the polarity reversed. */
import { type GrayImage, looksInverted, sampledHistogram } from '@mammokit/roi-detector'
import type { Finding } from './admit.ts'

/** A detector's smallest input side; a mammogram has 1,500 pixels or more. */
const minSide = 32

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
  return [...sizeFindings(frame), ...constantFindings(image), ...(looksInverted(image) ? [inverted] : [])]
}

function sizeFindings({ height, width }: { readonly height: number; readonly width: number }): Finding[] {
  if (Math.min(height, width) >= minSide) return []
  const expected = `at least ${minSide} pixels for each side`
  return [{ check: 'size', warning: 'size:too-small', expected, received: `${width} x ${height}` }]
}

function constantFindings(image: GrayImage): Finding[] {
  let pixels = 0
  let levels = 0
  let most = 0
  const histogram = sampledHistogram(image)
  for (let level = 0; level < histogram.length; level++) {
    const count = histogram[level]!
    pixels += count
    if (count > 0) levels++
    if (count > most) most = count
  }
  const expected = 'a picture with many gray levels'
  if (levels <= 2) {
    const [warning, received] =
      levels === 1 ? ['constant:one-level', 'one level'] : ['constant:two-levels', 'two levels']
    return [{ check: 'constant', warning, expected, received }]
  }
  const share = most / pixels
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
