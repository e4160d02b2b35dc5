import fc from 'fast-check'
import type { GrayImage } from '../src/index.ts'

/** Images of 1 to 12 pixels a side, values 0 to 1. */
export const arbitraryImage: fc.Arbitrary<GrayImage> = fc
  .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }))
  .chain(([width, height]) =>
    fc
      .array(fc.float({ min: 0, max: 1, noNaN: true }), { minLength: width * height, maxLength: width * height })
      .map((values) => ({ data: Float32Array.from(values, (value) => value + 0), width, height })),
  )
