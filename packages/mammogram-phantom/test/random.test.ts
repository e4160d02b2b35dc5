import { expect, test } from 'vitest'
import { createRandom, mixIntegers } from '../src/random.ts'

test('a stream is a function of its keys', () => {
  const draw = (...keys: number[]): number[] => {
    const random = createRandom(...keys)
    return Array.from({ length: 8 }, () => random.next())
  }
  expect(draw(13, 1)).toEqual(draw(13, 1))
  expect(draw(13, 1)).not.toEqual(draw(13, 2))
  expect(draw(13, 1)).not.toEqual(draw(1, 13))
  expect(mixIntegers(1, 2)).not.toBe(mixIntegers(1, 2, 0))
})

test('uniform and normal have their mean and variance within 2 %', () => {
  const random = createRandom(7)
  const count = 200_000
  const moments = (draw: () => number): [number, number] => {
    let [sum, squares] = [0, 0]
    for (let i = 0; i < count; i++) {
      const value = draw()
      sum += value
      squares += value * value
    }
    return [sum / count, squares / count - (sum / count) ** 2]
  }
  const [mean, variance] = moments(() => random.uniform(-1, 3))
  expect(Math.abs(mean - 1)).toBeLessThan(0.02)
  expect(Math.abs(variance - 16 / 12)).toBeLessThan(0.02)
  const [normalMean, normalVariance] = moments(() => random.normal())
  expect(Math.abs(normalMean)).toBeLessThan(0.02)
  expect(Math.abs(normalVariance - 1)).toBeLessThan(0.02)
})

test('pick follows the weights within 1 %', () => {
  const random = createRandom(8)
  const counts = { a: 0, b: 0, c: 0 }
  const items = [
    { name: 'a', weight: 6 },
    { name: 'b', weight: 3 },
    { name: 'c', weight: 1 },
  ] as const
  for (let i = 0; i < 50_000; i++) counts[random.pick(items, (item) => item.weight).name]++
  expect(counts.a / 50_000).toBeCloseTo(0.6, 2)
  expect(counts.b / 50_000).toBeCloseTo(0.3, 2)
  expect(counts.c / 50_000).toBeCloseTo(0.1, 2)
})
