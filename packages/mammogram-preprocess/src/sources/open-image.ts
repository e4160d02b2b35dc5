import type { DecodeFrameOptions } from '@mammokit/dicom-io'
import { readFileStart } from '#platform'
import type { ImageFile } from '../image-file.ts'
import type { ResolvedPreprocessOptions } from '../preprocess-options.ts'
import { rasterFormatOf } from '../raster/raster-format.ts'
import type { Rendering } from '../raster/rendering.ts'
import type { ImageSource } from './image-source.ts'
import { openDicom } from './open-dicom.ts'
import { openRaster } from './open-raster.ts'

/**
 * Opens a file of any format that its first bytes name; what is none of the others is read as DICOM, which needs no preamble.
 *
 * @throws DicomError, PreprocessError `image-unreadable`, `not-admitted`
 */
export async function openImage(
  file: ImageFile,
  options: ResolvedPreprocessOptions,
  decoding: DecodeFrameOptions = {},
  rendering?: Rendering,
): Promise<ImageSource> {
  const start = await readFileStart(file)
  const format = start && rasterFormatOf(start.bytes)
  return start && format ? openRaster(file, format, start, options, rendering) : openDicom(file, options, decoding)
}
