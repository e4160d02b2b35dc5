import { expect, test } from 'vitest'
import { brightBorders, extractRoi, type GrayImage } from '../../src/index.ts'
import { randomNumbers } from '../synthetic-mammogram.ts'

const sizes = Array.from({ length: 64 }, (_, at) => at + 1)

function frame(width: number, height: number, valueAt: (x: number, y: number) => number): GrayImage {
  const data = Uint16Array.from({ length: width * height }, (_, at) => valueAt(at % width, Math.floor(at / width)))
  return { data, width, height }
}

/** The same numbers in every frame, so that each test stands alone. */
function noise(white: number): () => number {
  const random = randomNumbers(3)
  return () => white * random()
}

const patterns: [string, (width: number, height: number) => GrayImage][] = [
  ['black', (width, height) => frame(width, height, () => 0)],
  ['white', (width, height) => frame(width, height, () => 65_535)],
  ['even but for the last bits', (width, height) => frame(width, height, (x) => 65_000 - (Math.floor(x / 20) % 5))],
  ['noise', (width, height) => frame(width, height, noise(65_535))],
  [
    'a bright rim',
    (width, height) => {
      const inner = noise(3000)
      return frame(width, height, (x, y) => (Math.min(x, y, width - 1 - x, height - 1 - y) < 2 ? 65_535 : inner()))
    },
  ],
  [
    'a bright disk',
    (width, height) =>
      frame(width, height, (x, y) =>
        (x - width / 2) ** 2 + (y - height / 2) ** 2 < (Math.min(width, height) / 2.5) ** 2 ? 50_000 : 30,
      ),
  ],
]

test.each(patterns)('%s: of each frame of 1 to 64 lines, upright and lying, some lines are left', (_, make) => {
  for (const size of sizes) {
    for (const other of [1, 2, 3, 4, 7, 10, 64, 300]) {
      for (const [width, height] of [
        [size, other],
        [other, size],
      ] as const) {
        const borders = brightBorders(make(width, height), 65_535)
        const { left, right, top, bottom } = borders
        expect(Math.min(left, right, top, bottom), `${width}x${height}`).toBeGreaterThanOrEqual(0)
        expect(left + right, `${width}x${height}`).toBeLessThan(width)
        expect(top + bottom, `${width}x${height}`).toBeLessThan(height)
      }
    }
  }
})

test.each(patterns)('%s: every frame of 1 to 64 lines has a region, upright and lying', async (_, make) => {
  for (const size of sizes) {
    for (const [width, height] of [
      [400, size],
      [size, 400],
    ] as const) {
      const { box } = await extractRoi(make(width, height), { method: 'threshold', width: 16, height: 32 })
      expect(Math.min(box.width, box.height), `${width}x${height}`).toBeGreaterThan(0)
      expect(box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height).toBe(true)
    }
  }
})
