/** Which files of a folder are images: by their first bytes, and DICOM files without a preamble by their name. */
import { open } from 'node:fs/promises'
import { basename } from 'node:path'

/** PNG, JPEG, TIFF (and BigTIFF) in either byte order, PGM. */
const rasters = ['\x89PNG\r\n\x1a\n', '\xff\xd8\xff', 'II*\0', 'II+\0', 'MM\0*', 'MM\0+']
const pgm = /^P[25][\s#]/

const names = /\.(dcm|dicom|png|jpe?g|tiff?|pgm)$/i

/** @returns undefined for a file that is none; one that cannot be read counts by its name, so that reading it says why */
export async function imageFormatOf(path: string): Promise<'dicom' | 'raster' | undefined> {
  // The index of a DICOM medium.
  if (basename(path) === 'DICOMDIR') return undefined
  const start = await readStart(path)
  if (start === undefined) return names.test(path) ? 'dicom' : undefined
  // PS3.10 7.1: "DICM" after a preamble of 128 bytes.
  if (start.slice(128) === 'DICM') return 'dicom'
  if (pgm.test(start) || rasters.some((signature) => start.startsWith(signature))) return 'raster'
  return /\.(dcm|dicom)$/i.test(path) ? 'dicom' : names.test(path) ? 'raster' : undefined
}

async function readStart(path: string): Promise<string | undefined> {
  try {
    const file = await open(path)
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(132), 0, 132, 0)
      return buffer.toString('latin1', 0, bytesRead)
    } finally {
      await file.close()
    }
  } catch {
    return undefined
  }
}
