/** Files as a page has them: bytes and blobs. */

import { bytesOf, sizeOf } from '../image-file.ts'
import { PreprocessError } from '../preprocess-error.ts'
import { openInPage } from '../raster/open-raster.browser.ts'
import { startBytes } from './file-start.ts'
import type { Platform } from './platform.ts'
import { hexOf } from './subtle.browser.ts'

/** Nothing of a path, which dicom-io refuses. */
export const readFileStart: Platform['readFileStart'] = async (file) =>
  typeof file === 'string' ? undefined : { sizeBytes: sizeOf(file), bytes: await bytesOf(file, startBytes) }

export const readWholeFile: Platform['readWholeFile'] = (file) => bytesOf(asBytes(file))

export const hashFile: Platform['hashFile'] = async (file) => hexOf(await bytesOf(asBytes(file)))

export const openRasterFile: Platform['openRasterFile'] = async (file, format) =>
  openInPage(await bytesOf(asBytes(file)), format)

function asBytes<F>(file: F | string): F {
  if (typeof file !== 'string') return file
  throw new PreprocessError(
    'image-unreadable',
    `Expected bytes or a Blob in a page but received the path ${file}. Fetch the file, or let the user choose it.`,
  )
}
