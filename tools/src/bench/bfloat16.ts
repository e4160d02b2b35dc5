/** `npm run bench -- bfloat16`: how far gradients of SE-ResNeXt50 32x4d in OpenVINO's bfloat16 are from those in float32, on random images. */
import { compile } from '@mammokit/tfjs-onnxruntime'
import * as tf from '@tensorflow/tfjs-core'
import { median } from './benchmark.ts'
import { createNetwork, type ImageShape, randomBatch } from './seresnext-step.ts'

const shape: ImageShape = [4, 256, 128]
const ways = {
  'openvino, float32': { executionProviders: ['openvino'], precision: 'float32' },
  'openvino, bfloat16': { executionProviders: ['openvino'], precision: 'bfloat16' },
} as const

/** Prints the cosine of each weight's gradient with that of ONNX Runtime: the least, the median, and that of all of them as one vector. */
export async function compareGradients(): Promise<void> {
  const expected = await gradientsOf({})
  for (const [name, options] of Object.entries(ways)) {
    const gradients = await gradientsOf(options)
    // Where the network begins with zeros, behind each block, nothing reaches the weights before them.
    const reached = [...gradients.keys()].filter((i) => expected[i]!.some((value) => value !== 0))
    const cosines = reached.map((i) => cosine([gradients[i]!], [expected[i]!]))
    console.log(
      `${name}: cosine of all gradients as one vector ${cosine(gradients, expected).toFixed(5)}, ` +
        `of one weight's median ${median(cosines).toFixed(5)}, least ${Math.min(...cosines).toFixed(5)}`,
    )
  }
}

/** Of each weight, in the network's order. */
async function gradientsOf(options: Parameters<typeof compile>[2]): Promise<readonly Float32Array[]> {
  const model = await createNetwork()
  const variables = [...model.trainableVariables]
  const step = (x: tf.Tensor, targets: tf.Tensor) => {
    const { grads } = tf.variableGrads(() => {
      const logits = model.forward(x as tf.Tensor4D, { training: true })
      return tf.mean(tf.sub(tf.softplus(logits), tf.mul(logits, targets))) as tf.Scalar
    }, variables)
    return variables.map(({ name }) => grads[name]!)
  }
  const compiled = await compile(step, [{ shape: [...shape, 1] }, { shape: [shape[0], 1] }], options)
  const { images, targets } = randomBatch(shape)
  const gradients = await compiled.run(images, targets)
  await compiled.dispose()
  model.dispose()
  return gradients.map(({ data }) => Float32Array.from(data))
}

function cosine(a: readonly Float32Array[], b: readonly Float32Array[]): number {
  const product = (x: readonly Float32Array[], y: readonly Float32Array[]) =>
    x.reduce((sum, values, i) => sum + values.reduce((part, value, j) => part + value * y[i]![j]!, 0), 0)
  return product(a, b) / Math.sqrt(product(a, a) * product(b, b))
}
