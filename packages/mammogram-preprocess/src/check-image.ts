import { lateralityOf, readDicom, viewOf } from '@mammokit/dicom-io'
import type { Side } from '@mammokit/roi-detector'
import { hashFile, readFileStart } from '#platform'
import { admitsAnything } from './admits-anything.ts'
import { rasterFormatOf } from './raster/raster-format.ts'
import { openRaster } from './sources/open-raster.ts'

/** What a readable file says of itself; pictures other than DICOM say nothing. */
export interface CheckedImage {
  readonly laterality?: Side
  /** `CC`, `MLO`, ... */
  readonly view?: string
  /** Of the file, hexadecimal; where it was asked for. */
  readonly sourceSha256?: string
}

/** Options of `checkImage`. */
export interface CheckImageOptions {
  /** Whether to compute the file's SHA-256, for which all of it is read. @default false */
  readonly hash?: boolean
}

/**
 * Looks whether an image can be read, without making anything of it: of a DICOM file the header and the place of every frame, of PNG,
 * JPEG, TIFF and PGM files the pixels too. Whether it would be admitted is not asked.
 *
 * @throws DicomError, PreprocessError `image-unreadable`
 * @example
 * await checkImage('1459541791.dcm') // { laterality: 'L', view: 'CC' }
 */
export async function checkImage(path: string, { hash = false }: CheckImageOptions = {}): Promise<CheckedImage> {
  const facts = await checkFile(path)
  return hash ? { ...facts, sourceSha256: await hashFile(path) } : facts
}

async function checkFile(path: string): Promise<CheckedImage> {
  const start = await readFileStart(path)
  const format = start && rasterFormatOf(start.bytes)
  if (start && format) {
    await openRaster(path, format, start, admitsAnything)
    return {}
  }
  const { header, checkFrames } = await readDicom(path)
  await checkFrames()
  const [laterality, view] = [lateralityOf(header), viewOf(header)]
  return { ...(laterality && { laterality }), ...(view && { view }) }
}
