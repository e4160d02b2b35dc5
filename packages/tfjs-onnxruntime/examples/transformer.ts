/** A transformer block written in tfjs operators learns to reverse short sequences of tokens; its training step can be compiled. */
import * as tf from '@tensorflow/tfjs'

const tokens = 8
const length = 6
const width = 16
const heads = 2

export interface Transformer {
  readonly variables: tf.Variable[]
  /** Sequences int32 [N, 6] to the logits of the tokens at each place: [N * 6, 8]. */
  forward(sequences: tf.Tensor2D): tf.Tensor2D
  /** One step of plain gradient descent with momentum: sequences int32 [N, 6] to the loss before it. */
  trainStep(sequences: tf.Tensor2D): tf.Scalar
}

export function createTransformer(): Transformer {
  let seed = 1
  const weight = (shape: number[]) => tf.variable(tf.randomNormal(shape, 0, 0.2, 'float32', seed++))
  const constant = (value: number) => tf.variable(tf.fill([width], value))
  const embedding = weight([tokens, width])
  const positions = weight([length, width])
  const [query, key, value, mix] = Array.from({ length: 4 }, () => weight([width, width]))
  const [up, down, readOut] = [weight([width, 4 * width]), weight([4 * width, width]), weight([width, tokens])]
  const norms = [constant(1), constant(0), constant(1), constant(0)]
  const variables = [embedding, positions, query, key, value, mix, up, down, readOut, ...norms]
  const optimizer = tf.train.momentum(0.05, 0.9)

  const normalize = (x: tf.Tensor, scale: tf.Variable, shift: tf.Variable) => {
    const { mean, variance } = tf.moments(x, -1, true)
    return tf.add(tf.mul(tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-5))), scale), shift)
  }
  const project = (x: tf.Tensor, matrix: tf.Variable) =>
    tf.reshape(tf.matMul(tf.reshape(x, [-1, width]), matrix as tf.Tensor2D), x.shape)
  const split = (x: tf.Tensor) => tf.transpose(tf.reshape(x, [-1, length, heads, width / heads]), [0, 2, 1, 3])
  const attend = (x: tf.Tensor) => {
    const [q, k, v] = [query, key, value].map((matrix) => split(project(x, matrix)))
    const scores = tf.softmax(tf.div(tf.matMul(q, k, false, true), Math.sqrt(width / heads)))
    return project(tf.reshape(tf.transpose(tf.matMul(scores, v), [0, 2, 1, 3]), x.shape), mix)
  }
  const forward = (sequences: tf.Tensor2D) => {
    const embedded = tf.add(tf.gather(embedding, sequences), positions)
    const attended = tf.add(embedded, attend(normalize(embedded, norms[0], norms[1])))
    const hidden = tf.relu(
      tf.matMul(tf.reshape(normalize(attended, norms[2], norms[3]), [-1, width]), up as tf.Tensor2D),
    )
    const out = tf.add(tf.reshape(attended, [-1, width]), tf.matMul(hidden, down as tf.Tensor2D))
    return tf.matMul(out, readOut as tf.Tensor2D) as tf.Tensor2D
  }
  const trainStep = (sequences: tf.Tensor2D): tf.Scalar => {
    const loss = () => {
      const targets = tf.oneHot(tf.reshape(tf.reverse(sequences, 1), [-1]), tokens)
      return tf.neg(
        tf.mean(tf.sum(tf.mul(tf.logSoftmax(forward(sequences)), tf.cast(targets, 'float32')), 1)),
      ) as tf.Scalar
    }
    return optimizer.minimize(loss, true, variables)!
  }
  return { variables, forward, trainStep }
}
