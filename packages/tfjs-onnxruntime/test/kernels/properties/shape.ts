/** Properties of kernels that make, move, reduce or multiply tensors. */
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { booleans, integers, normal, uniform } from '../../compare.ts'
import { length, ofAny, type Properties, type Sample, shape, shapeAndAxis, solid } from './property.ts'

const run = (name: string, inputs: Record<string, tf.Tensor>, attrs: object = {}) =>
  tf.engine().runKernel(name, inputs, attrs as tf.NamedAttrMap) as tf.Tensor

/** A tensor of what the call makes from nothing, beside an input. */
const made = (make: (n: number) => tf.Tensor): fc.Arbitrary<Sample> =>
  length.map((n) => ({ call: (x) => [x, make(n)], inputs: [normal([1])] }))

const along = (call: (x: tf.Tensor, axis: number, a: boolean, b: boolean) => tf.Tensor, make = normal) =>
  shapeAndAxis.map(([lengths, axis, a, b]): Sample => ({ call: (x) => call(x, axis, a, b), inputs: [make(lengths)] }))

const reduced = (call: (x: tf.Tensor, axes: number[], keep: boolean) => tf.Tensor, make = normal) =>
  solid.chain((lengths) =>
    fc.tuple(fc.subarray([...lengths.keys()], { minLength: 1 }), fc.boolean()).map(
      ([axes, keep]): Sample => ({
        call: (x) => call(x, axes, keep),
        inputs: [make(lengths)],
      }),
    ),
  )

const joined = (call: (parts: tf.Tensor[], axis: number) => tf.Tensor): fc.Arbitrary<Sample> =>
  shapeAndAxis.map(([lengths, axis]) => ({
    call: (...parts) => call(parts, axis),
    inputs: [normal(lengths), normal(lengths), normal(lengths)],
  }))

const matrices = fc.tuple(length, length, length, length, fc.boolean(), fc.boolean())

export const shapeProperties: Properties = {
  Fill: made((n) => tf.fill([n, 2], 1.5)),
  LinSpace: made((n) => tf.linspace(-1, 2, n + 1)),
  OnesLike: ofAny((x) => tf.onesLike(x)),
  Range: made((n) => tf.range(n, -3 * n, -1.5)),
  ZerosLike: ofAny((x) => tf.zerosLike(x)),
  BroadcastTo: shape.map((lengths) => ({
    call: (x) => run('BroadcastTo', { x }, { shape: [2, ...lengths] }),
    inputs: [normal(lengths)],
    reference: (x) => tf.broadcastTo(x, [2, ...lengths]),
  })),
  Concat: joined((parts, axis) => tf.concat(parts, axis)),
  ExpandDims: along((x, axis) => tf.expandDims(x, axis)),
  Identity: ofAny((x) => tf.clone(x)),
  MirrorPad: solid.map((lengths) => ({
    call: (x) =>
      (['reflect', 'symmetric'] as const).map((mode) =>
        tf.mirrorPad(
          x,
          lengths.map((n): [number, number] => [Math.min(1, n - 1), n > 2 ? 2 : 0]),
          mode,
        ),
      ),
    inputs: [normal(lengths)],
  })),
  Pack: joined((parts, axis) => tf.stack(parts, axis)),
  PadV2: solid.map((lengths) => ({
    call: (x) =>
      tf.pad(
        x,
        lengths.map((n, i): [number, number] => [n % 2, i % 3]),
        1.5,
      ),
    inputs: [normal(lengths)],
  })),
  Reshape: solid.map((lengths) => ({ call: (x) => tf.reshape(x, [-1, lengths[0]]), inputs: [normal(lengths)] })),
  Reverse: along((x, axis) => tf.reverse(x, axis)),
  Slice: solid.map((lengths) => ({
    call: (x) =>
      tf.slice(
        x,
        lengths.map((n) => Math.floor(n / 3)),
        lengths.map((n) => Math.ceil(n / 2)),
      ),
    inputs: [normal(lengths)],
  })),
  SplitV: shapeAndAxis.map(([lengths, axis]) => ({
    call: (x) => tf.split(x, [1, 2 * lengths[axis] - 1], axis),
    inputs: [normal(lengths.map((n, i) => (i === axis ? 2 * n : n)))],
  })),
  StridedSlice: fc
    .tuple(fc.nat(31), fc.nat(31), fc.nat(7), fc.constantFrom(1, 2, -1, -2))
    .map(([beginMask, endMask, shrinkMask, stride]) => {
      const [begin, end] = stride < 0 ? [3, 1] : [1, 3]
      const strides = [1, 1, 1].fill(stride, 1)
      const starts = [1, begin, begin]
      return {
        // With a stride, the JavaScript backend reads another axis than the one that shrinks.
        call: (x) =>
          tf.stridedSlice(
            x,
            starts,
            [3, end, end],
            strides,
            beginMask,
            endMask,
            0,
            0,
            stride === 1 ? shrinkMask & 1 : 0,
          ),
        inputs: [normal([4, 5, 6])],
      }
    }),
  Tile: solid.map((lengths) => ({
    call: (x) =>
      tf.tile(
        x,
        lengths.map((n) => 1 + (n % 3)),
      ),
    inputs: [normal(lengths)],
  })),
  Transpose: fc
    .shuffledSubarray([0, 1, 2, 3], { minLength: 4 })
    .filter((perm) => perm.some((axis, i) => axis !== i))
    .map((perm) => ({ call: (x) => tf.transpose(x, perm), inputs: [normal([2, 3, 1, 4])] })),
  Unpack: along((x, axis) => tf.addN(tf.unstack(x, axis).map((part) => tf.mul(part, 2)))),
  All: reduced((x, axes, keep) => tf.all(x, axes, keep), booleans),
  Any: reduced((x, axes, keep) => tf.any(x, axes, keep), booleans),
  ArgMax: along((x, axis) => tf.argMax(x, axis)),
  ArgMin: along((x, axis) => tf.argMin(x, axis)),
  Cumprod: along((x, axis, exclusive, reverse) => tf.cumprod(x, axis, exclusive, reverse)),
  Cumsum: along((x, axis, exclusive, reverse) => tf.cumsum(x, axis, exclusive, reverse)),
  Max: reduced((x, axes, keep) => tf.max(x, axes, keep)),
  Mean: reduced((x, axes, keep) => tf.mean(x, axes, keep)),
  Min: reduced((x, axes, keep) => tf.min(x, axes, keep)),
  Prod: reduced((x, axes, keep) => tf.prod(x, axes, keep)),
  Sum: reduced((x, axes, keep) => tf.sum(x, axes, keep)),
  LogSoftmax: solid.map((lengths) => ({
    call: (x) => run('LogSoftmax', { logits: x }, { axis: lengths.length - 1 }),
    inputs: [normal(lengths)],
    reference: (x) => tf.logSoftmax(x),
  })),
  Softmax: solid.map((lengths) => ({ call: (x) => tf.softmax(x), inputs: [normal(lengths)] })),
  BatchMatMul: matrices.map(([batch, m, k, n, ta, tb]) => ({
    call: (a, b) => tf.matMul(a, b, ta, tb),
    inputs: [normal(ta ? [batch, k, m] : [batch, m, k]), normal(tb ? [1, n, k] : [1, k, n])],
  })),
  Einsum: matrices.map(([b, i, j, k]) => ({
    call: (x, y) => tf.einsum('bij,bjk->bik', x, y),
    inputs: [normal([b, i, j]), normal([b, j, k])],
  })),
  _FusedMatMul: matrices.chain(([m, k, n]) =>
    fc.constantFrom('linear' as const, 'relu' as const, 'sigmoid' as const, 'elu' as const).map((activation) => ({
      call: (a, b, bias) => tf.fused.matMul({ a, b, bias, activation }),
      inputs: [normal([m, k]), normal([k, n]), normal([n])],
    })),
  ),
  BroadcastArgs: solid.map((lengths) => ({
    call: (x) => [x, tf.broadcastArgs(lengths, [1, ...lengths.slice(1)].slice(lengths.length % 2)) as tf.Tensor],
    inputs: [normal([1])],
  })),
  SparseReshape: fc.tuple(length, length).map(([m, n]) => ({
    call: (indices) => Object.values(tf.sparse.sparseReshape(indices as tf.Tensor2D, [m, n, 3], [n, -1])),
    inputs: [integers([4, 3], 0, Math.min(m, n))],
  })),
}

