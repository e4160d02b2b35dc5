import * as tf from '@tensorflow/tfjs'
import { expect, test, vi } from 'vitest'
import { compile } from '../../src/index.ts'

test('ONNX Runtime is loaded with its telemetry off, and a choice of the user is kept', async () => {
  for (const [before, after] of [
    [undefined, '1'],
    ['0', '0'],
  ]) {
    vi.stubEnv('ORT_DISABLE_TELEMETRY', before)
    const compiled = await compile((x: tf.Tensor) => tf.neg(x), [{ shape: [1] }])
    expect(process.env.ORT_DISABLE_TELEMETRY).toBe(after)
    await compiled.dispose()
  }
  vi.unstubAllEnvs()
})
