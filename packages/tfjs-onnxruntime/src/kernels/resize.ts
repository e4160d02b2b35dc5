/** Kernels that change the size of images, and their gradients. */
import type * as tf from '@tensorflow/tfjs-core'
import type { GraphBuilder } from '../graph/builder.ts'
import type { Value } from '../graph/graph.ts'
import { channelsFirst, channelsLast } from './layout.ts'
import type { LoweringTable } from './lowering.ts'

export const resizeKernels: LoweringTable = {
  ResizeBilinear: (b, { images }, attrs: tf.ResizeBilinearAttrs) => resize(b, images, attrs, { mode: 'linear' }),
  ResizeNearestNeighbor: (b, { images }, attrs: tf.ResizeNearestNeighborAttrs) =>
    b.cast(
      resize(b, images, attrs, {
        mode: 'nearest',
        nearest_mode: attrs.alignCorners || attrs.halfPixelCenters ? 'round_prefer_ceil' : 'floor',
      }),
      images.dtype,
    ),
  ResizeBilinearGrad: (b, { images, dy }, attrs: tf.ResizeBilinearAttrs) =>
    spreadBack(b, images, dy, attrs, bilinearWeights),
  ResizeNearestNeighborGrad: (b, { images, dy }, attrs: tf.ResizeNearestNeighborAttrs) =>
    spreadBack(b, images, dy, attrs, nearestWeights),
}

function resize(
  b: GraphBuilder,
  images: Value,
  { alignCorners, halfPixelCenters, size }: tf.ResizeBilinearAttrs,
  mode: Record<string, string>,
): Value {
  const image = channelsFirst(b, b.cast(images, 'float32'))
  const coordinates = alignCorners ? 'align_corners' : halfPixelCenters ? 'half_pixel' : 'asymmetric'
  const factors = size.map((length, i) => length / image.shape[2 + i])
  // Integer factors are independent of the batch size, which toOnnx may leave dynamic.
  const target =
    !alignCorners && factors.every(Number.isInteger)
      ? [b.constant([1, 1, ...factors], [4], 'float32')]
      : [undefined, b.integers([...image.shape.slice(0, 2), ...size])]
  const attributes = { coordinate_transformation_mode: coordinates, ...mode }
  return channelsLast(b, b.add('Resize', [image, undefined, ...target], attributes))
}

type Weights = (inLength: number, outLength: number, alignCorners: boolean) => Float64Array

/** Resizing is a product with one matrix per axis; its gradient is the product with their transposes. */
function spreadBack(
  b: GraphBuilder,
  images: Value,
  dy: Value,
  { alignCorners }: tf.ResizeBilinearAttrs,
  weights: Weights,
): Value {
  const [, height, width] = images.shape
  const [, outHeight, outWidth] = dy.shape
  const rows = b.constant(weights(height, outHeight, alignCorners), [outHeight, height], 'float32')
  const columns = b.constant(weights(width, outWidth, alignCorners), [outWidth, width], 'float32')
  const partly = b.add('MatMul', [channelsFirst(b, dy), columns])
  return channelsLast(b, b.add('MatMul', [b.transpose(rows, [1, 0]), partly]))
}

function scaleOf(inLength: number, outLength: number, alignCorners: boolean): number {
  return alignCorners && outLength > 1 ? (inLength - 1) / (outLength - 1) : inLength / outLength
}

/** [outLength, inLength] */
function bilinearWeights(inLength: number, outLength: number, alignCorners: boolean): Float64Array {
  const weights = new Float64Array(outLength * inLength)
  for (let out = 0; out < outLength; out++) {
    const at = out * scaleOf(inLength, outLength, alignCorners)
    const below = Math.floor(at)
    const above = Math.min(Math.ceil(at), inLength - 1)
    weights[out * inLength + below] += 1 - (at - below)
    weights[out * inLength + above] += at - below
  }
  return weights
}

/** [outLength, inLength] */
function nearestWeights(inLength: number, outLength: number, alignCorners: boolean): Float64Array {
  const weights = new Float64Array(outLength * inLength)
  for (let out = 0; out < outLength; out++) {
    const at = out * scaleOf(inLength, outLength, alignCorners)
    weights[out * inLength + Math.min(inLength - 1, alignCorners ? Math.round(at) : Math.floor(at))] += 1
  }
  return weights
}
