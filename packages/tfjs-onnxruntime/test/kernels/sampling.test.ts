import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { expectLikeEager, integers, normal, uniform, useJavaScriptBackend } from '../compare.ts'

useJavaScriptBackend()

const length = fc.integer({ min: 1, max: 6 })

test('crops of random boxes, in the image and beyond, equal the JavaScript backend, |delta| <= 1e-4 of the largest', async () => {
  await fc.assert(
    fc.asyncProperty(length, length, length, length, fc.boolean(), async (height, width, rows, columns, isNearest) => {
      const crop = (image: tf.Tensor, boxes: tf.Tensor, numbers: tf.Tensor) =>
        tf.image.cropAndResize(
          image as tf.Tensor4D,
          boxes as tf.Tensor2D,
          numbers as tf.Tensor1D,
          [rows, columns],
          isNearest ? 'nearest' : 'bilinear',
          -2,
        )
      // Image 2 does not exist.
      const inputs = [normal([2, height, width, 3]), uniform([4, 4], -0.3, 1.3), integers([4], 0, 3)]
      await expectLikeEager(crop, inputs, 1e-4)
    }),
    { numRuns: 12 },
  )
})

test.each(['constant', 'reflect', 'wrap', 'nearest'] as const)(
  'projective transforms that fill by %s equal the JavaScript backend, |delta| <= 1e-3 of the largest',
  async (fillMode) => {
    await fc.assert(
      fc.asyncProperty(length, length, fc.boolean(), fc.boolean(), async (height, width, isNearest, hasOtherSize) => {
        const size: [number, number] | undefined = hasOtherSize ? [width + 1, height + 2] : undefined
        const transform = (image: tf.Tensor, transforms: tf.Tensor) =>
          tf.image.transform(
            image as tf.Tensor4D,
            transforms as tf.Tensor2D,
            isNearest ? 'nearest' : 'bilinear',
            fillMode,
            0.5,
            size,
          )
        // One image: the JavaScript backend leaves out all but the first.
        const transforms = tf.concat([uniform([1, 6], -2, 2), uniform([1, 2], -0.05, 0.05)], 1)
        await expectLikeEager(transform, [normal([1, height, width, 2]), transforms], 1e-3)
      }),
      { numRuns: 8 },
    )
  },
)

test('each image of a batch has its own transform, or all have one', async () => {
  const images = normal([2, 4, 5, 1])
  const transforms = tf.tensor2d([
    [1, 0.5, 0, 0, 1, 0.25, 0, 0],
    [0, 1, 0.5, 1, 0, 0, 0.01, 0],
  ])
  const apply = (x: tf.Tensor, by: tf.Tensor) => tf.image.transform(x as tf.Tensor4D, by as tf.Tensor2D, 'bilinear')
  const { compile } = await import('../../src/index.ts')
  for (const by of [transforms, tf.slice(transforms, 0, 1)]) {
    const compiled = await compile(apply, [{ shape: images.shape }, { shape: by.shape }])
    const { data } = await compiled.run(images, by)
    for (const i of [0, 1]) {
      const alone = apply(tf.slice(images, i, 1), tf.slice(by, Math.min(i, by.shape[0] - 1), 1)).dataSync()
      for (const [k, value] of alone.entries()) expect(data[20 * i + k]).toBeCloseTo(value, 4)
    }
    await compiled.dispose()
  }
})

test('rotations equal the JavaScript backend exactly', async () => {
  await fc.assert(
    fc.asyncProperty(length, length, fc.double({ min: -4, max: 4, noNaN: true }), async (height, width, radians) => {
      const rotate = (x: tf.Tensor) => [
        tf.image.rotateWithOffset(x as tf.Tensor4D, radians),
        tf.image.rotateWithOffset(x as tf.Tensor4D, radians, [1, 2, 3], [0.2, 0.7]),
      ]
      await expectLikeEager(rotate, [normal([2, height, width, 4])], 0)
    }),
    { numRuns: 8 },
  )
})
