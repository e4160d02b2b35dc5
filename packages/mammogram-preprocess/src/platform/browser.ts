/** Files as a page has them: bytes and blobs, and nothing that decodes PNG, JPEG or TIFF to exact values of 16 bits. */

import { bytesOf, sizeOf } from '../image-file.ts'
import { PreprocessError } from '../preprocess-error.ts'
import { startBytes } from './file-start.ts'
import type { Platform } from './platform.ts'
import { hexOf } from './subtle.browser.ts'

/** Nothing of a path, which dicom-io refuses. */
export const readFileStart: Platform['readFileStart'] = async (file) =>
  typeof file === 'string' ? undefined : { sizeBytes: sizeOf(file), bytes: await bytesOf(file, startBytes) }

export const readWholeFile: Platform['readWholeFile'] = (file) => bytesOf(asBytes(file))

export const hashFile: Platform['hashFile'] = async (file) => hexOf(await bytesOf(asBytes(file)))

/** @throws PreprocessError `image-unreadable` */
export const openRasterFile: Platform['openRasterFile'] = async (_, format) => {
  throw new PreprocessError(
    'image-unreadable',
    `Expected a DICOM or PGM file in a page but received ${format.toUpperCase()}. Convert it, or preprocess it in Node.js.`,
    { format },
  )
}

function asBytes<F>(file: F | string): F {
  if (typeof file !== 'string') return file
  throw new PreprocessError(
    'image-unreadable',
    `Expected bytes or a Blob in a page but received the path ${file}. Fetch the file, or let the user choose it.`,
  )
}
