/** JPEG Lossless (.57, .70) as a frame decoder. */
import { checkCodestream } from './check-codestream.ts'
import type { Codec } from './codec.ts'
import { decodeJpegLossless } from './jpeg-lossless.ts'

export const decodeJpegLosslessFrame: Codec = async (bytes, header) => {
  const { samples, ...image } = decodeJpegLossless(bytes, ({ width, height, components, precision }) => {
    checkCodestream({ width, height, components: components.length, precision }, header)
  })
  return { samples, ...image, resolutionLevel: 0 }
}
