import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { compile } from '../../src/index.ts'
import { expectLikeEager, normal, useJavaScriptBackend } from '../compare.ts'
import { onProvider } from '../provider.ts'

useJavaScriptBackend()

type Draw = (shape: number[], seed?: number) => tf.Tensor

interface Moments {
  readonly mean: number
  readonly deviation: number
  /** The fourth central moment by the square of the variance. */
  readonly kurtosis: number
}

const uniform = (low: number, high: number): Moments => {
  return { mean: (low + high) / 2, deviation: (high - low) / Math.sqrt(12), kurtosis: 1.8 }
}
const bell = (mean: number, deviation: number): Moments => ({ mean, deviation, kurtosis: 3 })
/** tfjs multiplies by beta. */
const gamma = (alpha: number, beta: number): Moments => {
  return { mean: alpha * beta, deviation: beta * Math.sqrt(alpha), kurtosis: 3 + 6 / alpha }
}
/** 1 - 4 f(2) / (2 F(2) - 1) with the density f and the distribution function F of the standard normal. */
const truncatedVariance = 1 - (4 * 0.053991) / 0.9544997

/** What tfjs draws, its moments, and the least and the greatest number. */
const randoms: readonly (readonly [string, Draw, Moments, number, number])[] = [
  ['randomUniform', (shape, seed) => tf.randomUniform(shape, -1, 3, 'float32', seed), uniform(-1, 3), -1, 3],
  [
    'randomUniform of booleans',
    (shape, seed) => tf.randomUniform(shape, 0, 2, 'bool', seed),
    { mean: 0.5, deviation: 0.5, kurtosis: 1 },
    0,
    1,
  ],
  [
    'randomUniformInt',
    (shape, seed) => tf.randomUniformInt(shape, 0, 10, seed),
    { ...uniform(0, 9), deviation: Math.sqrt(99 / 12) },
    0,
    9,
  ],
  ['randomUniformInt of many', (shape, seed) => tf.randomUniformInt(shape, 0, 2e9, seed), uniform(0, 2e9), 0, 2e9],
  ['randomNormal', (shape, seed) => tf.randomNormal(shape, 5, 2, 'float32', seed), bell(5, 2), -10, 20],
  // Rounding adds the variance of a uniform number.
  [
    'randomNormal of whole numbers',
    (shape, seed) => tf.randomNormal(shape, 5, 2, 'int32', seed),
    bell(5, Math.sqrt(4 + 1 / 12)),
    -10,
    20,
  ],
  ['randomStandardNormal', (shape, seed) => tf.randomStandardNormal(shape, 'float32', seed), bell(0, 1), -8, 8],
  [
    'truncatedNormal',
    (shape, seed) => tf.truncatedNormal(shape, 5, 2, 'float32', seed),
    bell(5, 2 * Math.sqrt(truncatedVariance)),
    1,
    9,
  ],
  ['randomGamma', (shape, seed) => tf.randomGamma(shape, 3, 2, 'float32', seed), gamma(3, 2), 0, 100],
  [
    'randomGamma of a flat shape',
    (shape, seed) => tf.randomGamma(shape, 0.5, 2, 'float32', seed),
    gamma(0.5, 2),
    0,
    100,
  ],
]

const count = 20_000

