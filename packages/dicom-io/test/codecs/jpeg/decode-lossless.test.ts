import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeJpegLossless } from '../../../src/codecs/jpeg/decode-lossless.ts'
import { encodeJpegLossless, type LosslessOptions, steepTable } from '../../encode-jpeg-lossless.ts'
import { random } from '../../random.ts'

const precisions = [2, 7, 8, 10, 12, 13, 14, 15, 16]
const predictors = [1, 2, 3, 4, 5, 6, 7]

/** Smooth with jumps to the ends of the range, so that every category of difference occurs. */
function samplesOf(count: number, precision: number): Uint16Array {
  const next = random(12_345 + precision)
  const top = 2 ** precision - 1
  return Uint16Array.from({ length: count }, (_, at) => {
    if (next(9) === 0) return next(2) === 0 ? 0 : top
    return (((at * 7) >> 2) + next(5)) & top
  })
}

function roundTrip(options: LosslessOptions): void {
  const samples = samplesOf(options.width * options.height * (options.components ?? 1), options.precision)
  const decoded = decodeJpegLossless(encodeJpegLossless(samples, options))
  const mask = ~((1 << (options.pointTransform ?? 0)) - 1)
  expect(decoded.samples).toEqual(samples.map((sample) => sample & mask))
  expect(decoded).toMatchObject({ width: options.width, height: options.height, precision: options.precision })
}

describe('decodeJpegLossless', () => {
  test.each(predictors.flatMap((predictor) => precisions.map((precision) => [predictor, precision] as const)))(
    'restores predictor %i at %i bits exactly',
    (predictor, precision) => {
      roundTrip({ width: 37, height: 23, predictor, precision })
      roundTrip({ width: 37, height: 23, predictor, precision, counts: steepTable })
    },
  )

  test.each(predictors)('restores restart intervals of predictor %i exactly', (predictor) => {
    for (const restartRows of [1, 2, 5]) roundTrip({ width: 19, height: 21, predictor, precision: 12, restartRows })
  })

  test.each([1, 3, 7])('cuts off the bits of a point transform of %i and no others', (pointTransform) => {
    for (const predictor of predictors) roundTrip({ width: 19, height: 11, predictor, precision: 12, pointTransform })
  })

  test('restores three components, in one scan and in three, exactly', () => {
    for (const predictor of predictors) {
      for (const separateScans of [false, true]) {
        roundTrip({ width: 13, height: 9, components: 3, predictor, precision: 8, separateScans, restartRows: 2 })
      }
    }
  })

  test('restores random images exactly', () => {
    const image = fc
      .record({
        width: fc.integer({ min: 1, max: 40 }),
        height: fc.integer({ min: 1, max: 12 }),
        predictor: fc.integer({ min: 1, max: 7 }),
      })
      .chain((size) =>
        fc.tuple(
          fc.constant(size),
          fc.array(fc.integer({ min: 0, max: 65_535 }), {
            minLength: size.width * size.height,
            maxLength: size.width * size.height,
          }),
        ),
      )
    fc.assert(
      fc.property(image, ([size, samples]) => {
        const decoded = decodeJpegLossless(encodeJpegLossless(samples, { ...size, precision: 16 }))
        expect([...decoded.samples]).toEqual(samples)
      }),
      { numRuns: 100 },
    )
  })

  const options = { width: 37, height: 23, predictor: 1, precision: 12 }
  const encoded = encodeJpegLossless(samplesOf(37 * 23, 12), options)
  const damaged = { code: 'invalid-codestream', name: 'DicomError' }

  test('refuses a codestream cut anywhere', () => {
    for (let length = 0; length < encoded.length; length++) {
      expect(() => decodeJpegLossless(encoded.subarray(0, length))).toThrow(expect.objectContaining(damaged))
    }
  })

  test('refuses data that is left over', () => {
    const end = encoded.length - 2
    const longer = Uint8Array.from([...encoded.subarray(0, end), 1, 2, 3, ...encoded.subarray(end)])
    expect(() => decodeJpegLossless(longer)).toThrow('unread bits')
  })

  test('refuses a sample above the precision', () => {
    const samples = samplesOf(37 * 23, 12)
    samples[100] = 5000
    expect(() => decodeJpegLossless(encodeJpegLossless(samples, options))).toThrow('samples of 12 bits')
  })

  test('builds of a million Huffman tables the one that the scan asks for', () => {
    const table = encoded.subarray(15, 53)
    const codestream = new Uint8Array(encoded.length + 1_000_000 * table.length)
    codestream.set(encoded.subarray(0, 15))
    for (let at = 15; at < codestream.length - encoded.length + 15; at += table.length) codestream.set(table, at)
    codestream.set(encoded.subarray(15), codestream.length - encoded.length + 15)
    expect(decodeJpegLossless(codestream)).toEqual(decodeJpegLossless(encoded))
  })

  test.each([
    ['another process', 0xc0, 1, 'Expected lossless JPEG (SOF3) but received SOF0'],
    ['two frame headers', 0xc3, 2, 'Expected one frame header'],
  ])('refuses %s', (_, marker, copies, message) => {
    const header = [0xff, marker, ...encoded.subarray(4, 15)]
    const codestream = Uint8Array.from([0xff, 0xd8, ...Array(copies).fill(header).flat(), ...encoded.subarray(15)])
    expect(() => decodeJpegLossless(codestream)).toThrow(message)
  })
})
