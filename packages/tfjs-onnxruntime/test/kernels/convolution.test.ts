import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { test } from 'vitest'
import { groupedConv2d } from '../../src/index.ts'
import { expectGradientsLikeEager, expectLikeEager, normal, useJavaScriptBackend } from '../compare.ts'
import { samples } from '../provider.ts'

useJavaScriptBackend()

const small = fc.integer({ min: 1, max: 3 })
/** tfjs computes the output of a padding in numbers from the height of kernel and stride alone: those are square then. */
const geometry = fc
  .record({
    height: fc.integer({ min: 5, max: 9 }),
    width: fc.integer({ min: 5, max: 9 }),
    kernel: fc.tuple(small, small),
    strides: fc.tuple(small, small),
    channels: small,
    filters: small,
    pad: fc.oneof(fc.constant('same' as const), fc.constant('valid' as const), fc.constant(1)),
  })
  .map((g) =>
    g.pad === 1
      ? {
          ...g,
          kernel: [g.kernel[0], g.kernel[0]] as [number, number],
          strides: [g.strides[0], g.strides[0]] as [number, number],
        }
      : g,
  )
const runs = samples(12)

test('convolutions and their gradients equal the JavaScript backend, |delta| <= 1e-4 of the largest', async () => {
  await fc.assert(
    fc.asyncProperty(geometry, async ({ height, width, kernel, strides, channels, filters, pad }) => {
      const convolve = (x: tf.Tensor, filter: tf.Tensor) =>
        tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, strides, pad)
      const inputs = [normal([2, height, width, channels]), normal([...kernel, channels, filters])]
      await expectLikeEager(convolve, inputs)
      await expectGradientsLikeEager(convolve, inputs)
    }),
    runs,
  )
})

test('convolutions with padding in numbers and filters that are not square equal the JavaScript backend, gradients too, |delta| <= 1e-4 of the largest', async () => {
  for (const [kernel, strides, dilations] of [
    [[3, 1], 1, 1],
    [[3, 2], 2, 1],
    [[2, 3], [1, 2], 1],
    [[2, 2], [2, 1], 1],
    [[3, 3], 1, [2, 1]],
  ] as [[number, number], number | [number, number], number | [number, number]][]) {
    const convolve = (x: tf.Tensor, filter: tf.Tensor) =>
      tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, strides, 1, 'NHWC', dilations)
    const inputs = [normal([2, 7, 6, 2]), normal([...kernel, 2, 3])]
    await expectLikeEager(convolve, inputs)
    if (dilations === 1) await expectGradientsLikeEager(convolve, inputs)
  }
})

test('grouped convolutions and their gradients equal their composition, |delta| <= 1e-4 of the largest', async () => {
  await fc.assert(
    fc.asyncProperty(
      geometry,
      fc.constantFrom(2, 3),
      async ({ height, width, kernel, strides, channels, filters, pad }, groups) => {
        const convolve = (x: tf.Tensor, filter: tf.Tensor) =>
          groupedConv2d(x as tf.Tensor4D, filter as tf.Tensor4D, strides, pad, groups)
        const inputs = [normal([2, height, width, channels * groups]), normal([...kernel, channels, filters * groups])]
        await expectLikeEager(convolve, inputs)
        await expectGradientsLikeEager(convolve, inputs)
      },
    ),
    runs,
  )
})

test('depthwise convolutions and their gradients equal the JavaScript backend, |delta| <= 1e-4 of the largest', async () => {
  await fc.assert(
    fc.asyncProperty(geometry, async ({ height, width, kernel, strides, channels, filters, pad }) => {
      const convolve = (x: tf.Tensor, filter: tf.Tensor) =>
        tf.depthwiseConv2d(x as tf.Tensor4D, filter as tf.Tensor4D, strides, pad)
      const inputs = [normal([2, height, width, channels]), normal([...kernel, channels, filters])]
      await expectLikeEager(convolve, inputs)
      await expectGradientsLikeEager(convolve, inputs)
    }),
    runs,
  )
})