describe.each(randoms)('%s', (_, draw, { mean, deviation, kurtosis }, least, greatest) => {
  const expectMoments = (numbers: ArrayLike<number>) => {
    const values = Array.from(numbers)
    const found = values.reduce((sum, value) => sum + value, 0) / count
    const variance = values.reduce((sum, value) => sum + (value - found) ** 2, 0) / count
    expect(Math.abs(found - mean)).toBeLessThan((5 * deviation) / Math.sqrt(count))
    // The second term is what the error of the mean makes.
    expect(Math.abs(variance / deviation ** 2 - 1)).toBeLessThan(5 * Math.sqrt((kurtosis - 1) / count) + 25 / count)
    expect(values.filter((value) => value < least || value > greatest)).toEqual([])
  }

  test('has the mean and the variance of what tfjs draws, each within 5 standard errors', async () => {
    const step = await compile(() => draw([count]), [], { ...onProvider, seed: 3 })
    expectMoments((await step.run()).data)
    await step.dispose()
    expectMoments(draw([count], 11).dataSync())
  })

  test('differs from run to run, for one element too, and is the same for the same seed and step', async () => {
    const noise = () => [draw([200]), draw([1]), draw([])]
    const [a, b] = await Promise.all([1, 2].map(() => compile(noise, [], { ...onProvider, seed: 7 })))
    const runs: number[][][] = []
    for (let i = 0; i < 20; i++) runs.push((await a.run()).map(({ data }) => Array.from(data)))
    for (const output of [0, 1, 2]) expect(new Set(runs.map((run) => `${run[output]}`)).size).toBeGreaterThan(1)
    b.step = 13
    expect((await b.run()).map(({ data }) => Array.from(data))).toEqual(runs[13])
    await Promise.all([a.dispose(), b.dispose()])
  })

  test('is what tfjs draws where it is given a seed, exactly', async () => {
    await expectLikeEager(() => draw([5], 42), [], 0)
  })
})

test('dropout differs from step to step, and keeps the share that it should within 5 standard deviations', async () => {
  const step = await compile((x: tf.Tensor) => tf.dropout(x, 0.5), [{ shape: [10_000] }], { ...onProvider, seed: 1 })
  const ones = new Float32Array(10_000).fill(1)
  const first = await step.run(ones)
  const second = await step.run(ones)
  const kept = first.data.filter((value) => value === 2).length
  expect(new Set(first.data)).toEqual(new Set([0, 2]))
  expect(Math.abs(kept - 5000)).toBeLessThan(250)
  expect(Array.from(second.data)).not.toEqual(Array.from(first.data))
  await step.dispose()
})

test('drawn categories differ from run to run, repeat with a seed and have their probabilities within 5 standard deviations', async () => {
  const draw = (logits: tf.Tensor) => tf.multinomial(logits as tf.Tensor2D, 10_000)
  const logits = new Float32Array([Math.log(0.2), Math.log(0.5), Math.log(0.3)])
  const [step, again] = await Promise.all(
    [1, 2].map(() => compile(draw, [{ shape: [1, 3] }], { ...onProvider, seed: 3 })),
  )
  const [first, second, repeated] = [await step.run(logits), await step.run(logits), await again.run(logits)]
  expect(Array.from(second.data)).not.toEqual(Array.from(first.data))
  expect(Array.from(repeated.data)).toEqual(Array.from(first.data))
  for (const [event, probability] of [0.2, 0.5, 0.3].entries()) {
    const share = first.data.filter((drawn) => drawn === event).length / 10_000
    expect(Math.abs(share - probability)).toBeLessThan(0.025)
  }
  await Promise.all([step.dispose(), again.dispose()])
})

test('categories that are drawn with a seed equal the JavaScript backend exactly', async () => {
  const logits = normal([3, 5])
  await expectLikeEager((x) => tf.multinomial(x as tf.Tensor2D, 20, 7), [logits], 0)
  await expectLikeEager((x) => tf.multinomial(tf.softmax(x) as tf.Tensor2D, 20, 7, true), [logits], 0)
  await expectLikeEager((x) => tf.multinomial(tf.slice(x, [0, 0], [3, 2]) as tf.Tensor2D, 4, 7), [logits], 0)
})

test('tf.rand keeps the numbers of a function that needs no Math.random, and refuses one that calls it', async () => {
  let next = 0
  const steps = await compile(() => tf.rand([4], () => next++), [], onProvider)
  expect(Array.from((await steps.run()).data)).toEqual([0, 1, 2, 3])
  await steps.dispose()
  await expect(compile(() => tf.rand([4], () => Math.random()), [])).rejects.toThrow(
    /one that calls Math\.random, which a run cannot repeat\. Use tf\.randomUniform/,
  )
})

test('Math.random and the prototype of objects are as they were after a trace, also after one that throws', async () => {
  const { random } = Math
  const names = Object.getOwnPropertyNames(Object.prototype)
  await expect(
    compile(() => {
      tf.randomGamma([2], 1, 1)
      throw new Error('no')
    }, []),
  ).rejects.toThrow('no')
  expect(Math.random).toBe(random)
  expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(names)
})
