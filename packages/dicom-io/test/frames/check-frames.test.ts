import { expect, test } from 'vitest'
import { readDicom } from '../../src/index.ts'
import { buildDicom, imageElements, samplesToBytes } from '../build-dicom.ts'
import { encodeJpegLossless } from '../encode-jpeg-lossless.ts'

const size = { width: 20, height: 16 }
const samples = Uint16Array.from({ length: size.width * size.height }, (_, at) => at * 7)
const elements = imageElements(size.height, size.width, { '00280101 US': [12], '00280102 US': [11] })
const jpeg = encodeJpegLossless(samples, { ...size, precision: 12, predictor: 1 })
const files = {
  native: buildDicom(elements, { pixelData: samplesToBytes(samples, 16) }),
  deflated: buildDicom(elements, {
    transferSyntaxUid: '1.2.840.10008.1.2.1.99',
    pixelData: samplesToBytes(samples, 16),
  }),
  encapsulated: buildDicom(elements, { transferSyntaxUid: '1.2.840.10008.1.2.4.70', pixelData: [jpeg] }),
}

test.each(Object.entries(files))('a whole %s file passes', async (_, bytes) => {
  await (await readDicom(bytes)).checkFrames()
})

test.each([
  ['native', 1],
  ['native', 400],
  ['encapsulated', 20],
  ['encapsulated', 150],
] as const)(
  'of a %s file that lost its last %i bytes the header is read, and the frames are not there',
  async (kind, lost) => {
    const image = await readDicom(files[kind].subarray(0, files[kind].length - lost))
    expect(image.header.rows).toBe(size.height)
    await expect(image.checkFrames()).rejects.toMatchObject({ code: 'truncated' })
  },
)

test('pixels of another size than the header says are a mismatch', async () => {
  const bytes = buildDicom(imageElements(4, 4), { pixelData: samplesToBytes(samples, 16) })
  await expect((await readDicom(bytes)).checkFrames()).rejects.toMatchObject({ code: 'mismatch' })
})

test('two frames where the header says three are an invalid header, though no byte is missing', async () => {
  const bytes = buildDicom(
    { ...elements, '00280008 IS': '3' },
    { transferSyntaxUid: '1.2.840.10008.1.2.4.70', pixelData: [jpeg, jpeg] },
  )
  await expect((await readDicom(bytes)).checkFrames()).rejects.toMatchObject({ code: 'invalid-header' })
})
