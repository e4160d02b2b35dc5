/** Kernels that move elements without computing: reshape, transpose, slice, concatenate, pad, tile, reverse. */
import * as tf from '@tensorflow/tfjs-core'
import type { GraphBuilder } from '../graph/builder.ts'
import { sizeOf, type Value } from '../graph/graph.ts'
import { asTensor } from './as-tensor.ts'
import type { LoweringTable } from './lowering.ts'

export const shapeKernels: LoweringTable = {
  Identity: (_, { x }) => x,
  Reshape: (b, { x }, { shape }: tf.ReshapeAttrs) =>
    b.reshape(x, tf.util.inferFromImplicitShape(shape, sizeOf(x.shape))),
  ExpandDims(b, { input }, { dim }: tf.ExpandDimsAttrs) {
    const rank = input.shape.length
    tf.util.assert(
      dim >= -(rank + 1) && dim <= rank,
      () => `Expected an axis of -${rank + 1} to ${rank} but received ${dim}.`,
    )
    const axis = dim < 0 ? rank + 1 + dim : dim
    return b.reshape(input, input.shape.toSpliced(axis, 0, 1))
  },
  Transpose: (b, { x }, { perm }: tf.TransposeAttrs) => b.transpose(x, perm),
  Tile(b, { x }, { reps }: tf.TileAttrs) {
    return reps.every((n) => n === 1) ? x : b.add('Tile', [x, b.integers(reps)])
  },
  BroadcastTo: (b, { x }, { shape }: tf.BroadCastToAttrs) => b.expand(x, shape),
  Slice(b, { x }, { begin, size }: tf.SliceAttrs) {
    const [starts, sizes] = tf.slice_util.parseSliceParams(asTensor(x), begin, size)
    tf.slice_util.assertParamsValid(asTensor(x), starts, sizes)
    return b.slice(
      x,
      axesOf(x),
      starts,
      starts.map((start, i) => start + sizes[i]),
    )
  },
  StridedSlice: (b, { x }, attrs: tf.StridedSliceAttrs) => stridedSlice(b, x, attrs),
  Concat(b, inputs, { axis }: tf.ConcatAttrs) {
    const parts = Object.values(inputs)
    const shapes = parts.map(({ shape }) => [...shape])
    const at = tf.util.parseAxisParam(axis, shapes[0])[0]
    tf.backend_util.assertParamsConsistent(shapes, at)
    const filled = parts.filter((part) => sizeOf(part.shape) > 0)
    if (filled.length === 0) return b.fill(0, tf.backend_util.computeOutShape(shapes, at), parts[0].dtype)
    return filled.length === 1 ? filled[0] : b.add('Concat', filled, { axis: at })
  },
  Pack(b, inputs, { axis }: tf.PackAttrs) {
    const [first, ...others] = Object.values(inputs)
    for (const { shape } of others)
      tf.util.assertShapesMatch([...first.shape], [...shape], 'All tensors passed to stack must have matching shapes')
    const at = axis < 0 ? axis + first.shape.length + 1 : axis
    const parts = Object.values(inputs).map((part) => b.reshape(part, part.shape.toSpliced(at, 0, 1)))
    return parts.length === 1 ? parts[0] : b.add('Concat', parts, { axis: at })
  },
  Unpack(b, { value }, { axis }: tf.UnpackAttrs) {
    const at = axis < 0 ? axis + value.shape.length : axis
    const shape = value.shape.filter((_, i) => i !== at)
    return Array.from({ length: value.shape[at] }, (_, i) => b.reshape(b.slice(value, [at], [i], [i + 1]), shape))
  },
  SplitV(b, { x }, { numOrSizeSplits, axis }: tf.SplitVAttrs) {
    const at = tf.util.parseAxisParam(axis, [...x.shape])[0]
    const sizes = tf.backend_util.prepareSplitSize(asTensor(x), numOrSizeSplits, at)
    return sizes.length === 1 ? [x] : b.addAll('Split', [x, b.integers(sizes)], { axis: at })
  },
  PadV2(b, { x }, { paddings, constantValue }: tf.PadV2Attrs) {
    return b.pad(
      x,
      paddings.map((pair) => pair[0]),
      paddings.map((pair) => pair[1]),
      constantValue,
    )
  },
  MirrorPad: (b, { x }, attrs: tf.MirrorPadAttrs) => mirrorPad(b, x, attrs),
  Reverse(b, { x }, { dims }: tf.ReverseAttrs) {
    const axes = tf.util.parseAxisParam(dims, [...x.shape])
    return axes.length === 0 || x.shape.length === 0 ? x : reverse(b, x, axes)
  },
}

/** The tensor reversed along axes. */
export function reverse(b: GraphBuilder, x: Value, axes: readonly number[]): Value {
  const lengths = axes.map((axis) => x.shape[axis])
  if (lengths.every((length) => length === 1)) return x
  return b.slice(
    x,
    axes,
    lengths.map((n) => n - 1),
    lengths.map((n) => -n - 1),
    axes.map(() => -1),
  )
}

function axesOf(x: Value): number[] {
  return x.shape.map((_, axis) => axis)
}

function stridedSlice(b: GraphBuilder, x: Value, attrs: tf.StridedSliceAttrs): Value {
  const { begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } = attrs
  const info = tf.slice_util.sliceInfo(
    [...x.shape],
    begin,
    end,
    strides,
    beginMask,
    endMask,
    ellipsisMask,
    newAxisMask,
    shrinkAxisMask,
  )
  const reshape = (value: Value): Value => b.reshape(value, info.finalShape)
  if (info.isIdentity) return reshape(x)
  if (info.finalShape.includes(0)) return b.fill(0, info.finalShape, x.dtype)
  const lengths = tf.slice_util.computeOutShape(info.begin, info.end, info.strides)
  // Reversed with two operators: WebGPU's Slice with a negative step always starts at the last element.
  const backward = axesOf(x).filter((axis) => info.strides[axis] < 0)
  const last = info.begin.map((from, axis) => from + (lengths[axis] - 1) * info.strides[axis])
  const starts = info.begin.map((from, axis) => Math.min(from, last[axis]))
  const ends = info.begin.map((from, axis) => Math.max(from, last[axis]) + 1)
  const ascending = b.slice(x, axesOf(x), starts, ends, info.strides.map(Math.abs))
  return reshape(backward.length === 0 ? ascending : reverse(b, ascending, backward))
}

/** ONNX's reflect mode excludes the edge; symmetric padding, which repeats it, is one mirrored slice on each side. */
function mirrorPad(b: GraphBuilder, x: Value, { paddings, mode }: tf.MirrorPadAttrs): Value {
  const offset = mode === 'reflect' ? 1 : 0
  return paddings.reduce((value, [before, after], axis) => {
    const length = x.shape[axis]
    const parts: Value[] = []
    if (before > 0) parts.push(reverse(b, b.slice(value, [axis], [offset], [offset + before]), [axis]))
    parts.push(value)
    if (after > 0) parts.push(reverse(b, b.slice(value, [axis], [length - offset - after], [length - offset]), [axis]))
    return parts.length === 1 ? value : b.add('Concat', parts, { axis })
  }, x)
}
