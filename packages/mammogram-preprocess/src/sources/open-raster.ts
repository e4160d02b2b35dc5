import { openRasterFile, readWholeFile } from '#platform'
import { type ImageFile, nameOf } from '../image-file.ts'
import type { FileStart } from '../platform/file-start.ts'
import { PreprocessError } from '../preprocess-error.ts'
import type { ResolvedPreprocessOptions } from '../preprocess-options.ts'
import { decodePgm } from '../raster/decode-pgm.ts'
import type { RasterFile } from '../raster/decode-with-sharp.ts'
import { presentRaster } from '../raster/present-raster.ts'
import { pngGamma, type RasterFormat } from '../raster/raster-format.ts'
import { type Rendering, restoreShape } from '../raster/rendering.ts'
import { maxFileBytes } from '../raster/samples.ts'
import { toGray } from '../raster/to-gray.ts'
import { chooseFrames } from './choose-frames.ts'
import type { ImageSource } from './image-source.ts'
import { projectFrames } from './project-frames.ts'

/** How far the channels of a gray JPEG may differ after the conversion from YCbCr. */
const jpegRounding = 2

/** Of common displays, as PNG rounds it. */
const displayGamma = 0.45455

/**
 * Opens and decodes a PNG, JPEG, TIFF or PGM file: its values are what they are, whatever gamma and profiles say.
 *
 * @throws PreprocessError `image-unreadable` for a damaged file and one above the caps, `not-admitted` for colors and several pages
 */
export async function openRaster(
  file: ImageFile,
  format: RasterFormat,
  start: FileStart,
  options: ResolvedPreprocessOptions,
  rendering: Rendering = {},
): Promise<ImageSource> {
  if (start.sizeBytes > maxFileBytes) {
    throw new PreprocessError(
      'image-unreadable',
      `Expected at most ${maxFileBytes} bytes for a ${format.toUpperCase()} file but received ${start.sizeBytes}. Convert it to DICOM.`,
      { path: nameOf(file), sizeBytes: start.sizeBytes },
    )
  }
  const picture = format === 'pgm' ? await openPgm(file) : await openRasterFile(file, format)
  const { bits, color = 'refuse' } = options.raster ?? {}
  // What is known of one picture overrides the option for all.
  const polarity = rendering.polarity ?? options.raster?.polarity
  const frames = chooseFrames({ count: picture.pages, isSlices: false }, options.frame)
  const warnings = new Set<string>()
  const page = async (index: number) => {
    const samples = await picture.decode(index)
    const { data, warnings: odd } = toGray(samples, color, format === 'jpeg' ? jpegRounding : 0)
    for (const warning of odd) warnings.add(warning)
    return { ...samples, data }
  }
  const how = polarity === 'MONOCHROME1' ? 'smallest' : 'largest'
  const values =
    frames.projection === undefined
      ? await page(frames.index)
      : await projectFrames(page, picture.pages, frames.projection === 'mean' ? 'mean' : how)
  const { image: shown, warnings: inferred } = presentRaster(values, { polarity, bits })
  const { image, stretch, warnings: reshaped } = restoreShape(shown, rendering, options.kernel)
  const hasGamma = format === 'png' && Math.abs(pngGamma(start.bytes) / displayGamma - 1) > 0.05
  return {
    frame: { height: image.height, width: image.width },
    ...(stretch && { stretch }),
    warnings: [
      ...warnings,
      ...inferred,
      ...reshaped,
      ...(picture.orientation > 1 ? [`raster:orientation-${picture.orientation}`] : []),
      ...(hasGamma ? ['raster:gamma'] : []),
      ...frames.warnings,
    ],
    levels: 0,
    decode: async () => image,
  }
}

async function openPgm(file: ImageFile): Promise<RasterFile> {
  const samples = decodePgm(await readWholeFile(file))
  return { pages: 1, orientation: 1, decode: async () => samples }
}
