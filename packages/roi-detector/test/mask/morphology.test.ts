import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dilate, erode, type Mask, open } from '../../src/index.ts'

const mask = (rows: string[]): Mask => ({
  data: Uint8Array.from(rows.join(''), (c) => (c === '#' ? 1 : 0)),
  width: rows[0].length,
  height: rows.length,
})
const text = ({ data, width, height }: Mask) =>
  Array.from({ length: height }, (_, y) =>
    Array.from(data.subarray(y * width, (y + 1) * width), (v) => (v ? '#' : '.')).join(''),
  )

test('opening removes a line and keeps a block', () => {
  const rows = ['........', '.####...', '.####...', '.#######', '.####...', '........']
  expect(text(open(mask(rows), 1))).toEqual(['........', '..##....', '.####...', '.#####..', '..###...', '........'])
})

test('the edge of the frame erodes nothing', () => {
  expect(text(erode(mask(['####', '####', '....']), 1))).toEqual(['####', '....', '....'])
})

test('erosion is the dilation of the complement, and opening never adds (100 random masks)', () => {
  const anyMask = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 })).chain(([width, height]) =>
    fc.record({
      width: fc.constant(width),
      height: fc.constant(height),
      data: fc.uint8Array({ min: 0, max: 1, minLength: width * height, maxLength: width * height }),
    }),
  )
  fc.assert(
    fc.property(anyMask, fc.integer({ min: 1, max: 4 }), (m, radius) => {
      const complement = { ...m, data: m.data.map((v) => 1 - v) }
      expect(erode(m, radius).data).toEqual(dilate(complement, radius).data.map((v) => 1 - v))
      open(m, radius).data.forEach((v, at) => {
        expect(v).toBeLessThanOrEqual(m.data[at])
      })
    }),
    { numRuns: 100 },
  )
})
