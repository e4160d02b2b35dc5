import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { compile } from '../../src/index.ts'
import { useJavaScriptBackend } from '../compare.ts'

useJavaScriptBackend()

const indices = [{ shape: [4, 2], dtype: 'int32' as const }]
const reshape = (target: number[]) => (x: tf.Tensor) =>
  Object.values(tf.sparse.sparseReshape(x as tf.Tensor2D, [2, 6], target))

test('shapes that do not fit are refused while a function is traced', async () => {
  await expect(compile(() => tf.broadcastArgs([1, 2], [1, 3]) as tf.Tensor, [])).rejects.toThrow(/broadcast/)
  await expect(compile(reshape([3, 5]), indices)).rejects.toThrow(/12/)
  await expect(compile(reshape([-1, -1]), indices)).rejects.toThrow(/only one output dimension/)
  await expect(compile(reshape([-2, 6]), indices)).rejects.toThrow(/must be non-negative/)
})

test('shapes that are known only when the function runs cannot be compiled', async () => {
  const broadcast = (shape: tf.Tensor) => tf.broadcastArgs(shape, [1, 3]) as tf.Tensor
  await expect(compile(broadcast, [{ shape: [2], dtype: 'int32' }])).rejects.toThrow(/received BroadcastArgs/)
})
