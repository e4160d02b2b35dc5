/** Distributions over 4,000 draws against Albumentations 1.3.1: test/fixtures/README.md says how its figures were made. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type AugmentationOptions, augment, level1, level2 } from '../src/index.ts'

const recorded: {
  readonly draws: number
  readonly height: number
  readonly width: number
  readonly sum: number
  readonly figures: Readonly<Record<string, Readonly<Record<string, string>>>>
} = JSON.parse(readFileSync(new URL('./fixtures/albumentations.json', import.meta.url), 'utf8'))
const { draws, height, width } = recorded

/** The picture of the recorder: half an ellipse with a texture. */
const levels = Array.from({ length: height * width }, (_, at) => {
  const [x, y] = [at % width, Math.floor(at / width)]
  const isInside = x * x * 50 * 50 + (y - 60) * (y - 60) * 45 * 45 < 45 * 45 * 50 * 50
  return isInside ? 70 + ((x * 7 + y * 13 + Math.floor((x * y) / 4)) % 90) : 0
})
const image = { data: Float32Array.from(levels, (level) => level / 255), width, height }

const pipelines: Readonly<Record<string, AugmentationOptions>> = {
  level1,
  geometry: pick('horizontalFlip', 'affine'),
  dropout: pick('coarseDropout'),
  blur: pick('gaussianBlur'),
  noise: pick('gaussianNoise'),
  oneOfBlurAndNoise: pick('gaussianBlur', 'gaussianNoise', 'oneOfBlurAndNoise'),
  gamma: pick('gamma'),
  brightnessContrast: pick('brightnessContrast'),
  level2,
}

function pick(...names: (keyof AugmentationOptions)[]): AugmentationOptions {
  return Object.fromEntries(names.map((name) => [name, level2[name]]))
}

/** The recorder's figures of a draw, whole numbers; of 8 bits as there, where a cast cuts fractions off. */
function figuresOf(image: Float32Array): Record<string, number> {
  const values = image.map((value) => Math.floor(value * 255 + 1e-3))
  let [total, squares, dark, sumX, sumY, xx, yy, xy, steps] = new Array<number>(9).fill(0)
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      const value = values[at]!
      if (value < 8) dark++
      total += value
      squares += value * value
      sumX += value * x
      sumY += value * y
      xx += value * x * x
      yy += value * y * y
      xy += value * x * y
      if (x > 0) steps += Math.abs(value - values[at - 1]!)
    }
  }
  const count = height * width
  const [centerX, centerY] = [sumX / total, sumY / total]
  const [varX, varY, cov] = [xx / total - centerX ** 2, yy / total - centerY ** 2, xy / total - centerX * centerY]
  const figures = {
    mean: (total / count) * 200,
    deviation: Math.sqrt(squares / count - (total / count) ** 2) * 200,
    dark,
    centerX: centerX * 500,
    centerY: centerY * 500,
    angle: 30_000 + 5_000 * Math.atan2(2 * cov, varX - varY),
    roughness: (steps / (height * (width - 1))) * 500,
  }
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, Math.round(value)]))
}

/** Sorted. */
function decode(base64: string): number[] {
  const bytes = Buffer.from(base64, 'base64')
  return Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readUInt16LE(2 * i))
}

/** Kolmogorov and Smirnov's largest distance between two empirical distributions. */
function distance(a: readonly number[], b: readonly number[]): number {
  let [i, j, largest] = [0, 0, 0]
  while (i < a.length && j < b.length) {
    const value = Math.min(a[i]!, b[j]!)
    while (i < a.length && a[i] === value) i++
    while (j < b.length && b[j] === value) j++
    largest = Math.max(largest, Math.abs(i / a.length - j / b.length))
  }
  return largest
}

/** The distance that two samples of one distribution exceed with a probability of 0.01. */
const critical = Math.sqrt(-Math.log(0.01 / 2) / 2) * Math.sqrt(2 / draws)

describe('level1 and level2 against Albumentations 1.3.1, Kolmogorov-Smirnov p > 0.01 over 4,000 draws', () => {
  it('augments the same picture', () => {
    expect(levels.reduce((sum, level) => sum + level, 0)).toBe(recorded.sum)
  })

  it.each(Object.entries(recorded.figures))('%s', (name, figures) => {
    const drawn = Array.from({ length: draws }, (_, seed) => figuresOf(augment(image, pipelines[name]!, seed).data))
    const distances = Object.entries(figures).map(([figure, expected]) => {
      const ours = drawn.map((each) => each[figure]!).sort((a, b) => a - b)
      return [figure, distance(decode(expected), ours)] as const
    })
    expect(distances.filter(([, value]) => value > critical)).toEqual([])
  })
})
