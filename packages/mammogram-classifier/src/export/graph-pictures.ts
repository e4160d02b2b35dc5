/** Test-time augmentation as part of a graph. */
import * as tf from '@tensorflow/tfjs-core'
import { type Picture, positions } from '../test-time-augmentation.ts'

/**
 * Gray values [N, H, W, 1] to those of all images and then of each picture of all, [(1 + pictures) N, H, W, 1]; black is 0.
 *
 * As `changeBatch` does it: rows and columns are picked, and mixed with their neighbors.
 */
export function withPictures(images: tf.Tensor4D, pictures: readonly Picture[]): tf.Tensor4D {
  const [, height, width] = images.shape
  const changed = pictures.map(({ isMirrored = false, top, left, size }) => {
    const rows = alongAxis(images, 1, positions(height, top, size, false))
    return alongAxis(rows, 2, positions(width, left, size, isMirrored))
  })
  return changed.length === 0 ? images : (tf.concat([images, ...changed], 0) as tf.Tensor4D)
}

function alongAxis(images: tf.Tensor4D, axis: 1 | 2, { pixels, shares }: ReturnType<typeof positions>): tf.Tensor4D {
  const last = images.shape[axis] - 1
  const shape = axis === 1 ? [1, last + 1, 1, 1] : [1, 1, last + 1, 1]
  /** The pixels `step` behind those before, each by its share; none of what lies outside. */
  const part = (step: number, shareOf: (share: number) => number): tf.Tensor => {
    const indexes = Array.from(pixels, (pixel) => Math.min(Math.max(pixel + step, 0), last))
    const weights = Array.from(shares, (share, i) =>
      pixels[i]! + step < 0 || pixels[i]! + step > last ? 0 : shareOf(share),
    )
    const picked = tf.gather(images, tf.tensor1d(indexes, 'int32'), axis)
    return weights.every((weight) => weight === 1) ? picked : tf.mul(picked, tf.tensor(weights, shape))
  }
  const before = part(0, (share) => 1 - share)
  return (
    shares.every((share) => share === 0)
      ? before
      : tf.add(
          before,
          part(1, (share) => share),
        )
  ) as tf.Tensor4D
}
