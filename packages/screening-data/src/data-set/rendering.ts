/** What a table says of pictures that were rendered from mammograms, and that such pictures do not say of themselves. */
import { optionalColumn } from '@mammokit/strict-csv'
import { z } from 'zod'

/** How a picture was rendered from the frame of a mammogram. */
export interface Rendering {
  /** MONOCHROME1: the picture is a negative. */
  readonly polarity?: 'MONOCHROME1' | 'MONOCHROME2'
  /** The frame that the picture was scaled from, pixels; a picture of another shape was squashed. */
  readonly frame?: { readonly height: number; readonly width: number }
}

const side = z
  .string()
  .regex(/^([1-9]\d{0,5})?$/, 'a whole number of pixels from 1 to 999999, or nothing')
  .transform((cell) => (cell === '' ? null : Number(cell)))

/** The columns of a table that say it. */
export const renderingColumns = {
  photometricInterpretation: optionalColumn(
    'photometric_interpretation',
    z
      .enum(['MONOCHROME1', 'MONOCHROME2', ''], 'MONOCHROME1, MONOCHROME2 or nothing')
      .transform((cell) => (cell === '' ? null : cell)),
  ),
  frameHeight: optionalColumn('frame_height', side),
  frameWidth: optionalColumn('frame_width', side),
}

interface RenderingCells {
  readonly photometricInterpretation: Rendering['polarity'] | null
  readonly frameHeight: number | null
  readonly frameWidth: number | null
}

/** The cells of a row as a rendering, `otherwise` where they are empty; undefined where nothing is said. */
export function renderingOf(cells: RenderingCells, otherwise: Rendering = {}): Rendering | undefined {
  const { photometricInterpretation, frameHeight: height, frameWidth: width } = cells
  const polarity = photometricInterpretation ?? otherwise.polarity
  const frame = height !== null && width !== null ? { height, width } : otherwise.frame
  return polarity || frame ? { ...(polarity && { polarity }), ...(frame && { frame }) } : undefined
}
