/** One gray value for each pixel: equal channels are gray, alpha is laid on black, colors only where they are asked for. */
import { notAdmitted } from '../admission/admit.ts'
import type { RasterSamples } from './samples.ts'

export interface GraySamples {
  readonly data: Uint8Array | Uint16Array
  readonly warnings: readonly string[]
}

/** ITU-R BT.601, as OpenCV and Pillow convert. */
const [red, green, blue] = [0.299, 0.587, 0.114]

/**
 * Gray values at the scale of the samples.
 *
 * @param tolerance how far the channels of a gray pixel may differ
 * @throws PreprocessError `not-admitted` for colors, where they are not asked for
 */
export function toGray(
  { data, width, height, channels, white }: RasterSamples,
  color: 'refuse' | 'luminance',
  tolerance = 0,
): GraySamples {
  if (channels === 1) return { data, warnings: [] }
  const colors = channels < 3 ? 1 : 3
  const gray = white === 255 ? new Uint8Array(width * height) : new Uint16Array(width * height)
  let isColored = false
  let isTransparent = false
  for (let at = 0, from = 0; at < gray.length; at++, from += channels) {
    const [r, g, b] = [data[from]!, data[from + colors - 2] ?? 0, data[from + colors - 1]!]
    if (colors === 1 || (r === g && g === b)) gray[at] = r
    else {
      isColored ||= Math.max(r, g, b) - Math.min(r, g, b) > tolerance
      gray[at] = Math.round(red * r + green * g + blue * b)
    }
    if (channels === colors) continue
    const alpha = data[from + colors]!
    if (alpha === white) continue
    isTransparent = true
    gray[at] = Math.round((gray[at]! * alpha) / white)
  }
  if (isColored && color === 'refuse') {
    throw notAdmitted(
      'color',
      'Expected a gray picture but received colors.',
      'Set raster.color to luminance to convert.',
      ['raster:color'],
    )
  }
  return { data: gray, warnings: [...(isColored ? ['raster:color'] : []), ...(isTransparent ? ['raster:alpha'] : [])] }
}
