/** Kernels that read and write by index: gather, scatter, one-hot, top-k, search, counts. */
import * as tf from '@tensorflow/tfjs-core'
import type { GraphBuilder } from '../graph/builder.ts'
import { type ElementType, numbersOf, sizeOf, type Value } from '../graph/graph.ts'
import { asTensor } from './as-tensor.ts'
import { select } from './elementwise.ts'
import type { LoweringTable } from './lowering.ts'

export const indexingKernels: LoweringTable = {
  GatherV2(b, { x, indices }, { axis, batchDims }: tf.GatherV2Attrs) {
    const at = tf.util.parseAxisParam(axis, [...x.shape])[0]
    tf.backend_util.segment_util.collectGatherOpShapeInfo(asTensor(x), asTensor(indices), at, batchDims)
    return (batchDims ?? 0) === 0
      ? b.add('Gather', [x, fromStart(b, b.cast(indices, 'int32'))], { axis: at })
      : batchGather(b, x, indices, at, batchDims)
  },
  GatherNd(b, { params, indices }) {
    tf.gather_util.prepareAndValidate(asTensor(params), asTensor(indices))
    return sizeOf(params.shape) === 0
      ? params
      : b.add('GatherND', [params, fromStart(b, b.cast(indices, 'int64'))], { batch_dims: 0 })
  },
  ScatterNd(b, { indices, updates }, { shape }: tf.ScatterNdAttrs) {
    return scatterInto(b, b.fill(0, shape, updates.dtype), indices, updates, 'add')
  },
  TensorScatterUpdate: (b, { tensor, indices, updates }) => scatterInto(b, tensor, indices, updates, 'none'),
  SparseToDense(b, { sparseIndices, sparseValues, defaultValue }, { outputShape }: tf.SparseToDenseAttrs) {
    const rank = sparseIndices.shape.length
    const count = rank === 0 ? 1 : sparseIndices.shape[0]
    const depth = rank === 2 ? sparseIndices.shape[1] : 1
    const values = b.expand(sparseValues, [count])
    return scatterInto(b, b.expand(defaultValue, outputShape), b.reshape(sparseIndices, [count, depth]), values, 'none')
  },
  UnsortedSegmentSum: (b, { x, segmentIds }, { numSegments }: tf.UnsortedSegmentSumAttrs) =>
    segmentSum(b, x, segmentIds, numSegments),
  OneHot(b, { indices }, { depth, onValue, offValue, dtype }: tf.OneHotAttrs) {
    const type = (dtype ?? 'int32') as ElementType
    return select(b, isIndex(b, indices, depth), b.scalar(onValue, type), b.scalar(offValue, type))
  },
  TopK(b, { x }, { k }: tf.TopKAttrs) {
    const [values, indices] = b.addAll('TopK', [x, b.integers([k])], {
      axis: x.shape.length - 1,
      largest: 1,
      sorted: 1,
    })
    return [values, b.cast(indices, 'int32')]
  },
  SearchSorted: (b, { sortedSequence, values }, { side }: tf.SearchSortedAttrs) =>
    search(b, sortedSequence, values, side),
  LowerBound: (b, { sortedSequence, values }) => search(b, sortedSequence, values, 'left'),
  UpperBound: (b, { sortedSequence, values }) => search(b, sortedSequence, values, 'right'),
  Bincount: (b, { x, weights }, { size }: tf.BincountAttrs) =>
    countIndices(b, b.reshape(x, [sizeOf(x.shape)]), weights, size, false),
  DenseBincount: (b, { x, weights }, { size, binaryOutput }: tf.DenseBincountAttrs) =>
    countIndices(b, x, weights, size, binaryOutput ?? false),
  Diag(b, { x }) {
    const size = sizeOf(x.shape)
    const onDiagonal = isIndex(b, b.positions([size], 'int32'), size)
    return b.reshape(select(b, onDiagonal, b.reshape(x, [size, 1]), b.scalar(0, x.dtype)), [...x.shape, ...x.shape])
  },
}

