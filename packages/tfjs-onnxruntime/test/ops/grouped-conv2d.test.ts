/** groupedConv2d on tfjs-node-gpu, which this test does not have: on a stand-in with the kernels' interface as tfjs-node 4.22 has it. */
import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { groupedConv2d, type Padding } from '../../src/index.ts'
import { expectClose } from '../compare.ts'

let backend: tf.KernelBackend & { isUsingGpuDevice?: boolean }
/** The convolutions whose filter has fewer channels than the image, by kernel. */
let grouped: string[] = []

/** Makes a kernel of the JavaScript backend one that takes groups from the filter's shape, as TensorFlow's do on a GPU. */
function inferGroups(
  kernelName: string,
  inGroups: (inputs: tf.NamedTensorInfoMap, attrs: object) => tf.Tensor | undefined,
) {
  const { kernelFunc } = tf.getKernel(kernelName, 'tensorflow')
  tf.unregisterKernel(kernelName, 'tensorflow')
  tf.registerKernel({
    kernelName,
    backendName: 'tensorflow',
    kernelFunc: (call) => {
      const { pad } = call.attrs as { pad: Padding }
      if (kernelName !== 'Conv2D' && typeof pad !== 'string')
        throw new Error(`TF Backend supports only 'valid' and 'same' padding`)
      const result = inGroups(call.inputs as tf.NamedTensorInfoMap, call.attrs as object)
      if (result !== undefined) grouped.push(kernelName)
      return result ?? kernelFunc(call)
    },
  })
}

beforeAll(async () => {
  tf.enableProdMode()
  await tf.setBackend('cpu')
  const CpuBackend = tf.backend().constructor as new () => tf.KernelBackend
  backend = new CpuBackend()
  tf.registerBackend('tensorflow', () => backend)
  tf.copyRegisteredKernels('cpu', 'tensorflow')
  const parts = (value: tf.TensorInfo, groups: number) => tf.split(value as tf.Tensor, groups, 3) as tf.Tensor4D[]
  const run = (name: string, inputs: tf.NamedTensorMap, attrs: object) =>
    tf.engine().runKernel(name, inputs, attrs as tf.NamedAttrMap) as tf.Tensor4D
  inferGroups('Conv2D', ({ x, filter }, attrs) => {
    const groups = x.shape[3] / filter.shape[2]
    if (groups === 1) return undefined
    const filters = parts(filter, groups)
    return tf.concat(
      parts(x, groups).map((image, i) => run('Conv2D', { x: image, filter: filters[i] }, attrs)),
      3,
    )
  })
  inferGroups('Conv2DBackpropInput', ({ dy, filter }, attrs) => {
    const { inputShape } = attrs as { inputShape: number[] }
    const groups = inputShape[3] / filter.shape[2]
    if (groups === 1) return undefined
    const filters = parts(filter, groups)
    const shape = { ...attrs, inputShape: inputShape.with(3, filter.shape[2]) }
    return tf.concat(
      parts(dy, groups).map((error, i) => run('Conv2DBackpropInput', { dy: error, filter: filters[i] }, shape)),
      3,
    )
  })
  inferGroups('Conv2DBackpropFilter', ({ x, dy }, attrs) => {
    const { filterShape } = attrs as { filterShape: number[] }
    const groups = x.shape[3] / filterShape[2]
    if (groups === 1) return undefined
    const errors = parts(dy, groups)
    const shape = { ...attrs, filterShape: filterShape.with(3, filterShape[3] / groups) }
    return tf.concat(
      parts(x, groups).map((image, i) => run('Conv2DBackpropFilter', { x: image, dy: errors[i] }, shape)),
      3,
    )
  })
})

afterEach(() => {
  grouped = []
})

/** The convolution and its gradients on the backend that is named. */
async function compute(name: string, strides: number, pad: Padding): Promise<Float32Array[]> {
  await tf.setBackend(name)
  return tf.tidy(() => {
    const x = tf.randomNormal([2, 7, 6, 8], 0, 1, 'float32', 1) as tf.Tensor4D
    const filter = tf.randomNormal([3, 3, 2, 12], 0, 1, 'float32', 2) as tf.Tensor4D
    const convolve = (image: tf.Tensor, weights: tf.Tensor) =>
      groupedConv2d(image as tf.Tensor4D, weights as tf.Tensor4D, strides, pad, 4)
    const y = convolve(x, filter)
    const dy = tf.randomNormal(y.shape, 0, 1, 'float32', 3)
    return [y, ...tf.grads(convolve)([x, filter], dy)].map((tensor) => tensor.dataSync() as Float32Array)
  })
}

test.each<[number, Padding]>([
  [1, 'same'],
  [2, 'valid'],
  [1, 1],
  [
    2,
    [
      [0, 0],
      [1, 0],
      [0, 1],
      [0, 0],
    ],
  ],
])(
  'on a GPU one kernel of TensorFlow convolves all groups, and one each gives the gradients: strides %s, padding %s',
  async (strides, pad) => {
    backend.isUsingGpuDevice = true
    const native = await compute('tensorflow', strides, pad)
    expect(grouped).toEqual(['Conv2D', 'Conv2D', 'Conv2DBackpropInput', 'Conv2DBackpropFilter'])
    const composed = await compute('cpu', strides, pad)
    for (const [i, numbers] of native.entries()) expectClose(numbers, composed[i], 1e-5)
  },
)

test('without a GPU TensorFlow has no grouped convolution, and it is composed', async () => {
  backend.isUsingGpuDevice = false
  await compute('tensorflow', 1, 'same')
  expect(grouped).toEqual([])
})

test('without a GPU padding by numbers, which TensorFlow refuses, is applied to the image first', async () => {
  backend.isUsingGpuDevice = false
  const padded = await compute('tensorflow', 2, 1)
  const numeric = await compute('cpu', 2, 1)
  for (const [i, numbers] of padded.entries()) expectClose(numbers, numeric[i], 1e-5)
})

test('a filter that does not fit the groups is refused', () => {
  expect(() => groupedConv2d(tf.zeros([1, 4, 4, 6]), tf.zeros([3, 3, 2, 6]), 1, 1, 4)).toThrow(
    /fit 4 groups of 6 channels/,
  )
})
