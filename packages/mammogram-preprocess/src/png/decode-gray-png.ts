import type { GrayImage } from '@mammokit/roi-detector'
import sharp from 'sharp'
import { PreprocessError } from '../preprocess-error.ts'

/**
 * Decodes a PNG with one 16-bit channel, a file or its bytes, to its exact values, uint16 [height * width].
 *
 * @throws PreprocessError `image-unreadable` with the decoder's reason, or with what the file is instead
 * @example
 * (await decodeGrayPng('data/processed/images/1/2.png')).data.length // 524288
 */
export async function decodeGrayPng(source: string | Uint8Array): Promise<GrayImage> {
  try {
    return await decode(source)
  } catch (error) {
    const name = typeof source === 'string' ? source : `${source.length} bytes`
    const reason = (error as Error).message.split('\n', 1)[0]
    throw new PreprocessError(
      'image-unreadable',
      `Expected a 16-bit gray PNG in ${name} but received: ${reason}. Write it with encodeGrayPng.`,
      {
        source: name,
        reason,
      },
    )
  }
}

async function decode(source: string | Uint8Array): Promise<GrayImage> {
  const reader = sharp(source, { failOn: 'error', sequentialRead: true })
  const { depth, channels, format } = await reader.metadata()
  if (format !== 'png' || depth !== 'ushort' || channels !== 1) {
    throw new Error(`it is ${format} with ${channels} channels of ${depth}, not a PNG with one channel of ushort`)
  }
  const { data, info } = await reader
    .toColourspace('grey16')
    .raw({ depth: 'ushort' })
    .toBuffer({ resolveWithObject: true })
  return {
    data: new Uint16Array(data.buffer, data.byteOffset, info.width * info.height),
    width: info.width,
    height: info.height,
  }
}