/** ONNX counts negative indices from the end, tfjs rejects them: they are mapped past the end, which is rejected at run time. WebGPU does not check indices. */
function fromStart(b: GraphBuilder, indices: Value): Value {
  const isKnown = indices.constant !== undefined && Array.from(numbersOf(indices)).every((index) => index >= 0)
  if (b.isPortable || isKnown) return indices
  return b.add('Where', [b.withScalar('Less', indices, 0), b.scalar(2 ** 31 - 1, indices.dtype), indices])
}

/** Gathers along an axis with separate indices for each element of the batch: [B, outer, D, inner] by [B, K]. */
function batchGather(b: GraphBuilder, x: Value, indices: Value, axis: number, batchDims: number): Value {
  const [batch, outer, inner] = [x.shape.slice(0, batchDims), x.shape.slice(batchDims, axis), x.shape.slice(axis + 1)]
  const picked = indices.shape.slice(batchDims)
  const moved = b.transpose(b.reshape(x, [sizeOf(batch), sizeOf(outer), x.shape[axis], sizeOf(inner)]), [0, 2, 1, 3])
  const where = b.reshape(fromStart(b, b.cast(indices, 'int64')), [sizeOf(batch), sizeOf(picked), 1])
  const found = b.add('GatherND', [moved, where], { batch_dims: 1 }) // [B, K, outer, inner]
  return b.reshape(b.transpose(found, [0, 2, 1, 3]), [...batch, ...outer, ...picked, ...inner])
}

function scatterInto(b: GraphBuilder, target: Value, indices: Value, updates: Value, reduction: 'add' | 'none'): Value {
  if (sizeOf(indices.shape) === 0) return target
  const depth = indices.shape.length > 1 ? indices.shape[indices.shape.length - 1] : 1
  const rows = b.reshape(fromStart(b, b.cast(indices, 'int64')), [sizeOf(indices.shape) / depth, depth])
  const values = b.reshape(updates, [rows.shape[0], ...target.shape.slice(depth)])
  return b.add('ScatterND', [target, rows, values], reduction === 'add' ? { reduction } : {})
}

/** Rows with an id outside the segments are dropped, as in tfjs: they go to an extra segment, which is sliced off. */
function segmentSum(b: GraphBuilder, x: Value, segmentIds: Value, numSegments: number): Value {
  const rest = x.shape.slice(segmentIds.shape.length)
  const ids = b.cast(b.reshape(segmentIds, [sizeOf(segmentIds.shape), 1]), 'int64')
  const outside = b.add('Or', [b.withScalar('Less', ids, 0), b.withScalar('GreaterOrEqual', ids, numSegments)])
  const safe = b.add('Where', [outside, b.scalar(numSegments, 'int64'), ids])
  const values = x.dtype === 'bool' ? b.cast(x, 'int32') : x
  const sums = scatterInto(b, b.fill(0, [numSegments + 1, ...rest], values.dtype), safe, values, 'add')
  return b.slice(sums, [0], [0], [numSegments])
}

/** [...] to bool [..., depth]: whether the index is the position. */
function isIndex(b: GraphBuilder, indices: Value, depth: number): Value {
  return b.add('Equal', [b.reshape(b.cast(indices, 'int32'), [...indices.shape, 1]), b.positions([depth], 'int32')])
}

/** For each value, how many entries of the sorted row are less than it (left), or not greater (right). */
function search(b: GraphBuilder, sorted: Value, values: Value, side: 'left' | 'right'): Value {
  const [batch, length] = sorted.shape
  const below = b.add(side === 'left' ? 'Less' : 'LessOrEqual', [
    b.reshape(sorted, [batch, 1, length]),
    b.reshape(values, [...values.shape, 1]),
  ])
  return b.reduce('ReduceSum', b.cast(below, 'int32'), [2])
}

function countIndices(b: GraphBuilder, x: Value, weights: Value, size: number, binary: boolean): Value {
  const hits = isIndex(b, x, size)
  const axis = [x.shape.length - 1]
  if (binary) return b.reduce('ReduceMax', b.cast(hits, weights.dtype), axis)
  const ones = b.cast(hits, weights.dtype)
  const weighted = sizeOf(weights.shape) === 0 ? ones : b.add('Mul', [ones, b.reshape(weights, [...x.shape, 1])])
  return b.reduce('ReduceSum', weighted, axis)
}
