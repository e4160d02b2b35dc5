import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { compile, createAdam } from '../../src/index.ts'
import { AdamMemory } from '../../src/memory/adam-memory.ts'
import { takeUpdatesOut } from '../../src/plan/host-updates.ts'
import { trace } from '../../src/trace/trace.ts'
import { useJavaScriptBackend } from '../compare.ts'

useJavaScriptBackend()

function createTraining(after: (weights: tf.Variable) => tf.Tensor[] = () => []) {
  const weights = tf.tidy(() => tf.variable(tf.randomNormal([37, 5], 0, 1, 'float32', 1)))
  const adam = createAdam([weights])
  const step = (x: tf.Tensor, beta1: tf.Tensor) => {
    const { grads } = tf.variableGrads(
      () => tf.sum(tf.square(tf.matMul(x as tf.Tensor2D, weights))) as tf.Scalar,
      [weights],
    )
    adam.applyGradients(grads, { learningRate: 0.01, beta1 })
    return after(weights)
  }
  const [count, ...moments] = adam.variables.values()
  const variables = () => [weights, ...moments]
  const numbers = () => [...variables(), count].map((variable) => Array.from(variable.dataSync()))
  return { adam, step, variables, numbers }
}

const specs = [{ shape: [3, 37] }, { shape: [] }]
const x = Float32Array.from({ length: 3 * 37 }, (_, i) => Math.sin(i))

test('updates by the host and in the graph are the same after five steps, |delta| <= 1e-6', async () => {
  const runs = await Promise.all(
    (['host', 'graph'] as const).map(async (updates) => {
      const { step, numbers } = createTraining()
      const compiled = await compile(step, specs, { updates })
      for (let i = 0; i < 5; i++) await compiled.run(x, 0.9 - 0.01 * i)
      await compiled.dispose()
      return numbers().flat()
    }),
  )
  expect(runs[0].length).toBe(1 + 3 * 37 * 5)
  for (const [i, number] of runs[0].entries()) expect(Math.abs(number - runs[1][i])).toBeLessThanOrEqual(1e-6)
})

test('an update leaves the graph where nothing waits for it, and stays where the new value is read again', () => {
  const ops = (after?: (weights: tf.Variable) => tf.Tensor[]) => {
    const { trace: left, updates } = takeUpdatesOut(
      trace(createTraining(after).step, specs, { freezeVariables: false }),
    )
    const needed = new Set(left.graph.outputs.map(({ producer }) => producer?.op))
    return { updates: updates.length, writes: left.writes.length, isInGraph: needed.has('AdamUpdate') }
  }
  expect(ops()).toEqual({ updates: 1, writes: 1, isInGraph: false })
  expect(ops((weights) => [tf.sum(weights)])).toEqual({ updates: 0, writes: 4, isInGraph: true })
  expect(ops((weights) => [weights])).toEqual({ updates: 0, writes: 4, isInGraph: true })
})

test('a result that reads the updated variable has its new value', async () => {
  const { step, numbers } = createTraining((weights) => [tf.sum(weights)])
  const compiled = await compile(step, specs)
  const [{ data }] = await compiled.run(x, 0.9)
  expect(data[0]).toBeCloseTo(
    numbers()[0].reduce((sum, value) => sum + value),
    4,
  )
  await compiled.dispose()
})

test('the kernel computes arrays of any length, in its memory or copied, and nothing beside them, |delta| <= 1e-6', () => {
  for (const length of [1, 3, 4, 7, 1 << 14, (1 << 14) + 5])
    for (const inside of [[], [0], [1, 2], [0, 1, 2]]) {
      const arrays = [1, 2, 3, 4].map((k) => Float32Array.from({ length }, (_, i) => Math.abs(Math.sin(i * k + k))))
      const [w, m, v, g] = arrays
      const nextM = Array.from(m, (value, i) => 0.8 * value + 0.2 * g[i])
      const nextV = Array.from(v, (value, i) => 0.99 * value + 0.01 * g[i] ** 2)
      const next = Array.from(w, (value, i) => value - (0.1 * nextM[i]) / (Math.sqrt(nextV[i]) + 1e-3))
      const memory = new AdamMemory([length, length, length, 3])
      const place = (array: Float32Array) => {
        const placed = memory.zeros(array.length)
        placed.set(array)
        return placed
      }
      const targets = arrays.slice(0, 3).map((array, i) => (inside.includes(i) ? place(array) : array))
      const neighbor = place(new Float32Array(3).fill(5))
      memory.update(targets, g, { decay: 0.8, beta2: 0.99, rate: 0.1, floor: 1e-3 })
      for (const [k, want] of [next, nextM, nextV].entries())
        expect(Math.max(...Array.from(targets[k], (value, i) => Math.abs(value - want[i])))).toBeLessThanOrEqual(1e-6)
      expect(Array.from(neighbor)).toEqual([5, 5, 5])
    }
})

test('moments stay in one memory of WebAssembly, also those that were restored', async () => {
  const { step, adam } = createTraining()
  const buffers = () => {
    const [, ...moments] = adam.variables.values()
    return new Set(moments.map((variable) => (variable.dataSync() as Float32Array).buffer))
  }
  const compiled = await compile(step, specs)
  const before = buffers()
  await compiled.run(x, 0.9)
  const state = adam.state()
  await compiled.run(x, 0.9)
  adam.restore(state)
  await compiled.run(x, 0.9)
  expect(before.size).toBe(1)
  expect(buffers()).toEqual(before)
  await compiled.dispose()
})

test('what holds the values of a variable keeps them, and a variable that is assigned goes on from there, |delta| <= 1e-6', async () => {
  const runs = await Promise.all(
    (['host', 'graph'] as const).map(async (updates) => {
      const { step, variables, numbers } = createTraining()
      const compiled = await compile(step, specs, { updates })
      await compiled.run(x, 0.9)
      const [weights, ...own] = variables()
      const held = weights.clone()
      const before = numbers()[0]
      await compiled.run(x, 0.9)
      expect(Array.from(held.dataSync())).toEqual(before)
      const half = own.at(-1)!
      tf.tidy(() => half.assign(tf.mul(half, 0.5)))
      for (let i = 0; i < 2; i++) await compiled.run(x, 0.9)
      expect(Array.from(held.dataSync())).toEqual(before)
      await compiled.dispose()
      return numbers().flat()
    }),
  )
  for (const [i, number] of runs[0].entries()) expect(Math.abs(number - runs[1][i])).toBeLessThanOrEqual(1e-6)
})
