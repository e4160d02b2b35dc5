/** JPEG 2000 lossless codestreams (transfer syntax .90) from OpenJPEG in WebAssembly. */
import createOpenJpeg, { type OpenJpeg } from '@cornerstonejs/codec-openjpeg/wasmjs'
import { PhantomError } from './phantom-error.ts'

let openJpeg: Promise<OpenJpeg> | undefined

/**
 * Encodes samples to one reversible JPEG 2000 codestream.
 *
 * `samples`: uint16 [height, width], each below 2^bits.
 */
export async function encodeJpeg2000(
  samples: Uint16Array,
  width: number,
  height: number,
  bits: number,
): Promise<Uint8Array> {
  openJpeg ??= createOpenJpeg({ print: () => {}, printErr: () => {} })
  const { J2KEncoder } = await openJpeg
  const encoder = new J2KEncoder()
  try {
    const input = encoder.getDecodedBuffer({ width, height, bitsPerSample: bits, componentCount: 1, isSigned: false })
    input.set(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength))
    encoder.setQuality(true, 0)
    encoder.encode()
    const encoded = encoder.getEncodedBuffer()
    if (encoded.length === 0) {
      throw new PhantomError(
        'encoder-failed',
        `Expected a JPEG 2000 codestream of ${width} x ${height} samples of ${bits} bits from OpenJPEG but received no bytes. Use a smaller height.`,
        { width, height, bits },
      )
    }
    return encoded.slice()
  } finally {
    encoder.delete()
  }
}
