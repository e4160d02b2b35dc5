import type { DecodeFrameOptions } from '@mammokit/dicom-io'
import type { ResolvedPreprocessOptions } from '../preprocess-options.ts'
import { rasterFormatOf } from '../raster/raster-format.ts'
import { readFileStart } from './file-start.ts'
import type { ImageSource } from './image-source.ts'
import { openDicom } from './open-dicom.ts'
import { openRaster } from './open-raster.ts'

/**
 * Opens a file of any format that its first bytes name; what is none of the others is read as DICOM, which needs no preamble.
 *
 * @throws DicomError, PreprocessError `image-unreadable`, `not-admitted`
 */
export async function openImage(
  path: string,
  options: ResolvedPreprocessOptions,
  decoding: DecodeFrameOptions = {},
): Promise<ImageSource> {
  const start = await readFileStart(path)
  const format = start && rasterFormatOf(start.bytes)
  return start && format ? openRaster(path, format, start, options) : openDicom(path, options, decoding)
}
