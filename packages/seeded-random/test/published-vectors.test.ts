import { expect, it } from 'vitest'
import { murmurHash3 } from '../src/murmur-hash3.ts'
import { normalQuantile } from '../src/normal-quantile.ts'
import { Xoshiro128 } from '../src/xoshiro128.ts'

it("draws what Blackman and Vigna's C code draws from the state 1, 2, 3, 4, the millionth number included", () => {
  const generator = new Xoshiro128([1, 2, 3, 4])
  const drawn = Array.from({ length: 1_000_000 }, () => generator.next())
  // Compiled from xoshiro128starstar.c; the first ten are the vectors of the crate rand_xoshiro, too.
  expect(drawn.slice(0, 10)).toEqual([
    11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
  ])
  expect(drawn[999_999]).toBe(3457443141)
})

it.each([
  [[], [0, 0, 0, 0]],
  [
    [1, 2, 3, 4],
    [936832535, 1028276893, 1035705367, 1533327389],
  ],
  [
    [0, 0, 0, 0],
    [1514173910, 1798126887, -745378769, -350057977],
  ],
  [
    [-1, -2, 7, -(2 ** 31), 5, 6, 7, 8],
    [-1561381148, -1238283672, 60904416, 180727986],
  ],
])('hashes %j as MurmurHash3_x86_128 of mmh3 5.3.1 does', (words, hash) => {
  expect(murmurHash3(words)).toEqual(hash)
})

it.each([
  [0.5, 0],
  [0.3, -0.5244005127080407],
  [0.075, -1.4395314709384557],
  [0.925, 1.439531470938456],
  [0.0749, -1.4402382675279632],
  [0.01, -2.3263478740408408],
  [0.99, 2.3263478740408408],
  [1e-6, -4.753424308822899],
  [2 ** -33, -6.337957754553789],
  [1 - 2 ** -33, 6.337957754553789],
])(
  "has the normal distribution's quantile of %d as Python's statistics.NormalDist has it, 1e-15 relative",
  (probability, z) => {
    expect(Math.abs(normalQuantile(probability) - z)).toBeLessThanOrEqual(1e-15 * Math.abs(z))
  },
)
