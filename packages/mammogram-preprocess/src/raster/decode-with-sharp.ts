/** PNG, JPEG and TIFF to their exact values, with the caps checked first. Node. */
import sharp, { type Metadata } from 'sharp'
import { nameOf } from '../image-file.ts'
import { PreprocessError } from '../preprocess-error.ts'
import type { RasterFormat } from './raster-format.ts'
import { maxSamples, type RasterSamples } from './samples.ts'
import { isTiledTiff } from './tiff-tiles.ts'

export interface RasterFile {
  /** Pages of a TIFF, else 1. */
  readonly pages: number
  /** EXIF orientation, 1 to 8; the samples are as it says. */
  readonly orientation: number
  decode(page: number): Promise<RasterSamples>
}

/** Longest time for one picture, seconds; the largest that the caps admit takes 3. */
const timeoutSeconds = 60

/** @throws PreprocessError `image-unreadable` for another kind of samples, and more than the cap, before they are read */
export async function openWithSharp(
  file: string | Uint8Array,
  format: Exclude<RasterFormat, 'pgm'>,
): Promise<RasterFile> {
  const metadata = await attempt(file, format, () => open(file, format, 0).metadata())
  checkSamples(file, metadata)
  return {
    pages: metadata.pages ?? 1,
    orientation: metadata.orientation ?? 1,
    decode: async (page) => {
      if (page > 0) checkSamples(file, await attempt(file, format, () => open(file, format, page).metadata()))
      return attempt(file, format, () => decode(file, format, page, metadata.depth === 'ushort'))
    },
  }
}

/**
 * Profiles are ignored: they are made for displays. A JPEG file that ends early has only warnings, and libvips gives a tile that it
 * cannot read as zeros unless it fails on warnings. Strips fail on errors, and on warnings also where only a tag is odd.
 */
function open(file: string | Uint8Array, format: RasterFormat, page: number, isTiled = false) {
  return sharp(file, {
    failOn: format === 'jpeg' || isTiled ? 'warning' : 'error',
    limitInputPixels: maxSamples,
    sequentialRead: true,
    ignoreIcc: true,
    ...(format === 'tiff' && { page, pages: 1 }),
  }).timeout({ seconds: timeoutSeconds })
}

async function decode(
  file: string | Uint8Array,
  format: RasterFormat,
  page: number,
  isWide: boolean,
): Promise<RasterSamples> {
  const isTiled = format === 'tiff' && (await isTiledTiff(file, page))
  const reader = open(file, format, page, isTiled).autoOrient()
  const { channels } = await open(file, format, page).metadata()
  // Eight bits of gray and alpha lose the alpha as 'b-w'.
  const space = isWide ? (channels! < 3 ? 'grey16' : 'rgb16') : channels === 1 ? 'b-w' : 'srgb'
  const { data, info } = await reader
    .toColourspace(space)
    .raw({ depth: isWide ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true })
  const { width, height } = info
  const samples = isWide ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2) : data
  return { data: samples, width, height, channels: info.channels, white: isWide ? 65_535 : 255 }
}

function checkSamples(file: string | Uint8Array, { depth, space, width, height, channels, format }: Metadata): void {
  const received = { path: nameOf(file), width, height, channels, depth, space }
  if ((depth !== 'uchar' && depth !== 'ushort') || space === 'cmyk' || channels === undefined || channels > 4) {
    throw new PreprocessError(
      'image-unreadable',
      `Expected gray or RGB samples of 8 or 16 bits in ${nameOf(file)} but received ${format} with ${channels} channels of ${depth} (${space}). Convert the file.`,
      received,
    )
  }
  if (width! * height! * channels <= maxSamples) return
  throw new PreprocessError(
    'image-unreadable',
    `Expected at most ${maxSamples} samples in ${nameOf(file)} but received ${width} x ${height} x ${channels}. The file is no plausible image.`,
    received,
  )
}

async function attempt<T>(file: string | Uint8Array, format: RasterFormat, action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    const reason = (error as Error).message.split('\n', 1)[0]!
    throw new PreprocessError(
      'image-unreadable',
      `Expected a whole ${format.toUpperCase()} file in ${nameOf(file)} but received: ${reason}. The file is damaged.`,
      { path: nameOf(file), reason },
    )
  }
}
