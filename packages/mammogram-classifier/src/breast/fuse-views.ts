/** From the images of a breast to one logit. */
import * as tf from '@tensorflow/tfjs-core'

/** How the images of a breast become one before the last layer: each counts the same, or by what the network attends to. */
export type Fusion = 'mean' | 'attention'

/** What the network says of one image of a breast. */
export interface ViewOutput {
  /** Of the image alone. */
  readonly logit: number
  /** How much the image counts: softmax over the breast makes it a weight. */
  readonly score: number
}

/**
 * The logit of a breast of any number of images: the last layer is linear, so that of their weighted mean is the weighted mean of theirs.
 *
 * @example
 * fuseViews([{ logit: 2, score: 0 }, { logit: 0, score: 0 }]) // 1
 */
export function fuseViews(views: readonly ViewOutput[]): number {
  const largest = Math.max(...views.map(({ score }) => score))
  const weights = views.map(({ score }) => Math.exp(score - largest))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return views.reduce((sum, { logit }, i) => sum + logit * (weights[i]! / total), 0)
}

/** Vectors [N views, C], view after view of each breast, to those of the breasts [N, C]; scores [N views, 1] weigh them, if there are any. */
export function fuseVectors(vectors: tf.Tensor2D, scores: tf.Tensor2D | undefined, views: number): tf.Tensor2D {
  const [count, channels] = [vectors.shape[0] / views, vectors.shape[1]]
  const grouped = tf.reshape(vectors, [count, views, channels])
  if (scores === undefined) return tf.mean(grouped, 1)
  const weights = tf.softmax(tf.reshape(scores, [count, views]))
  return tf.sum(tf.mul(grouped, tf.reshape(weights, [count, views, 1])), 1)
}

/** Indexes of the rows of each breast, breasts in the order of their first row. */
export function groupByBreast(
  rows: readonly { readonly patientId: string; readonly laterality: string }[],
): readonly (readonly number[])[] {
  const breasts = new Map<string, number[]>()
  rows.forEach(({ patientId, laterality }, index) => {
    const key = JSON.stringify([patientId, laterality])
    const known = breasts.get(key)
    if (known) known.push(index)
    else breasts.set(key, [index])
  })
  return [...breasts.values()]
}
