import { readFileStart } from '#platform'
import type { ImageFile } from '../image-file.ts'
import { rasterFormatOf } from '../raster/raster-format.ts'

/**
 * Whether a file is a PNG, JPEG, TIFF or PGM by its first bytes; every other file is read as DICOM.
 *
 * @example
 * await isPictureFile('left-cc.png') // true
 */
export async function isPictureFile(file: ImageFile): Promise<boolean> {
  const start = await readFileStart(file)
  return start !== undefined && rasterFormatOf(start.bytes) !== undefined
}
