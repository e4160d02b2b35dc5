/** Frames that another implementation wrote: dcmjs-codecs, whose codecs are C++ and share nothing with ours. */
import dcmjsCodecs from 'dcmjs-codecs'
import { beforeAll, expect, test } from 'vitest'
import { decodeJpegLossless } from '../../src/codecs/jpeg/decode-lossless.ts'
import { readDicom } from '../../src/index.ts'
import { buildDicom, imageElements } from '../build-dicom.ts'

const { Context, NativeCodecs } = dcmjsCodecs
const width = 61
const height = 43

beforeAll(() => NativeCodecs.initializeAsync({ logCodecsInfo: false, logCodecsTrace: false }))

function samplesOf(bits: number): Uint16Array {
  const top = 2 ** bits - 1
  return Uint16Array.from({ length: width * height }, (_, at) => (at % 11 === 0 ? top - (at % 7) : (at * 5) >> 1) & top)
}

function contextOf(samples: Uint16Array, bitsStored: number) {
  const decodedBuffer = new Uint8Array(samples.buffer)
  const shape = { width, height, bitsAllocated: 16, bitsStored, samplesPerPixel: 1, pixelRepresentation: 0 }
  return new Context({ ...shape, planarConfiguration: 0, photometricInterpretation: 'MONOCHROME2', decodedBuffer })
}

const cases = [10, 12, 14, 16].flatMap((bits) => [1, 2, 3, 4, 5, 6, 7].map((predictor) => [bits, predictor] as const))

test.each(cases)('lossless JPEG of %i bits with predictor %i is exact', (bits, predictor) => {
  const samples = samplesOf(bits)
  const encoded = NativeCodecs.encodeJpeg(contextOf(samples, bits), { lossy: false, predictor }).getEncodedBuffer()
  expect(decodeJpegLossless(Uint8Array.from(encoded!)).samples).toEqual(samples)
})

test.each([
  ['RLE', '1.2.840.10008.1.2.5', 'encodeRle'],
  ['JPEG-LS', '1.2.840.10008.1.2.4.80', 'encodeJpegLs'],
  ['JPEG 2000', '1.2.840.10008.1.2.4.90', 'encodeJpeg2000'],
  ['HTJ2K', '1.2.840.10008.1.2.4.201', 'encodeHtJpeg2000'],
] as const)('%s of 12 and 16 bits is exact', async (_, transferSyntaxUid, encode) => {
  for (const bits of [12, 16]) {
    const samples = samplesOf(bits)
    const frame = Uint8Array.from(NativeCodecs[encode](contextOf(samples, bits), { lossy: false }).getEncodedBuffer()!)
    const elements = imageElements(height, width, { '00280101 US': [bits], '00280102 US': [bits - 1] })
    const image = await readDicom(buildDicom(elements, { transferSyntaxUid, pixelData: [frame] }))
    expect((await image.decodeFrame()).data).toEqual(samples)
  }
})
