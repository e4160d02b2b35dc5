/** Kernels that move blocks of pixels between space, batch and channels. */
import * as tf from '@tensorflow/tfjs-core'
import { sizeOf } from '../graph/graph.ts'
import type { LoweringTable } from './lowering.ts'
import { reverse } from './shape.ts'

export const spaceKernels: LoweringTable = {
  FlipLeftRight: (b, { image }) => reverse(b, image, [2]),
  DepthToSpace(b, { x }, { blockSize, dataFormat }: tf.DepthToSpaceAttrs) {
    if (dataFormat === 'NCHW') return b.add('DepthToSpace', [x], { blocksize: blockSize })
    const [n, h, w, c] = x.shape
    const blocks = b.reshape(x, [n, h, w, blockSize, blockSize, c / blockSize ** 2])
    return b.reshape(b.transpose(blocks, [0, 1, 3, 2, 4, 5]), [n, h * blockSize, w * blockSize, c / blockSize ** 2])
  },
  BatchToSpaceND(b, { x }, { blockShape, crops }: tf.BatchToSpaceNDAttrs) {
    const shape = [...x.shape]
    const product = sizeOf(blockShape)
    const split = b.reshape(x, tf.backend_util.getReshaped(shape, blockShape, product))
    const moved = b.transpose(split, tf.backend_util.getPermuted(split.shape.length, blockShape.length))
    const whole = b.reshape(moved, tf.backend_util.getReshapedPermuted(shape, blockShape, product))
    const starts = tf.backend_util.getSliceBeginCoords(crops, blockShape.length)
    const sizes = tf.backend_util.getSliceSize([...whole.shape], crops, blockShape.length)
    return b.slice(
      whole,
      starts.map((_, axis) => axis),
      starts,
      starts.map((start, i) => start + sizes[i]),
    )
  },
  SpaceToBatchND(b, { x }, { blockShape, paddings }: tf.SpaceToBatchNDAttrs) {
    const rest = x.shape.length - 1 - blockShape.length
    const all = [[0, 0], ...paddings, ...Array.from({ length: rest }, () => [0, 0])]
    const padded = b.pad(
      x,
      all.map((pair) => pair[0]),
      all.map((pair) => pair[1]),
    )
    const shape = [...padded.shape]
    const product = sizeOf(blockShape)
    const split = b.reshape(padded, tf.backend_util.getReshaped(shape, blockShape, product, false))
    const moved = b.transpose(split, tf.backend_util.getPermuted(split.shape.length, blockShape.length, false))
    return b.reshape(moved, tf.backend_util.getReshapedPermuted(shape, blockShape, product, false))
  },
}
