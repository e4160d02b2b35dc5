/** Each kernel of the table and each gradient that tfjs has of one, by name. */
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compile } from '../../src/index.ts'
import { lowerings } from '../../src/kernels/table.ts'
import { expectClose, expectGradientsLikeEager, expectLikeEager, useJavaScriptBackend } from '../compare.ts'
import { onProvider, samples } from '../provider.ts'
import {
  gradients,
  linearGradients,
  properties,
  testedElsewhere,
  withoutGradient,
} from './properties/all-properties.ts'
import type { Sample } from './properties/property.ts'

useJavaScriptBackend()

test('each kernel that has a lowering has a property', () => {
  expect([...Object.keys(properties), ...Object.keys(testedElsewhere)].sort()).toEqual(Object.keys(lowerings).sort())
})

test('each gradient that tfjs has of such a kernel is compared, or has a reason for not being so', () => {
  const compared = [gradients, linearGradients, withoutGradient].flatMap((table) => Object.keys(table))
  expect(compared.sort()).toEqual(
    Object.keys(lowerings)
      .filter((name) => tf.getGradient(name) != null)
      .sort(),
  )
})

test.each(Object.entries(properties))(
  '%s equals the JavaScript backend on random shapes and numbers',
  async (name, drawn) => {
    await fc.assert(
      fc.asyncProperty(drawn, async ({ call, inputs, reference, tolerance }) => {
        expect(await expectLikeEager(call, inputs, tolerance ?? 1e-4, reference)).toContain(name)
      }),
      samples(4),
    )
  },
)

/** Kernels that tfjs has for whole numbers, the first ones for booleans too. */
const movements =
  'BatchToSpaceND Concat ExpandDims GatherNd GatherV2 Identity MirrorPad Pack Reshape Reverse Slice SpaceToBatchND SplitV StridedSlice TensorScatterUpdate Tile Transpose Unpack OnesLike ZerosLike'
const arithmetic =
  'Abs ArgMax ArgMin ClipByValue Cumsum Diag Max Min Neg PadV2 Prod Relu ScatterNd Sign Square Sum TopK'

test.each([
  ...`${movements} ${arithmetic}`.split(' ').map((name) => [name, 'int32'] as const),
  ...movements.split(' ').map((name) => [name, 'bool'] as const),
])('%s of %s equals the JavaScript backend exactly', async (name, dtype) => {
  const toType = (x: tf.Tensor) => (x.dtype === 'float32' ? tf.cast(tf.round(tf.mul(x, 3)), dtype) : x)
  await fc.assert(
    fc.asyncProperty(properties[name], async ({ call, inputs }) => {
      await expectLikeEager(call, inputs.map(toType), 0)
    }),
    samples(3),
  )
})

test.each(Object.entries(gradients))('the gradient of %s equals the JavaScript backend', async (_, drawn) => {
  await fc.assert(
    fc.asyncProperty(drawn, ({ call, inputs, tolerance }) => expectGradientsLikeEager(call, inputs, tolerance ?? 1e-3)),
    samples(3),
  )
})

test.each(Object.entries(linearGradients))(
  'the gradient of %s equals finite differences, |delta| <= 1e-3 of the largest',
  async (_, drawn) => {
    await fc.assert(fc.asyncProperty(drawn, expectFiniteDifferences), samples(3))
  },
)

async function expectFiniteDifferences({ call, inputs: [x] }: Sample): Promise<void> {
  const f = (v: tf.Tensor) => [call(v)].flat()[0]
  const weights = tf.randomNormal(f(x).shape, 0, 1, 'float32', 3)
  const numbers = x.dataSync()
  const at = (values: ArrayLike<number>) =>
    tf.tidy(() => tf.sum(tf.mul(f(tf.tensor(Float32Array.from(values), x.shape)), weights)).dataSync()[0])
  const places = Array.from({ length: 12 }, (_, i) => (i * 17) % numbers.length)
  const differences = places.map((place) => {
    const [up, down] = [1, -1].map((step) => at(numbers.map((value, i) => (i === place ? value + step : value))))
    return (up - down) / 2
  })
  const compiled = await compile(
    (v) => tf.grad((u) => tf.mul(f(u), weights) as tf.Tensor)(v),
    [{ shape: x.shape }],
    onProvider,
  )
  const { data } = await compiled.run(x)
  await compiled.dispose()
  expectClose(
    places.map((place) => data[place]),
    differences,
    1e-3,
  )
}
