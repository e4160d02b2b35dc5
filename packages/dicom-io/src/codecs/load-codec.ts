/** Loads the decoder of a transfer syntax when it is first needed. */
import type { TransferSyntax } from '../transfer-syntax.ts'
import type { Codec } from './codec.ts'

export async function loadCodec(codec: Exclude<TransferSyntax['codec'], 'native'>): Promise<Codec> {
  switch (codec) {
    case 'rle':
      return (await import('./rle.ts')).decodeRle
    case 'jpeg':
      return (await import('./jpeg.ts')).decodeJpeg
    case 'jpeg-ls':
      return (await import('./jpeg-ls.ts')).decodeJpegLs
    case 'jpeg-2000':
      return (await import('./jpeg-2000.ts')).decodeJpeg2000
    case 'htj2k':
      return (await import('./htj2k.ts')).decodeHtj2k
  }
}
