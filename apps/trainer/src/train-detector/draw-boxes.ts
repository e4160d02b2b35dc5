import type { PixelBox } from '@mammokit/augmentation'
import type { DetectionSample } from '@mammokit/mammogram-dataset'
import sharp from 'sharp'

/** A PNG of an image with its labeled box in green and the detected one in red, at least 512 pixels high. */
export async function drawBoxes({ image, box }: DetectionSample, found: PixelBox | undefined): Promise<Uint8Array> {
  const scale = Math.max(1, 512 / image.height)
  const [width, height] = [Math.round(image.width * scale), Math.round(image.height * scale)]
  const frame = (one: PixelBox | undefined, color: string) =>
    one &&
    `<rect x="${one.x * scale}" y="${one.y * scale}" width="${one.width * scale}" height="${one.height * scale}" fill="none" stroke="${color}" stroke-width="2"/>`
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${frame(box, '#0c0') ?? ''}${frame(found, '#f33') ?? ''}</svg>`
  const gray = Uint8Array.from(image.data, (value) => 255 * Math.sqrt(value / 65_535))
  const picture = sharp(gray, { raw: { width: image.width, height: image.height, channels: 1 } })
  const large = await picture.resize(width, height).toColourspace('srgb').png().toBuffer()
  return sharp(large)
    .composite([{ input: Buffer.from(svg) }])
    .png()
    .toBuffer()
}
