/** Properties of kernels that read and write by index, and of random draws. */
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { integers, normal } from '../../compare.ts'
import { length, type Properties, type Sample, shape } from './property.ts'

const one = (x: tf.Tensor) => x as tf.Tensor1D
const sizes = fc.tuple(length, length, length)
const of = (make: (m: number, n: number, k: number) => Sample) => sizes.map(([m, n, k]) => make(m, n, k))
/** Whole numbers that are all different: what is written twice has no certain value. */
const different = (count: number, from: number) =>
  tf.tensor1d(
    [...Array(count).keys()].map((i) => (from + i) % count),
    'int32',
  )
const sorted = (rows: number, columns: number) => tf.cumsum(tf.cast(integers([rows, columns], 0, 3), 'float32'), 1)
const search = (name: string) => (sortedSequence: tf.Tensor, values: tf.Tensor) =>
  tf.engine().runKernel(name, { sortedSequence, values }) as tf.Tensor

export const indexingProperties: Properties = {
  GatherV2: fc.oneof(
    of((m, n, k) => ({
      call: (x, i) => tf.gather(x, one(i), 1),
      inputs: [normal([m, n, k]), integers([k + 1], 0, n)],
    })),
    of((m, n, k) => ({
      call: (x, i) => tf.gather(x, i as tf.Tensor2D, 1, 1),
      inputs: [normal([m, n, k]), integers([m, k], 0, n)],
    })),
  ),
  GatherNd: of((m, n, k) => ({
    call: (x, i) => tf.gatherND(x, i),
    inputs: [normal([m, m, k]), integers([n, 2], 0, m)],
  })),
  ScatterNd: of((m, n, k) => ({
    call: (i, u) => tf.scatterND(i, u, [m, k]),
    inputs: [integers([n, 1], 0, m), normal([n, k])],
  })),
  TensorScatterUpdate: of((m, n, k) => ({
    call: (x, i, u) => tf.tensorScatterUpdate(x, i, u),
    inputs: [normal([m, k]), tf.reshape(different(m, n), [m, 1]), normal([m, k])],
  })),
  SparseToDense: of((m, n) => ({
    call: (i, v) => tf.sparseToDense(i, v, [m + 1], 0.5),
    inputs: [different(m, n), normal([m])],
  })),
  UnsortedSegmentSum: of((m, n, k) => ({
    call: (x, ids) => tf.unsortedSegmentSum(x, one(ids), m),
    inputs: [normal([n, k]), integers([n], -1, m + 1)],
  })),
  OneHot: shape.map((lengths) => ({ call: (i) => tf.oneHot(i, 3, 5, -1), inputs: [integers(lengths, -1, 4)] })),
  TopK: of((m, n, k) => ({ call: (x) => Object.values(tf.topk(x, Math.min(k, n))), inputs: [normal([m, n])] })),
  SearchSorted: of((m, n, k) => ({
    call: (s, v) => tf.searchSorted(s, v, k % 2 === 0 ? 'left' : 'right'),
    inputs: [sorted(m, n), sorted(m, k)],
  })),
  LowerBound: of((m, n, k) => ({
    call: search('LowerBound'),
    reference: tf.lowerBound,
    inputs: [sorted(m, n), sorted(m, k)],
  })),
  UpperBound: of((m, n, k) => ({
    call: search('UpperBound'),
    reference: tf.upperBound,
    inputs: [sorted(m, n), sorted(m, k)],
  })),
  Bincount: of((m) => ({ call: (x, w) => tf.bincount(one(x), one(w), 5), inputs: [integers([m], 0, 7), normal([m])] })),
  DenseBincount: of((m, n) => ({
    call: (x, w) => tf.denseBincount(x as tf.Tensor2D, w as tf.Tensor2D, 5),
    inputs: [integers([m, n], 0, 5), normal([m, n])],
  })),
  Diag: of((m, n) => ({ call: (x) => tf.diag(x), inputs: [normal([m, n])] })),
  Multinomial: of((m, n, k) => ({ call: (x) => tf.multinomial(x as tf.Tensor2D, k, n), inputs: [normal([m, n + 1])] })),
}

/** Where the gradient needs other samples than the kernel: indices are captured, for they have none. */
export const indexingGradients: Properties = {
  GatherV2: of((m, n, k) => {
    const indices = integers([k + 1], 0, n)
    return { call: (x) => tf.gather(x, one(indices), 1), inputs: [normal([m, n, k])] }
  }),
  UnsortedSegmentSum: of((m, n, k) => {
    const ids = integers([n], 0, m)
    return { call: (x) => tf.unsortedSegmentSum(x, one(ids), m), inputs: [normal([n, k])] }
  }),
  OneHot: shape.map((lengths) => ({
    call: (x) => tf.oneHot(tf.cast(x, 'int32'), 3, 1, 0, 'float32'),
    inputs: [tf.cast(integers(lengths, 0, 3), 'float32')],
  })),
}
