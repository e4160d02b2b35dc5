import { rasterFormatOf } from '../raster/raster-format.ts'
import { readFileStart } from './file-start.ts'

/**
 * Whether a file is a PNG, JPEG, TIFF or PGM by its first bytes; every other file is read as DICOM.
 *
 * @example
 * await isPictureFile('left-cc.png') // true
 */
export async function isPictureFile(path: string): Promise<boolean> {
  const start = await readFileStart(path)
  return start !== undefined && rasterFormatOf(start.bytes) !== undefined
}
