import * as tf from '@tensorflow/tfjs'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { expect, test } from 'vitest'
import { toOnnx } from '../../src/index.ts'
import { toFloat16Bits } from '../../src/onnx/float16.ts'
import { useJavaScriptBackend } from '../compare.ts'

useJavaScriptBackend()

const noise = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 1, 'float32', seed)

/** Three convolutions, a gate, a mean, a product and a softmax: images [N, 16, 16, 3] to [N, 10]. */
function createNetwork() {
  const filter = (inputs: number, outputs: number, seed: number) =>
    tf.mul(noise([3, 3, inputs, outputs], seed), Math.sqrt(2 / (9 * inputs))) as tf.Tensor4D
  const filters = [filter(3, 32, 1), filter(32, 32, 2), filter(32, 64, 3)]
  const weights = tf.mul(noise([64, 10], 4), 0.2) as tf.Tensor2D
  return (x: tf.Tensor) => {
    let y = tf.relu(tf.conv2d(x as tf.Tensor4D, filters[0], 1, 'same')) as tf.Tensor4D
    y = tf.add(y, tf.relu(tf.conv2d(y, filters[1], 1, 'same')))
    y = tf.maxPool(tf.relu(tf.conv2d(y, filters[2], 2, 'same')) as tf.Tensor4D, 2, 2, 'same')
    const pooled = tf.mean(tf.mul(y, tf.sigmoid(tf.mean(y, [1, 2], true))), [1, 2]) as tf.Tensor2D
    const logits = tf.matMul(pooled, weights)
    return { logits, probabilities: tf.softmax(logits), best: tf.argMax(logits, 1) }
  }
}

const network = createNetwork()
const specs = [{ shape: [null, 16, 16, 3], name: 'images' }]

test.each([
  ['float16', 0.52, 2e-3],
  ['int8', 0.32, 2e-2],
] as const)(
  '%s: the file is at most %f of the size, and logits differ by at most %f of the largest',
  async (precision, size, error) => {
    const [full, small] = [toOnnx(network, specs), toOnnx(network, specs, { precision })]
    expect(small.length / full.length).toBeLessThan(size)
    const session = await InferenceSession.create(small)
    expect(session.inputMetadata[0]).toMatchObject({ type: 'float32' })
    for (const batch of [1, 4]) {
      const x = noise([batch, 16, 16, 3], batch)
      const got = await session.run({ images: new Tensor('float32', x.dataSync() as Float32Array, x.shape) })
      const want = network(x)
      for (const [name, limit] of [
        ['logits', error],
        ['probabilities', error],
      ] as const) {
        const numbers = want[name].dataSync()
        const largest = numbers.reduce((max, value) => Math.max(max, Math.abs(value)), 0)
        const worst = (got[name].data as Float32Array).reduce(
          (max, value, i) => Math.max(max, Math.abs(value - numbers[i])),
          0,
        )
        expect(got[name].type).toBe('float32')
        expect(worst).toBeLessThanOrEqual(limit * largest)
        // It is computed with less precision, and not only stored so.
        expect(worst).toBeGreaterThan(1e-6 * largest)
      }
    }
    await session.release()
  },
)

test('filters that are too large to be transposed before are stored in 8 bits too', () => {
  const filter = noise([3, 3, 128, 128], 1) as tf.Tensor4D
  const convolve = (x: tf.Tensor) => tf.conv2d(x as tf.Tensor4D, filter, 1, 'same')
  const [full, small] = (['float32', 'int8'] as const).map(
    (precision) => toOnnx(convolve, [{ shape: [1, 4, 4, 128] }], { precision }).length,
  )
  expect(small / full).toBeLessThan(0.27)
})

test('numbers are rounded to the nearest of half precision: each of them is itself, and what lies between goes to the even one', () => {
  const numberOf = (bits: number): number => {
    const [sign, exponent, fraction] = [bits >> 15, (bits >> 10) & 31, bits & 1023]
    const size = exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15)
    return sign === 1 ? -size : size
  }
  const finite = Array.from({ length: 0x7c00 }, (_, bits) => bits)
  expect(Array.from(toFloat16Bits(finite.map(numberOf)))).toEqual(finite)
  expect(Array.from(toFloat16Bits(finite.map((bits) => -numberOf(bits))))).toEqual(finite.map((bits) => bits | 0x8000))
  const between = finite.slice(0, -1).map((bits) => (numberOf(bits) + numberOf(bits + 1)) / 2)
  expect(Array.from(toFloat16Bits(between))).toEqual(finite.slice(0, -1).map((bits) => bits + (bits & 1)))
  const odd = [65519, 65520, 1e9, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 2 ** -25, 2 ** -26, -0]
  expect(Array.from(toFloat16Bits(odd))).toEqual([0x7bff, 0x7c00, 0x7c00, 0x7c00, 0xfc00, 0, 0, 0x8000])
  expect(toFloat16Bits([Number.NaN])[0] & 0x7fff).toBeGreaterThan(0x7c00)
})

test('what follows the last product stays float32, and keeps a difference that half precision has not', async () => {
  const weights = tf.tensor2d([[1], [1]])
  const fn = (x: tf.Tensor2D) => tf.sub(tf.add(tf.matMul(x, weights), 0.25), 2048)
  const session = await InferenceSession.create(toOnnx(fn, [{ shape: [1, 2] }], { precision: 'float16' }))
  const { output0 } = await session.run({ input0: new Tensor('float32', [1024, 1024], [1, 2]) })
  await session.release()
  expect(Array.from(output0.data as Float32Array)).toEqual([0.25])
})

test('a number that half precision cannot hold stays float32, and a precision that does not exist is refused', async () => {
  const file = toOnnx((x: tf.Tensor) => tf.sub(tf.add(x, 1e6), 1e6), [{ shape: [2] }], { precision: 'float16' })
  const session = await InferenceSession.create(file)
  const { output0 } = await session.run({ input0: new Tensor('float32', [1, 2], [2]) })
  expect(Array.from(output0.data as Float32Array)).toEqual([1, 2])
  await session.release()
  expect(() => toOnnx(network, specs, { precision: 'half' as never })).toThrow(
    /Expected float32, float16 or int8 for precision but received half/,
  )
})
