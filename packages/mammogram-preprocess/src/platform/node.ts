/** Files as Node.js has them: paths too, and sharp for pictures. */
import { readFile } from 'node:fs/promises'
import { bytesOf, sizeOf } from '../image-file.ts'
import { openWithSharp } from '../raster/decode-with-sharp.ts'
import { readStartOfPath, startBytes } from './file-start.ts'
import { hashBytes, hashPath } from './hash-file.ts'
import type { Platform } from './platform.ts'

export const readFileStart: Platform['readFileStart'] = async (file) =>
  typeof file === 'string' ? readStartOfPath(file) : { sizeBytes: sizeOf(file), bytes: await bytesOf(file, startBytes) }

export const readWholeFile: Platform['readWholeFile'] = (file) =>
  typeof file === 'string' ? readFile(file) : bytesOf(file)

export const hashFile: Platform['hashFile'] = async (file) =>
  typeof file === 'string' ? hashPath(file) : hashBytes(await bytesOf(file))

export const openRasterFile: Platform['openRasterFile'] = async (file, format) =>
  openWithSharp(typeof file === 'string' ? file : await bytesOf(file), format)
