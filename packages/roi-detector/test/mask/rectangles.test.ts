import { expect, test } from 'vitest'
import { largestRectangle, rectangularity } from '../../src/mask/rectangles.ts'

function maskOf(...rows: string[]) {
  const width = rows[0].length
  return { data: Uint8Array.from(rows.join(''), (one) => (one === '#' ? 1 : 0)), width, height: rows.length }
}

test.each([
  [['....', '.##.', '.##.', '....'], { x: 1, y: 1, width: 2, height: 2 }],
  [['#...', '#...', '####'], { x: 0, y: 2, width: 4, height: 1 }],
  [['..#', '.##', '###'], { x: 1, y: 1, width: 2, height: 2 }],
  [['...', '...'], { x: 0, y: 0, width: 0, height: 0 }],
])('the largest rectangle of %j is %j', (rows, expected) => {
  const mask = maskOf(...rows)
  expect(largestRectangle(mask, { x: 0, y: 0, width: mask.width, height: mask.height })).toEqual(expected)
})

test('the largest rectangle is that of all pairs of corners', () => {
  for (let seed = 1; seed < 40; seed++) {
    const [width, height] = [7, 6]
    const data = Uint8Array.from({ length: width * height }, (_, at) => ((at * 7919 * seed) % 101 < 75 ? 1 : 0))
    let most = 0
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        for (let bottom = y; bottom < height; bottom++)
          for (let right = x; right < width; right++) {
            let isFull = true
            for (let v = y; v <= bottom; v++) for (let u = x; u <= right; u++) isFull &&= data[v * width + u] === 1
            if (isFull) most = Math.max(most, (bottom + 1 - y) * (right + 1 - x))
          }
    const found = largestRectangle({ data, width, height }, { x: 0, y: 0, width, height })
    expect(found.width * found.height).toBe(most)
  }
})

test('an L is filled by two rectangles, a triangle by three to three quarters', () => {
  const box = { x: 0, y: 0, width: 100, height: 100 }
  const shape = (isInside: (x: number, y: number) => boolean) =>
    Uint8Array.from({ length: 10_000 }, (_, at) => (isInside(at % 100, Math.floor(at / 100)) ? 1 : 0))
  const share = (data: Uint8Array) =>
    rectangularity(
      { data, width: 100, height: 100 },
      box,
      data.reduce((sum, one) => sum + one, 0),
    )
  expect(share(shape((x, y) => x < 20 || y > 70))).toBe(1)
  expect(share(shape((x, y) => x + y < 100))).toBeCloseTo(0.75, 1)
})
