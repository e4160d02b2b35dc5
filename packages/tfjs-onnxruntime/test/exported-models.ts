/** Models that are exported to ONNX, with the inputs on which what they give is recorded. */
import * as tf from '@tensorflow/tfjs'
import { createNetwork } from '../examples/browser/train.ts'
import { createConvolutionalNetwork } from '../examples/convolutional-network.ts'
import { createLstmClassifier } from '../examples/lstm-classifier.ts'
import { createTransformer } from '../examples/transformer.ts'
import { toOnnx } from '../src/index.ts'

export interface ExportedModel {
  readonly file: Uint8Array
  /** By the names of the file's inputs. */
  readonly inputs: Readonly<Record<string, tf.Tensor>>
  /** What tfjs gives for them, by the names of the file's outputs. */
  readonly outputs: Readonly<Record<string, tf.Tensor>>
}

const noise = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 1, 'float32', seed)
const metadata = { source: 'tfjs-onnxruntime' }

/** By name; the batch sizes of the files are open, and the inputs hold three of a kind. */
export const exportedModels: Readonly<Record<string, () => ExportedModel>> = {
  'convolutional-network': () => {
    const model = createConvolutionalNetwork()
    const images = noise([3, 12, 12, 1], 1)
    const file = toOnnx(model, [{ shape: [null, 12, 12, 1], name: 'images' }], {
      outputNames: ['probabilities'],
      metadata,
    })
    return { file, inputs: { images }, outputs: { probabilities: model.predict(images) as tf.Tensor } }
  },
  'lstm-classifier': () => {
    const model = createLstmClassifier()
    const sequences = noise([3, 6, 2], 2)
    const file = toOnnx(model, [{ shape: [null, 6, 2], name: 'sequences' }], { outputNames: ['probability'], metadata })
    return { file, inputs: { sequences }, outputs: { probability: model.predict(sequences) as tf.Tensor } }
  },
  transformer: () => {
    const { forward } = createTransformer()
    const sequences = tf.tensor2d(
      [...Array(18).keys()].map((i) => (5 * i) % 8),
      [3, 6],
      'int32',
    )
    const specs = [{ shape: [null, 6], dtype: 'int32' as const, name: 'sequences' }]
    const file = toOnnx((x: tf.Tensor2D) => ({ logits: forward(x) }), specs, { metadata })
    return { file, inputs: { sequences }, outputs: { logits: forward(sequences) } }
  },
  browser: () => {
    const { forward } = createNetwork()
    const images = noise([3, 16, 16, 1], 6) as tf.Tensor4D
    const specs = [{ shape: [null, 16, 16, 1], name: 'images' }]
    const file = toOnnx((x: tf.Tensor4D) => ({ logits: forward(x) }), specs, { metadata })
    return { file, inputs: { images }, outputs: { logits: forward(images) } }
  },
  operators: () => {
    const inputs = {
      image: noise([3, 4, 4, 2], 3),
      mask: tf.tensor2d(
        [
          [1, 0],
          [0, 1],
          [1, 1],
        ],
        [3, 2],
        'bool',
      ),
    }
    const specs = [
      {
        image: { shape: [null, 4, 4, 2], name: 'image' },
        mask: { shape: [null, 2], dtype: 'bool' as const, name: 'mask' },
      },
    ]
    return { file: toOnnx(mixOperators, specs, { metadata }), inputs, outputs: mixOperators(inputs) }
  },
}

/** Several families of operators, three types and three outputs. */
function mixOperators({ image, mask }: { image: tf.Tensor; mask: tf.Tensor }) {
  const filter = noise([3, 3, 3, 2], 4) as tf.Tensor4D
  const grown = tf.image.resizeBilinear(image as tf.Tensor4D, [8, 8])
  const normal = tf.localResponseNormalization(grown as tf.Tensor4D, 1)
  const edges = tf.elu(tf.depthwiseConv2d(normal, noise([3, 3, 2, 2], 5) as tf.Tensor4D, 2, 'same'))
  const spread = tf.conv2d(
    edges as tf.Tensor4D,
    tf.transpose(tf.tile(filter, [1, 1, 1, 2]), [0, 1, 3, 2]) as tf.Tensor4D,
    1,
    'same',
  )
  const features = tf.mean(spread, [1, 2])
  const chosen = tf.where(mask, tf.slice(features, [0, 0], [-1, 2]), tf.scalar(-1))
  return {
    scores: tf.logSoftmax(tf.cumsum(features, 1)),
    best: tf.argMax(features, 1),
    isChosen: tf.greater(chosen, 0),
  }
}
