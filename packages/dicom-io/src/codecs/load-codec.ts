/** Loads the decoder of a transfer syntax when it is first needed. */
import type { TransferSyntax } from '../transfer-syntax.ts'
import type { Codec } from './codec.ts'
import { notLoaded } from './wasm-codec.ts'

/** A decoder of compressed frames. */
export type CodecName = Exclude<TransferSyntax['codec'], 'native' | 'deflate'>

/** @throws {DicomError} `io` where it cannot be loaded. */
export function loadCodec(name: CodecName): Promise<Codec> {
  return importCodec(name).catch((cause) => {
    throw notLoaded(name, cause)
  })
}

async function importCodec(codec: CodecName): Promise<Codec> {
  switch (codec) {
    case 'rle':
      return (await import('./rle.ts')).decodeRle
    case 'jpeg':
      return (await import('./jpeg.ts')).decodeJpeg
    case 'jpeg-ls':
      return (await import('./jpeg-ls.ts')).decodeJpegLs
    case 'jpeg-2000':
      return (await import('./jpeg-2000.ts')).decodeJpeg2000
    case 'jpeg-xl':
      return (await import('./jpeg-xl.ts')).decodeJpegXl
    case 'htj2k':
      return (await import('./htj2k.ts')).decodeHtj2k
  }
}
