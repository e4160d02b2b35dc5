import * as tf from '@tensorflow/tfjs'
import { beforeAll, expect, test } from 'vitest'
import { directKernels } from '../../src/backend/direct-kernels.ts'
import { registerBackend } from '../../src/index.ts'

beforeAll(async () => {
  tf.enableProdMode()
  await registerBackend({ name: 'direct', intraOpNumThreads: 1 })
})

const odd = [NaN, Infinity, -Infinity, -0, 0, 1e-40, 3.4e38, -2.5, 1 / 3, 7, -1e-3, 88]

/** The numbers of what `compute` returns, on a backend. */
async function on(backend: string, compute: () => tf.Tensor[]): Promise<{ shape: number[]; values: unknown }[]> {
  await tf.setBackend(backend)
  return compute().map((x) => ({ shape: x.shape, values: Array.from(x.dataSync()) }))
}

async function expectSame(compute: () => tf.Tensor[]): Promise<void> {
  expect(await on('direct', compute)).toEqual(await on('cpu', compute))
}

const unary = [
  'Abs',
  'Elu',
  'Exp',
  'Log',
  'Log1p',
  'Neg',
  'Reciprocal',
  'Relu',
  'Rsqrt',
  'Sigmoid',
  'Sqrt',
  'Square',
  'Tanh',
  'ZerosLike',
]
const binary = ['Add', 'Maximum', 'Minimum', 'Multiply', 'RealDiv', 'SquaredDifference', 'Sub']

test('the kernels that are tested are all that there are', () => {
  expect(Object.keys(directKernels).toSorted()).toEqual(
    [...unary, ...binary, 'BatchMatMul', 'Cast', 'Identity', 'Mean', 'Reshape', 'Sum'].toSorted(),
  )
})

test.each(unary)('%s gives the numbers of the JavaScript backend, exactly', async (name) => {
  await expectSame(() =>
    [tf.tensor2d(odd, [3, 4]), tf.scalar(2), tf.zeros([0, 2])].map(
      (x) => tf.engine().runKernel(name, { x }) as tf.Tensor,
    ),
  )
})

test.each(binary)('%s gives the numbers of the JavaScript backend, exactly, however shapes broadcast', async (name) => {
  const shapes = [[3, 4], [4], [1, 4], [3, 1], [1, 1], [], [1, 3, 4], [2, 1, 4], [0, 4]]
  const make = (shape: number[], from: number) =>
    tf.tensor(
      Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => odd[(from + i) % odd.length]),
      shape,
    )
  await expectSame(() =>
    shapes.flatMap((left) =>
      shapes
        .filter(
          (right) =>
            !(left.includes(0) || right.includes(0)) ||
            [left, right].every((shape) => shape.length < 3 && shape[0] !== 3),
        )
        .map((right) => tf.engine().runKernel(name, { a: make(left, 0), b: make(right, 5) }) as tf.Tensor),
    ),
  )
})

test('products give the numbers of the JavaScript backend, exactly, however matrices lie', async () => {
  const numbers = (shape: number[], from: number) =>
    tf.tensor(
      Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(from + i) * 10 ** (i % 4)),
      shape,
    )
  const both = [false, true]
  await expectSame(() =>
    [
      { rows: 3, terms: 4, columns: 5, left: [], right: [] },
      { rows: 1, terms: 130, columns: 2, left: [1], right: [1] }, // more terms than are added up at once
      { rows: 2, terms: 3, columns: 1, left: [1, 1], right: [1] },
      { rows: 2, terms: 3, columns: 1, left: [], right: [1] },
      { rows: 2, terms: 3, columns: 4, left: [2], right: [1] }, // several matrices
      { rows: 16, terms: 64, columns: 32, left: [], right: [] }, // as large as they are computed here
      { rows: 0, terms: 3, columns: 2, left: [], right: [] },
    ].flatMap(({ rows, terms, columns, left, right }) =>
      both.flatMap((transposeA) =>
        both.map((transposeB) => {
          const a = numbers([...left, ...(transposeA ? [terms, rows] : [rows, terms])], 1)
          const b = numbers([...right, ...(transposeB ? [columns, terms] : [terms, columns])], 2)
          return tf.engine().runKernel('BatchMatMul', { a, b }, { transposeA, transposeB }) as tf.Tensor
        }),
      ),
    ),
  )
  await tf.setBackend('direct')
  expect(() => tf.engine().runKernel('BatchMatMul', { a: numbers([2, 3], 1), b: numbers([2, 3], 2) }, {})).toThrow(
    'inner',
  )
})

