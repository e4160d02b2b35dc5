import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeJpegLossless } from '../src/jpeg-lossless.ts'
import { decodeJpegLossless } from './jpeg-lossless-decoder.ts'

test('every image of 2 to 16 bit comes back exactly', () => {
  const image = fc.integer({ min: 2, max: 16 }).chain((bits) =>
    fc.record({
      bits: fc.constant(bits),
      width: fc.integer({ min: 1, max: 17 }),
      samples: fc.uint16Array({ minLength: 1, maxLength: 300, max: 2 ** bits - 1 }),
    }),
  )
  fc.assert(
    fc.property(image, ({ bits, width, samples }) => {
      const columns = Math.min(width, samples.length)
      const rows = Math.floor(samples.length / columns)
      const data = samples.slice(0, rows * columns)
      const decoded = decodeJpegLossless(encodeJpegLossless(data, columns, rows, bits))
      expect(decoded).toEqual({ data, width: columns, height: rows, bits })
    }),
    { numRuns: 300 },
  )
})

test('the difference of 32768, which has no sign bit, comes back', () => {
  const data = Uint16Array.of(0, 32768, 0, 32768, 65535, 32767)
  expect(decodeJpegLossless(encodeJpegLossless(data, 3, 2, 16)).data).toEqual(data)
})

test('a constant image needs one code only', () => {
  const data = new Uint16Array(4096).fill(2048)
  const bytes = encodeJpegLossless(data, 64, 64, 12)
  expect(bytes.length).toBeLessThan(600)
  expect(decodeJpegLossless(bytes).data).toEqual(data)
})
