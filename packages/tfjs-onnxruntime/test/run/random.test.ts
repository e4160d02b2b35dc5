import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { compile } from '../../src/index.ts'
import { expectLikeEager, normal, useJavaScriptBackend } from '../compare.ts'

useJavaScriptBackend()

const dropHalf = (x: tf.Tensor) => tf.dropout(x, 0.5)

test('dropout differs from step to step, and keeps the share that it should within 5 standard deviations', async () => {
  const step = await compile(dropHalf, [{ shape: [10_000] }], { seed: 1 })
  const ones = new Float32Array(10_000).fill(1)
  const first = await step.run(ones)
  const second = await step.run(ones)
  const kept = first.data.filter((value) => value === 2).length
  expect(new Set(first.data)).toEqual(new Set([0, 2]))
  expect(Math.abs(kept - 5000)).toBeLessThan(250)
  expect(Array.from(second.data)).not.toEqual(Array.from(first.data))
  await step.dispose()
})

test('the same seed and step give the same random numbers exactly, in another executable too', async () => {
  const noise = (x: tf.Tensor) => tf.add(x, tf.randomNormal([50], 2, 3))
  const [a, b] = [
    await compile(noise, [{ shape: [50] }], { seed: 7 }),
    await compile(noise, [{ shape: [50] }], { seed: 7 }),
  ]
  const zeros = new Float32Array(50)
  const runs = [await a.run(zeros), await a.run(zeros), await a.run(zeros)]
  b.step = 2
  expect(Array.from((await b.run(zeros)).data)).toEqual(Array.from(runs[2].data))
  expect(Array.from(runs[1].data)).not.toEqual(Array.from(runs[2].data))
  await Promise.all([a.dispose(), b.dispose()])
})

test('drawn numbers have the mean and deviation that was asked for, within 5 standard errors', async () => {
  const draw = () => [
    tf.randomUniform([20_000], -1, 3),
    tf.randomNormal([20_000], 5, 2),
    tf.truncatedNormal([20_000], 5, 2),
  ]
  const step = await compile(draw, [], { seed: 3 })
  const [uniform, normal, truncated] = (await step.run()).map(({ data }) => moments(data))
  expect(Math.abs(uniform.mean - 1)).toBeLessThan(0.05)
  expect(Math.abs(uniform.deviation - 4 / Math.sqrt(12))).toBeLessThan(0.03)
  expect(Math.abs(normal.mean - 5)).toBeLessThan(0.08)
  expect(Math.abs(normal.deviation - 2)).toBeLessThan(0.06)
  expect(truncated.least).toBeGreaterThanOrEqual(1)
  expect(truncated.most).toBeLessThanOrEqual(9)
  await step.dispose()
})

test('numbers of a given seed stay those that tfjs draws, exactly', async () => {
  const step = await compile(() => tf.randomNormal([5], 0, 1, 'float32', 42), [])
  expect(Array.from((await step.run()).data)).toEqual(Array.from(tf.randomNormal([5], 0, 1, 'float32', 42).dataSync()))
  await step.dispose()
})

test('Math.random is as it was after a trace, also after one that throws', async () => {
  const { random } = Math
  await expect(
    compile(() => {
      throw new Error('no')
    }, []),
  ).rejects.toThrow('no')
  expect(Math.random).toBe(random)
})

function moments(data: ArrayLike<number>) {
  const numbers = Array.from(data)
  const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length
  const deviation = Math.sqrt(numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0) / numbers.length)
  return { mean, deviation, least: Math.min(...numbers), most: Math.max(...numbers) }
}

test('drawn categories differ from run to run, repeat with a seed and have their probabilities within 5 standard deviations', async () => {
  const draw = (logits: tf.Tensor) => tf.multinomial(logits as tf.Tensor2D, 10_000)
  const logits = new Float32Array([Math.log(0.2), Math.log(0.5), Math.log(0.3)])
  const [step, again] = [
    await compile(draw, [{ shape: [1, 3] }], { seed: 3 }),
    await compile(draw, [{ shape: [1, 3] }], { seed: 3 }),
  ]
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
