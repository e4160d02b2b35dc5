/** The logits of several networks as one, as part of a graph. */
import type { Combination } from '@mammokit/training-run/schema'
import * as tf from '@tensorflow/tfjs-core'
import { quantileTable } from './combine-logits.ts'

/** `logOdds` ends there: one float32 step from certainty. */
const largestLogOdds = Math.log(2 ** 24 - 1)

/**
 * Logits [N, 1] of each network to one [N, 1], as `combineLogits` combines them.
 *
 * @param references logits of each network on the validation set; used by `quantiles`
 */
export function combineInGraph(
  combine: Combination,
  logits: readonly tf.Tensor[],
  references: readonly ArrayLike<number>[],
): tf.Tensor {
  if (combine === 'logits') return meanOf(logits)
  const places = logits.map((own, i) => quantilesInGraph(own, references[i]!))
  const logOdds = tf.sub(
    tf.log(meanOf(places.map(([below]) => below))),
    tf.log(meanOf(places.map(([, above]) => above))),
  )
  return tf.minimum(tf.maximum(logOdds, -largestLogOdds), largestLogOdds)
}

/** The mean of tensors of one shape. */
export function meanOf(tensors: readonly tf.Tensor[]): tf.Tensor {
  const [first, ...others] = tensors as [tf.Tensor, ...tf.Tensor[]]
  return others.length === 0
    ? first
    : tf.div(
        others.reduce((sum, each) => tf.add(sum, each), first),
        tensors.length,
      )
}

/** `quantilesOf` as a table in the graph: the share of the references below each logit, and that above, which float32 could not tell from the other near 1. */
function quantilesInGraph(logits: tf.Tensor, references: ArrayLike<number>): [tf.Tensor, tf.Tensor] {
  // Values that are one in float32 share their place.
  const { values, positions } = quantileTable(Float32Array.from(references))
  const last = values.length - 1
  const [lowest, highest] = [values[0]!, values[last]!]
  const slopes = values.map((value, i) =>
    i === last ? 0 : (positions[i + 1]! - positions[i]!) / (values[i + 1]! - value),
  )
  const table = tf.tensor2d([[...values]])
  const inside = tf.minimum(tf.maximum(logits, lowest), highest)
  const notAbove = tf.sum(tf.cast(tf.lessEqual(table, inside), 'float32'), 1, true)
  const index = tf.cast(tf.sub(notAbove, 1), 'int32')
  const at = (column: readonly number[]) => tf.gather(tf.tensor1d([...column]), index)
  const place = tf.add(at(positions), tf.mul(tf.sub(inside, at(values)), at(slopes)))
  // Beyond the ends, where `inside` stays, exponentials fade to 0 and to 1.
  const below = tf.exp(tf.minimum(tf.sub(logits, lowest), 0))
  const above = tf.exp(tf.minimum(tf.sub(highest, logits), 0))
  const rest = (end: number, fade: tf.Tensor) => tf.mul(end, tf.sub(1, fade))
  return [
    tf.add(tf.mul(place, below), rest(1 - positions[last]!, above)),
    tf.add(tf.mul(tf.sub(1, place), above), rest(positions[0]!, below)),
  ]
}