test('dilated, transposed, separable and fused convolutions equal the JavaScript backend, |delta| <= 1e-4 of the largest', async () => {
  const [x, filter] = [normal([2, 8, 7, 3]), normal([3, 3, 3, 4])]
  await expectLikeEager((v, f) => tf.conv2d(v as tf.Tensor4D, f as tf.Tensor4D, 1, 'same', 'NHWC', 2), [x, filter])
  await expectLikeEager(
    (v, f) => tf.depthwiseConv2d(v as tf.Tensor4D, f as tf.Tensor4D, 1, 'same', 'NHWC', 2),
    [x, normal([3, 3, 3, 2])],
  )
  const transpose = (v: tf.Tensor, f: tf.Tensor) =>
    tf.conv2dTranspose(v as tf.Tensor4D, f as tf.Tensor4D, [2, 15, 13, 4], 2, 'same')
  await expectLikeEager(transpose, [x, normal([3, 3, 4, 3])])
  await expectGradientsLikeEager(transpose, [x, normal([3, 3, 4, 3])])
  await expectLikeEager(
    (v, d, p) => tf.separableConv2d(v as tf.Tensor4D, d as tf.Tensor4D, p as tf.Tensor4D, 1, 'same'),
    [x, normal([3, 3, 3, 2]), normal([1, 1, 6, 4])],
  )
  for (const activation of ['relu', 'sigmoid', 'elu', 'relu6', 'leakyrelu'] as const) {
    await expectLikeEager(
      (v, f, bias) =>
        tf.fused.conv2d({
          x: v as tf.Tensor4D,
          filter: f as tf.Tensor4D,
          strides: 1,
          pad: 'same',
          bias,
          activation,
          leakyreluAlpha: 0.2,
        }),
      [x, filter, normal([4])],
    )
    await expectLikeEager(
      (v, f, bias) =>
        tf.fused.depthwiseConv2d({
          x: v as tf.Tensor4D,
          filter: f as tf.Tensor4D,
          strides: 1,
          pad: 'same',
          bias,
          activation,
          leakyreluAlpha: 0.2,
        }),
      [x, normal([3, 3, 3, 2]), normal([6])],
    )
  }
  const fusedGradient = (v: tf.Tensor, f: tf.Tensor, bias: tf.Tensor) =>
    tf.fused.conv2d({
      x: v as tf.Tensor4D,
      filter: f as tf.Tensor4D,
      strides: 1,
      pad: 'same',
      bias,
      activation: 'relu',
    })
  await expectGradientsLikeEager(fusedGradient, [x, filter, normal([4])])
})

test('convolutions in one and three dimensions and their gradients equal the JavaScript backend, |delta| <= 1e-4 of the largest', async () => {
  const line = (x: tf.Tensor, filter: tf.Tensor) => tf.conv1d(x as tf.Tensor3D, filter as tf.Tensor3D, 2, 'same')
  await expectLikeEager(line, [normal([2, 9, 3]), normal([3, 3, 4])])
  await expectGradientsLikeEager(line, [normal([2, 9, 3]), normal([3, 3, 4])])
  for (const strides of [1, 2])
    for (const pad of ['same', 'valid'] as const) {
      const volume = (x: tf.Tensor, filter: tf.Tensor) =>
        tf.conv3d(x as tf.Tensor5D, filter as tf.Tensor5D, strides, pad)
      await expectLikeEager(volume, [normal([2, 4, 5, 6, 2]), normal([2, 3, 3, 2, 3])])
      await expectGradientsLikeEager(volume, [normal([2, 4, 5, 6, 2]), normal([2, 3, 3, 2, 3])])
    }
})

test('a composed stack keeps gradients equal through the layout pass, |delta| <= 1e-4 of the largest', async () => {
  const stack = (x: tf.Tensor, a: tf.Tensor, b: tf.Tensor, scale: tf.Tensor) => {
    const first = tf.relu(tf.conv2d(x as tf.Tensor4D, a as tf.Tensor4D, 1, 'same'))
    const shifted = tf.sub(
      tf.mul(
        tf.pad(first, [
          [0, 0],
          [1, 0],
          [0, 1],
          [0, 0],
        ]),
        scale,
      ),
      tf.mean(first, [1, 2], true),
    )
    const both = tf.concat([shifted, tf.reverse(shifted, [1])], 3)
    return tf.sum(
      tf.conv2d(tf.slice(both, [0, 1, 0, 0], [-1, -1, 6, -1]) as tf.Tensor4D, b as tf.Tensor4D, 2, 'same'),
      [1],
    )
  }
  await expectGradientsLikeEager(stack, [normal([2, 6, 7, 3]), normal([3, 3, 3, 4]), normal([3, 3, 8, 2]), normal([4])])
})
