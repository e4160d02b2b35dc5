import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { compile } from '../../src/index.ts'
import { expectGradientsLikeEager, expectLikeEager, integers, normal, useJavaScriptBackend } from '../compare.ts'
import { onProvider, provider } from '../provider.ts'

useJavaScriptBackend()

test('gathering equals the JavaScript backend, gradients too, |delta| <= 1e-5 of the largest', async () => {
  const indices = tf.tensor1d([2, 0, 2], 'int32')
  await expectLikeEager(
    (x, i) => [tf.gather(x, i as tf.Tensor1D, 0), tf.gather(x, i as tf.Tensor1D, 1)],
    [normal([4, 3]), indices],
    0,
  )
  await expectLikeEager((x, i) => tf.gather(x, i as tf.Tensor2D, 1, 1), [normal([2, 4, 3]), integers([2, 3], 0, 4)], 0)
  await expectLikeEager((x, i) => tf.gatherND(x, i), [normal([3, 4, 2]), integers([5, 2], 0, 3)], 0)
  await expectGradientsLikeEager((x) => tf.gather(x, indices, 0), [normal([4, 3])])
  await expectGradientsLikeEager((x) => tf.gather(x, indices, 1), [normal([2, 3, 2])])
})

test('scattering equals the JavaScript backend, |delta| <= 1e-5 of the largest', async () => {
  const indices = tf.tensor2d([[1], [3], [1]], [3, 1], 'int32')
  await expectLikeEager((i, u) => tf.scatterND(i, u, [5, 2]), [indices, normal([3, 2])])
  const others = tf.tensor2d([[1], [3], [0]], [3, 1], 'int32')
  await expectLikeEager((t, i, u) => tf.tensorScatterUpdate(t, i, u), [normal([5, 2]), others, normal([3, 2])], 0)
  await expectLikeEager(
    (i, v) => tf.sparseToDense(i, v as tf.Tensor1D, [4, 4], 0.5),
    [
      tf.tensor2d(
        [
          [0, 1],
          [2, 3],
        ],
        [2, 2],
        'int32',
      ),
      normal([2]),
    ],
    0,
  )
  await expectLikeEager(
    (x, ids) => tf.unsortedSegmentSum(x, ids as tf.Tensor1D, 3),
    [normal([5, 2]), tf.tensor1d([0, 2, 0, 7, -1], 'int32')],
  )
})

test('one-hot, top-k, search, counts and diagonals equal the JavaScript backend exactly', async () => {
  await expectLikeEager(
    (i) => [tf.oneHot(i, 4), tf.oneHot(i, 3, 5, -1), tf.oneHot(i, 4, 2, 1, 'float32'), tf.oneHot(i, 4, 1, 0, 'bool')],
    [
      tf.tensor2d(
        [
          [0, 3],
          [-1, 2],
        ],
        [2, 2],
        'int32',
      ),
    ],
    0,
  )
  await expectLikeEager((x) => Object.values(tf.topk(x, 3)), [normal([2, 6])], 0)
  await expectLikeEager(
    (s, v) => [tf.lowerBound(s, v), tf.upperBound(s, v)],
    [
      tf.tensor2d([
        [1, 2, 2, 5],
        [0, 3, 4, 4],
      ]),
      tf.tensor2d([
        [2, 6, 0],
        [4, 3, -1],
      ]),
    ],
    0,
  )
  await expectLikeEager(
    (x, w) => [
      tf.bincount(x as tf.Tensor1D, w as tf.Tensor1D, 5),
      tf.denseBincount(x as tf.Tensor1D, w as tf.Tensor1D, 5),
    ],
    [integers([6], 0, 4), normal([6])],
  )
  await expectLikeEager(
    (x) => tf.denseBincount(x as tf.Tensor2D, tf.tensor2d([], [0, 0]), 5, true),
    [integers([3, 6], 0, 4)],
    0,
  )
  await expectLikeEager((x) => tf.diag(x), [normal([2, 3])], 0)
})

// WebGPU silently ignores reads and writes outside of a tensor.
test.runIf(provider === 'cpu').each([
  ['gather', (x: tf.Tensor, i: tf.Tensor) => tf.gather(x, i as tf.Tensor1D)],
  ['gather of each row', (x: tf.Tensor, i: tf.Tensor) => tf.gather(x, tf.stack([i, i, i]) as tf.Tensor2D, 1, 1)],
  ['gatherND', (x: tf.Tensor, i: tf.Tensor) => tf.gatherND(x, tf.expandDims(i, 1))],
  ['scatterND', (x: tf.Tensor, i: tf.Tensor) => tf.scatterND(tf.expandDims(i, 1), tf.slice(x, 0, 2), [3, 3])],
  ['update', (x: tf.Tensor, i: tf.Tensor) => tf.tensorScatterUpdate(x, tf.expandDims(i, 1), tf.slice(x, 0, 2))],
] as const)('%s refuses indices before the first element and behind the last', async (_, operation) => {
  const compiled = await compile(operation, [{ shape: [3, 3] }, { shape: [2], dtype: 'int32' }], onProvider)
  const x = new Float32Array(9)
  expect((await compiled.run(x, new Int32Array([2, 0]))).dtype).toBe('float32')
  for (const indices of [
    [-1, 0],
    [0, 3],
  ])
    await expect(compiled.run(x, new Int32Array(indices))).rejects.toMatchObject({
      code: 'failed-run',
      message: expect.stringMatching(/^Expected the run to succeed .*(indice|invalid index).*within their tensor\.$/),
    })
  await compiled.dispose()
})