test('sums and means give the numbers of the JavaScript backend, exactly, over any axes', async () => {
  const axes = [undefined, [], 0, 1, -1, [0, 1], [1, 2], [0, 2], [0, 1, 2], [-1, -3]]
  const x = Array.from({ length: 24 }, (_, i) => Math.sin(i) * 10 ** (i % 5))
  await expectSame(() =>
    axes.flatMap((axis) =>
      [tf.sum, tf.mean].flatMap((of) =>
        [false, true].map((keep) => of(tf.tensor3d(x, [2, 3, 4]), axis as number, keep)),
      ),
    ),
  )
  await expectSame(() => [tf.sum(tf.scalar(3)), tf.sum(tf.zeros([0, 3]), 0), tf.sum(tf.zeros([3, 0]), 1)])
})

test('a tensor with another shape shares its data until one of them is read, and leaves none behind', async () => {
  await tf.setBackend('direct')
  const before = tf.memory().numDataBuffers
  const x = tf.tensor1d([1, 2, 3, 4, 5, 6])
  const [y, z] = tf.tidy(() => [tf.reshape(x, [2, -1]), tf.cast(tf.reshape(x, [3, 2]), 'float32')])
  expect([y.shape, tf.memory().numDataBuffers - before]).toEqual([[2, 3], 1])
  x.dataSync().fill(9)
  ;(await y.data()).fill(8)
  x.dispose()
  y.dispose()
  expect(Array.from(tf.matMul(z, z, true).dataSync())).toEqual([35, 44, 44, 56])
  z.dispose()
  expect(tf.memory().numDataBuffers - before).toBe(1)
})

test('tensors move to another backend and back, by their own identifiers and by others', async () => {
  await registerBackend({ name: 'other', intraOpNumThreads: 1 })
  await tf.setBackend('direct')
  const x = tf.tensor1d([1, 2])
  for (const backend of ['other', 'cpu', 'direct', 'other']) {
    await tf.setBackend(backend)
    expect(Array.from(tf.add(x, 1).dataSync())).toEqual([2, 3])
  }
  await tf.setBackend('cpu')
  const foreign = tf.tensor1d([3])
  await tf.setBackend('direct')
  expect(tf.neg(foreign).dataSync()[0]).toBe(-3)
  foreign.dispose()
  x.dispose()
})

test.each([
  ['a sum over an axis that does not exist', () => tf.sum(tf.ones([2, 3]), 5)],
  ['a sum over half an axis', () => tf.sum(tf.ones([2, 3]), 0.5)],
  ['a shape of another size for no numbers', () => tf.reshape(tf.zeros([0, 2]), [3])],
])('%s is refused, as on the JavaScript backend', async (_, compute) => {
  for (const backend of ['cpu', 'direct']) {
    await tf.setBackend(backend)
    expect(compute, backend).toThrow()
  }
})

test('parts of a tensor have arrays of their own', async () => {
  await tf.setBackend('direct')
  const x = tf.tensor1d([1, 2, 3, 4])
  for (const part of [tf.slice(x, 1, 2), ...tf.split(x, 2), ...tf.unstack(x)]) (await part.data()).fill(9)
  expect(Array.from(x.dataSync())).toEqual([1, 2, 3, 4])
})
