/** Loads the decoder of a transfer syntax when it is first needed. */
import { DicomError } from '../dicom-error.ts'
import type { TransferSyntax } from '../transfer-syntax.ts'
import type { Codec } from './codec.ts'

export async function loadCodec({ codec, name }: TransferSyntax): Promise<Codec> {
  switch (codec) {
    case 'jpeg-lossless':
      return (await import('./jpeg-lossless-codec.ts')).decodeJpegLosslessFrame
    case 'jpeg-2000':
      return (await import('./jpeg-2000.ts')).decodeJpeg2000
    default:
      throw new DicomError('unsupported', `Expected a transfer syntax with a decoder but received ${name}.`)
  }
}
