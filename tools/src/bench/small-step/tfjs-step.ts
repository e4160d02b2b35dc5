import * as tf from '@tensorflow/tfjs'
import { batch, classes, filterData, filterShapes, imageData, labels, learningRate, size } from './problem.ts'

type Step = (images: tf.Tensor4D, targets: tf.Tensor2D) => tf.Scalar

/** The step in tfjs, on its current backend; gives the loss before it. */
export function createTfjsStep(): Step {
  const filters = filterShapes.map((shape, i) =>
    tf.variable(tf.transpose(tf.tensor(filterData[i]!, [...shape]), [2, 3, 1, 0]) as tf.Tensor4D),
  )
  const optimizer = tf.train.sgd(learningRate)
  return (images, targets) => {
    const loss = () => {
      const [first, second, last] = filters as unknown as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D]
      const low = tf.maxPool(tf.relu(tf.conv2d(images, first, 1, 'valid')) as tf.Tensor4D, 2, 2, 'valid')
      const high = tf.maxPool(tf.relu(tf.conv2d(low, second, 1, 'valid')) as tf.Tensor4D, 2, 2, 'valid')
      const logits = tf.reshape(tf.conv2d(high, last, 1, 'valid'), [batch, classes])
      return tf.neg(tf.mean(tf.sum(tf.mul(tf.logSoftmax(logits), targets), 1))) as tf.Scalar
    }
    return optimizer.minimize(loss, true, filters)!
  }
}

export function tfjsInputs(): { readonly images: tf.Tensor4D; readonly targets: tf.Tensor2D } {
  return {
    images: tf.tensor4d(imageData, [batch, size, size, 1]), // of one channel, either layout
    targets: tf.cast(tf.oneHot(tf.tensor1d(labels, 'int32'), classes), 'float32') as tf.Tensor2D,
  }
}
