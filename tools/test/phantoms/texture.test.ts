import { createRandom } from '@mammokit/seeded-random'
import { expect, test } from 'vitest'
import { measureTexture } from '../../src/phantoms/texture.ts'

const side = 128
const random = createRandom(1, 'texture')
const noise = Float64Array.from({ length: side * side }, () => 0.5 + 0.05 * random.normal())

test('white noise has slope 0, kurtosis 3 and lacunarity 1', () => {
  const { slope, gradientKurtosis, lacunarity, deciles } = measureTexture({ data: noise, width: side, height: side })
  expect(Math.abs(slope)).toBeLessThan(0.1)
  expect(Math.abs(gradientKurtosis - 3)).toBeLessThan(0.15)
  expect(lacunarity).toBeGreaterThan(1)
  expect(lacunarity).toBeLessThan(1.001)
  expect(deciles[4]).toBeCloseTo(0.5, 2)
  expect(deciles[8]).toBeCloseTo(0.5 + 0.05 * 1.2816, 2)
})

// Waves of random phase whose amplitude falls as f^-1.5, so that their power falls as f^-3.
test('waves whose power falls as 1/f^3 have slope 3 within 0.15', () => {
  const data = new Float64Array(side * side).fill(0.5)
  for (let fy = -64; fy < 64; fy++) {
    for (let fx = 0; fx < 64; fx++) {
      const frequency = Math.hypot(fx, fy)
      if (frequency < 1 || frequency > 60 || random.chance(0.7)) continue
      const phase = random.uniform(0, 2 * Math.PI)
      const amplitude = 0.03 * frequency ** -1.5
      for (let y = 0; y < side; y++) {
        const start = phase + (2 * Math.PI * fy * y) / side
        for (let x = 0; x < side; x++)
          data[y * side + x]! += amplitude * Math.cos(start + (2 * Math.PI * fx * x) / side)
      }
    }
  }
  const { slope } = measureTexture({ data, width: side, height: side })
  expect(Math.abs(slope - 3)).toBeLessThan(0.15)
})

test('islands on a dark ground have a lacunarity above that of the same values spread evenly', () => {
  const islands = Float64Array.from({ length: side * side }, (_, i) => ((i % side) % 64 < 16 ? 0.9 : 0.1))
  const spread = Float64Array.from({ length: side * side }, (_, i) => (i % 4 === 0 ? 0.9 : 0.1))
  const measure = (data: Float64Array): number => measureTexture({ data, width: side, height: side }).lacunarity
  expect(measure(islands)).toBeGreaterThan(measure(spread) + 0.5)
})
