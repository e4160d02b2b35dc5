/** Gray values of any depth and polarity to a picture of 16 bits, 0 = black. */
import { type GrayImage, looksInverted } from '@mammokit/roi-detector'
import { PreprocessError } from '../preprocess-error.ts'

export interface RasterPresentation {
  /** MONOCHROME2: the smallest value is black. Without it the picture decides. */
  readonly polarity?: 'MONOCHROME1' | 'MONOCHROME2' | undefined
  /** Bits of the values in files of 16, 9 to 16. Without it the values decide. */
  readonly bits?: number | undefined
}

export interface GrayValues {
  readonly data: Uint8Array | Uint16Array
  readonly width: number
  readonly height: number
  /** The value of white; 65,535 only says that a sample has 16 bits. */
  readonly white: number
}

/** Depths of digital mammograms. */
const depths = [8, 10, 12, 14, 16]

/**
 * The picture, and `raster:bits-<n>-inferred`, `raster:polarity-inferred` or `raster:polarity-inverted` for what was not asked for.
 *
 * @throws PreprocessError `image-unreadable` for values that have more bits than were asked for
 */
export function presentRaster(
  values: GrayValues,
  { polarity, bits }: RasterPresentation,
): { readonly image: GrayImage; readonly warnings: readonly string[] } {
  const { data, width, height } = values
  const { black, white, warnings } = rangeOf(values, bits)
  const scale = 65_535 / (white - black)
  // 257 for each of 8 bits, and each of 16 as it is.
  const gray = Uint16Array.from(data, (value) => Math.round((value - black) * scale))
  const image = { data: gray, width, height }
  const isReversed = polarity === undefined ? looksInverted(image) : polarity === 'MONOCHROME1'
  if (isReversed) for (let at = 0; at < gray.length; at++) gray[at] = 65_535 - gray[at]!
  if (polarity !== undefined) return { image, warnings }
  return { image, warnings: [...warnings, isReversed ? 'raster:polarity-inverted' : 'raster:polarity-inferred'] }
}

function rangeOf({ data, white }: GrayValues, asked: number | undefined) {
  if (white !== 65_535) return { black: 0, white, warnings: [] }
  let [low, high] = [65_535, 0]
  for (const value of data) {
    if (value < low) low = value
    if (value > high) high = value
  }
  // A TIFF of 14 bits or less whose white is zero comes with its values turned round in 16 bits: none is dark.
  const isTurned = low >= 65_536 - 2 ** 14
  const largest = isTurned ? 65_535 - low : high
  const bits = asked ?? depths.find((depth) => largest < 2 ** depth)!
  if (largest >= 2 ** bits) {
    throw new PreprocessError(
      'image-unreadable',
      `Expected values of ${bits} bits but received ${largest}. Set raster.bits to what the files have.`,
      { bits, largest },
    )
  }
  const range = isTurned ? { black: 65_536 - 2 ** bits, white: 65_535 } : { black: 0, white: 2 ** bits - 1 }
  return { ...range, warnings: asked === undefined ? [`raster:bits-${bits}-inferred`] : [] }
}
