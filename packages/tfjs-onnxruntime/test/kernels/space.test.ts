import * as tf from '@tensorflow/tfjs-core'
import { test } from 'vitest'
import { expectGradientsLikeEager, expectLikeEager, normal, useJavaScriptBackend } from '../compare.ts'

useJavaScriptBackend()

test('blocks of space, batch and channels equal the JavaScript backend, gradients too', async () => {
  await expectLikeEager(
    (x) => [tf.depthToSpace(x as tf.Tensor4D, 2, 'NHWC'), tf.image.flipLeftRight(x as tf.Tensor4D)],
    [normal([2, 3, 2, 8])],
    0,
  )
  await expectLikeEager(
    (x) =>
      tf.batchToSpaceND(
        x,
        [2, 2],
        [
          [0, 1],
          [1, 0],
        ],
      ),
    [normal([8, 2, 3, 2])],
    0,
  )
  await expectLikeEager(
    (x) =>
      tf.spaceToBatchND(
        x,
        [2, 2],
        [
          [1, 0],
          [0, 1],
        ],
      ),
    [normal([2, 3, 3, 2])],
    0,
  )
  await expectGradientsLikeEager(
    (x) =>
      tf.spaceToBatchND(
        x,
        [2, 2],
        [
          [0, 0],
          [0, 0],
        ],
      ),
    [normal([2, 4, 4, 2])],
  )
})