const differentiable = ['OnesLike', 'ZerosLike', 'ArgMax', 'ArgMin']

/** Where the gradient needs other samples than the kernel. */
export const shapeGradients: Properties = {
  ...Object.fromEntries(
    differentiable.map((name) => [
      name,
      shapeProperties[name].map(({ call, inputs }) => ({
        call: (x) => tf.cast([call(x)].flat()[0], 'float32'),
        inputs,
      })),
    ]),
  ),
  // tfjs's own permutes wrongly where the axis is not the last, and has none for batches that broadcast or a single part.
  Cumsum: fc.tuple(length, length, fc.boolean(), fc.boolean()).map(([m, n, exclusive, reverse]) => ({
    call: (x) => tf.cumsum(x, 1, exclusive, reverse),
    inputs: [normal([m, n])],
  })),
  BatchMatMul: matrices.map(([batch, m, k, n, ta, tb]) => ({
    call: (a, b) => tf.matMul(a, b, ta, tb),
    inputs: [normal(ta ? [batch, k, m] : [batch, m, k]), normal(tb ? [batch, n, k] : [batch, k, n])],
  })),
  Unpack: length.map((n) => ({
    call: (x) => tf.sub(tf.unstack(x, 1)[0], tf.unstack(x, 1)[n]),
    inputs: [normal([2, n + 1, 3])],
  })),
  SplitV: shapeProperties.SplitV.map(({ call, inputs }) => ({ call: (x) => (call(x) as tf.Tensor[])[1], inputs })),
  MirrorPad: shapeProperties.MirrorPad.map(({ call, inputs }) => ({
    call: (x) => (call(x) as tf.Tensor[])[0],
    inputs,
  })),
  // Numbers that are far from zero and from one another: their products and choices do not jump.
  ...Object.fromEntries(
    ['Prod', 'Max', 'Min'].map((name) => [
      name,
      shapeProperties[name].map(({ call, inputs }) => ({ call, inputs: [uniform([...inputs[0].shape], 0.5, 2)] })),
    ]),
  ),
}
