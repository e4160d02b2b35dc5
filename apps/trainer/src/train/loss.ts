/** The one loss of a run: what training minimizes is what validation reports. */
import { focalLoss } from '@mammokit/focal-loss'
import * as tf from '@tensorflow/tfjs-core'
import type { Config } from '../config/config.ts'

/** The loss of a batch: logits [N, 1] against targets [N, 1]. */
export type BatchLoss = (logits: tf.Tensor, targets: tf.Tensor) => tf.Scalar

/** The focal loss as `training.loss` describes it, label smoothing and the reference's weight of the batch mean included. */
export function createLoss({ alpha, ...options }: Config['training']['loss']): BatchLoss {
  const settings = { ...options, ...(alpha !== null && { alpha }) }
  return (logits, targets) => focalLoss(logits, targets, settings)
}

/**
 * The loss of a whole set: the mean of its batches' losses, each with the weight of its images, as the reference validates.
 *
 * Rows that pad a batch are left out before they are given here.
 */
export function createMeanLoss(loss: BatchLoss) {
  let sum = 0
  let images = 0
  return {
    add(logits: Float32Array, targets: Float32Array): void {
      const shape: [number, number] = [logits.length, 1]
      const value = tf.tidy(() => loss(tf.tensor2d(logits, shape), tf.tensor2d(targets, shape)).dataSync()[0])
      sum += value * logits.length
      images += logits.length
    },
    get value(): number {
      return sum / images
    },
  }
}
