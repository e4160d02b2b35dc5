/** Runs a function eagerly on tfjs's JavaScript backend and compiled, and compares what comes out. */
import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect } from 'vitest'
import { compile, type InputSpec } from '../src/index.ts'
import { trace } from '../src/trace/trace.ts'
import { minTolerance, onProvider } from './provider.ts'

export function useJavaScriptBackend(): void {
  beforeAll(async () => {
    tf.enableProdMode()
    await tf.setBackend('cpu')
  })
}

type Fn = (...inputs: tf.Tensor[]) => tf.Tensor | tf.Tensor[]

/**
 * Expects equal types, shapes and numbers, the latter within `tolerance` of the largest; `eager` stands for a function that the JavaScript
 * backend cannot run. Returns the names of the kernels in the function.
 */
export async function expectLikeEager(
  fn: Fn,
  inputs: readonly tf.Tensor[],
  tolerance = 1e-5,
  eager: Fn = fn,
): Promise<readonly string[]> {
  const specs: InputSpec[] = inputs.map(({ shape, dtype }) => ({ shape, dtype: dtype as 'float32' }))
  const { kernels } = trace(fn as never, specs, { freezeVariables: false })
  const want = [eager(...inputs)].flat()
  const compiled = await compile((...args: tf.Tensor[]) => [fn(...args)].flat(), specs, onProvider)
  const got = await compiled.run(...inputs)
  await compiled.dispose()
  expect(got.length).toBe(want.length)
  for (const [i, output] of want.entries()) {
    expect({ dtype: got[i].dtype, shape: got[i].shape }).toEqual({ dtype: output.dtype, shape: output.shape })
    expectClose(got[i].data, output.dataSync(), Math.max(tolerance, minTolerance))
  }
  return kernels
}

/** Expects equal gradients of a weighted sum of the function's first result with respect to each of its inputs. */
export async function expectGradientsLikeEager(fn: Fn, inputs: readonly tf.Tensor[], tolerance = 1e-4): Promise<void> {
  const weights = tf.tidy(() => tf.randomNormal([fn(...inputs)].flat()[0].shape, 0, 1, 'float32', 7))
  const gradients = (...args: tf.Tensor[]) =>
    tf.grads((...xs: tf.Tensor[]) => tf.mul([fn(...xs)].flat()[0], args[args.length - 1]) as tf.Tensor)(
      args.slice(0, -1),
    )
  await expectLikeEager(gradients, [...inputs, weights], tolerance)
}

export function expectClose(got: ArrayLike<number>, want: ArrayLike<number>, tolerance: number): void {
  expect(got.length).toBe(want.length)
  let largest = 1
  for (let i = 0; i < want.length; i++) if (Number.isFinite(want[i])) largest = Math.max(largest, Math.abs(want[i]))
  for (let i = 0; i < want.length; i++) {
    const same = Object.is(got[i], want[i]) || got[i] === want[i] || Math.abs(got[i] - want[i]) <= tolerance * largest
    if (!same) expect.fail(`element ${i}: ${got[i]} instead of ${want[i]}`)
  }
}

let seed = 1

/** Normally distributed numbers, others for each call. */
export function normal(shape: number[], mean = 0, deviation = 1): tf.Tensor {
  return tf.randomNormal(shape, mean, deviation, 'float32', seed++)
}

/** Evenly distributed numbers, others for each call. */
export function uniform(shape: number[], low: number, high: number): tf.Tensor {
  return tf.randomUniform(shape, low, high, 'float32', seed++)
}

/** Whole numbers in [low, high), others for each call. */
export function integers(shape: number[], low: number, high: number): tf.Tensor {
  return tf.cast(tf.floor(uniform(shape, low, high)), 'int32')
}

export function booleans(shape: number[]): tf.Tensor {
  return tf.cast(integers(shape, 0, 2), 'bool')
}
