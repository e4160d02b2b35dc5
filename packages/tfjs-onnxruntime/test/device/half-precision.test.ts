import { expect, it } from 'vitest'
import { useJavaScriptBackend } from '../compare.ts'
import { train } from '../onnx/half-training.ts'
import { onProvider } from '../provider.ts'

useJavaScriptBackend()

it('half precision has the gradients of float32, cosine >= 0.99, and trains to its loss, |delta| <= 0.01', async (context) => {
  const half = await train({ ...onProvider, precision: 'float16' }, 20).catch((error: Error) => error)
  if (half instanceof Error) {
    expect(half.message).toMatch(/webgpu: .* does not support it.*needs an adapter with the feature shader-f16/)
    return context.skip('the adapter has no half precision, and the error says so')
  }
  const full = await train(onProvider, 20)
  const cosines = half.gradients.map((gradient, i) => cosine(gradient, full.gradients[i]))
  expect(Math.min(...cosines)).toBeGreaterThan(0.99)
  // It is computed with less precision.
  expect(Math.min(...cosines)).toBeLessThan(1 - 1e-9)
  for (const [i, loss] of full.losses.entries()) expect(Math.abs(half.losses[i] - loss)).toBeLessThanOrEqual(0.01)
  expect(full.losses[19]).toBeLessThan(full.losses[0] / 2)
  expect(half.state.skipped).toBeLessThan(5)
})

function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const product = (x: ArrayLike<number>, y: ArrayLike<number>) => Array.from(x).reduce((sum, v, i) => sum + v * y[i], 0)
  return product(a, b) / Math.sqrt(product(a, a) * product(b, b))
}
