import type { GrayImage } from '@mammokit/roi-detector'
import sharp from 'sharp'

/**
 * Encodes uint16 [height * width] as a PNG with one 16-bit channel; equal images give equal bytes.
 *
 * @example
 * await writeFile('image.png', await encodeGrayPng({ data: new Uint16Array(524288), width: 512, height: 1024 }))
 */
export function encodeGrayPng({ data, width, height }: GrayImage): Promise<Uint8Array> {
  return sharp(data, { raw: { width, height, channels: 1 } })
    .toColourspace('grey16')
    .png({ compressionLevel: 6 })
    .toBuffer()
}
