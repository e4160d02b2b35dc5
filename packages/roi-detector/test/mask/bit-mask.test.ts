/** Kernels that take 32 pixels at a time, against the same done a pixel at a time. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dilate, fillHoles, largestComponent, type Mask, reconstruct } from '../../src/index.ts'
import { brighterThan, countBits, toBits, toMask } from '../../src/mask/bit-mask.ts'
import { componentsOf } from '../../src/mask/connected-components.ts'
import { boundingBox, countColumns } from '../../src/mask/mask-shape.ts'
import { nthSmallest } from '../../src/mask/nth-smallest.ts'

/** Wider than a word and than two, of few parts and of many. */
const anyMask = fc
  .record({
    width: fc.integer({ min: 1, max: 100 }),
    height: fc.integer({ min: 1, max: 20 }),
    seed: fc.integer(),
    share: fc.constantFrom(0.03, 0.3, 0.55, 0.9),
  })
  .map(({ width, height, seed, share }): Mask => {
    let state = seed
    const random = () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
      return (state >>> 8) / 2 ** 24
    }
    return { data: Uint8Array.from({ length: width * height }, () => (random() < share ? 1 : 0)), width, height }
  })

test('a mask of bits holds the same pixels (200 random masks)', () => {
  fc.assert(
    fc.property(anyMask, (mask) => {
      const bits = toBits(mask)
      expect(toMask(bits)).toEqual(mask)
      expect(countBits(bits)).toBe(mask.data.reduce((sum, inside) => sum + inside, 0))
      expect(brighterThan({ ...mask, data: Uint16Array.from(mask.data, (v) => 65_534 + v) }, 65_534.5)).toEqual(bits)
    }),
    { numRuns: 200 },
  )
})

test('finds the pixels above any level (200 random pictures)', () => {
  const side = fc.integer({ min: 1, max: 70 })
  const level = fc.oneof(
    fc.double({ min: -2, max: 65_540, noNaN: true }),
    fc.constantFrom(-1, 0, 32_767, 65_534, 65_535),
  )
  fc.assert(
    fc.property(side, fc.integer({ min: 1, max: 9 }), fc.integer(), level, (width, height, seed, limit) => {
      const data = Uint16Array.from({ length: width * height }, (_, at) => Math.imul(seed + at, 2_654_435_761) >>> 16)
      const expected = Uint8Array.from(data, (value) => (value > limit ? 1 : 0))
      expect(toMask(brighterThan({ data, width, height }, limit)).data).toEqual(expected)
    }),
    { numRuns: 200 },
  )
})

test('dilates by the 3-4 chamfer distance (200 random masks and radii)', () => {
  fc.assert(
    fc.property(anyMask, fc.double({ min: 0, max: 40, noNaN: true }), (mask, radius) => {
      expect(dilate(mask, radius).data).toEqual(dilatedOneByOne(mask, radius))
    }),
    { numRuns: 200 },
  )
})

function dilatedOneByOne({ data, width, height }: Mask, radius: number): Uint8Array {
  const inside = [...data.keys()].filter((at) => data[at] === 1).map((at) => [at % width, Math.floor(at / width)])
  return Uint8Array.from({ length: width * height }, (_, at) => {
    const [x, y] = [at % width, Math.floor(at / width)]
    const isNear = inside.some(([u, v]) => {
      const [across, down] = [Math.abs(u - x), Math.abs(v - y)]
      return 3 * Math.max(across, down) + Math.min(across, down) <= 3 * radius
    })
    return isNear ? 1 : 0
  })
}

test('parts, their boxes and holes are those of a flood fill (80 random masks)', () => {
  fc.assert(
    fc.property(anyMask, anyMask, (mask, other) => {
      const { width, height } = mask
      const parts = partsOneByOne(mask, 1)
      expect(
        componentsOf(toBits(mask)).map(({ area, box, bits }) => ({ area, box, mask: toMask(bits()).data })),
      ).toEqual(
        parts.map((part) => ({
          area: part.length,
          box: boundingBox(toBits(drawn(mask, part))),
          mask: drawn(mask, part).data,
        })),
      )
      const largest = parts.reduce((best, part) => (part.length > best.length ? part : best), [] as number[])
      expect(largestComponent(mask).data).toEqual(drawn(mask, largest).data)

      const seed = { width, height, data: mask.data.map((_, at) => other.data[at % other.data.length]) }
      const touched = parts.filter((part) => part.some((at) => seed.data[at] === 1))
      expect(reconstruct(mask, seed).data).toEqual(drawn(mask, touched.flat()).data)

      for (const closed of [undefined, 'L', 'R'] as const) {
        const holes = partsOneByOne(mask, 0).filter((part) => !part.some((at) => isOnEdge(mask, at, closed)))
        const filled = mask.data.slice()
        for (const at of holes.flat()) filled[at] = 1
        expect(fillHoles(mask, closed).data).toEqual(filled)
      }
    }),
    { numRuns: 80 },
  )
})

/** Indices of the pixels of each 4-connected part, in the order of their first pixels. */
function partsOneByOne({ data, width }: Mask, value: 0 | 1): number[][] {
  const seen = new Uint8Array(data.length)
  const parts: number[][] = []
  for (let start = 0; start < data.length; start++) {
    if (data[start] !== value || seen[start]) continue
    const part = [start]
    seen[start] = 1
    for (const at of part) {
      const x = at % width
      const around = [at - width, at + width, ...(x > 0 ? [at - 1] : []), ...(x + 1 < width ? [at + 1] : [])]
      for (const next of around) {
        if (data[next] !== value || seen[next]) continue
        seen[next] = 1
        part.push(next)
      }
    }
    parts.push(part)
  }
  return parts
}

function drawn({ data, width, height }: Mask, part: readonly number[]): Mask {
  const alone = new Uint8Array(data.length)
  for (const at of part) alone[at] = 1
  return { data: alone, width, height }
}

function isOnEdge({ width, height }: Mask, at: number, closed: 'L' | 'R' | undefined): boolean {
  const [x, y] = [at % width, Math.floor(at / width)]
  return y === 0 || y === height - 1 || (x === 0 && closed !== 'L') || (x === width - 1 && closed !== 'R')
}

test('counts the pixels of columns (200 random masks)', () => {
  fc.assert(
    fc.property(anyMask, fc.nat(100), fc.nat(100), (mask, one, two) => {
      const [from, to] = [Math.min(one, two, mask.width), Math.min(Math.max(one, two), mask.width)]
      const expected = mask.data.filter((inside, at) => inside && at % mask.width >= from && at % mask.width < to)
      expect(countColumns(toBits(mask), from, to)).toBe(expected.length)
    }),
    { numRuns: 200 },
  )
})

test('the n-th smallest is that of the sorted numbers (500 random lists)', () => {
  const list = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 60 })
  fc.assert(
    fc.property(list, fc.nat(59), (numbers, n) => {
      const at = n % numbers.length
      expect(nthSmallest(Float64Array.from(numbers), at)).toBe(numbers.toSorted((a, b) => a - b)[at])
    }),
    { numRuns: 500 },
  )
})
