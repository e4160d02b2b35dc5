/** 16-bit gray PNG files to their exact values. */
import sharp from 'sharp'

/** Values 0 to 65,535, row by row. */
export interface GrayImage {
  readonly data: Uint16Array
  readonly width: number
  readonly height: number
}

/**
 * Decodes one file.
 *
 * @throws Error of the decoder, or one that says that the file is not 16-bit gray.
 */
export async function decodePng(path: string): Promise<GrayImage> {
  const reader = sharp(path, { failOn: 'error', sequentialRead: true })
  const { depth, channels, format } = await reader.metadata()
  if (format !== 'png' || depth !== 'ushort' || channels !== 1) {
    throw new Error(`it is ${format} with ${channels} channels of ${depth}, not a PNG with one channel of ushort`)
  }
  const { data, info } = await reader
    .toColourspace('grey16')
    .raw({ depth: 'ushort' })
    .toBuffer({ resolveWithObject: true })
  const values = new Uint16Array(data.buffer, data.byteOffset, info.width * info.height)
  return { data: values, width: info.width, height: info.height }
}
