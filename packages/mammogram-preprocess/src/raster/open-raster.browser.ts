/** PNG and JPEG as sharp opens them in Node.js, with the caps checked first. */
import { nameOf } from '../image-file.ts'
import { PreprocessError } from '../preprocess-error.ts'
import { decodeJpeg, readJpegStart } from './decode-jpeg.browser.ts'
import { decodePng, readPngStart } from './decode-png.browser.ts'
import type { RasterFile } from './decode-with-sharp.ts'
import { orientationOf, turned } from './exif-orientation.ts'
import type { RasterFormat } from './raster-format.ts'
import { maxSamples, type RasterSamples } from './samples.ts'

/** @throws PreprocessError `image-unreadable` for a damaged file, TIFF, and more samples than the cap, before they are read */
export async function openInPage(bytes: Uint8Array, format: Exclude<RasterFormat, 'pgm'>): Promise<RasterFile> {
  if (format === 'tiff')
    throw unreadable('a DICOM, PNG, JPEG or PGM file in a page', 'TIFF. Convert it, or preprocess it in Node.js')
  if (format === 'png') {
    const start = await attempt('PNG', () => readPngStart(bytes))
    checkSamples(start)
    return rasterFile(start.exif, () => attempt('PNG', () => decodePng(bytes)))
  }
  const start = await attempt('JPEG', () => readJpegStart(bytes))
  checkSamples(start)
  const { bits, channels } = start
  if (bits !== 8 || (channels !== 1 && channels !== 3))
    throw unreadable(
      'gray or RGB samples of 8 bits in a JPEG file',
      `${channels} channels of ${bits}. Convert the file`,
    )
  return rasterFile(start.exif, () => attempt('JPEG', () => decodeJpeg(bytes, start)))
}

function rasterFile(exif: Uint8Array | undefined, decode: () => Promise<RasterSamples>): RasterFile {
  const orientation = exif ? orientationOf(exif) : 1
  return { pages: 1, orientation, decode: async () => turned(await decode(), orientation) }
}

function checkSamples({ width, height, channels }: { width: number; height: number; channels: number }): void {
  if (width * height * channels <= maxSamples) return
  throw unreadable(
    `at most ${maxSamples} samples`,
    `${width} x ${height} x ${channels}. The file is no plausible image`,
  )
}

async function attempt<T>(format: string, action: () => T | Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    if (error instanceof PreprocessError) throw error
    const reason = (error as Error).message.split('\n', 1)[0]!.replace(/\.$/, '')
    throw unreadable(`a whole ${format} file in ${nameOf(new Uint8Array())}`, `this: ${reason}. The file is damaged`)
  }
}

function unreadable(expected: string, received: string): PreprocessError {
  return new PreprocessError('image-unreadable', `Expected ${expected} but received ${received}.`, {
    expected,
    received,
  })
}
