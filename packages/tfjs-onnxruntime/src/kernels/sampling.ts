/** Kernels that sample images at computed positions: crops, projective transforms, rotations. Images are [N, H, W, C]. */
import * as tf from '@tensorflow/tfjs-core'
import type { GraphBuilder } from '../graph/builder.ts'
import type { Value } from '../graph/graph.ts'
import { select } from './elementwise.ts'
import type { LoweringTable } from './lowering.ts'

export const samplingKernels: LoweringTable = {
  CropAndResize(b, { image, boxes, boxInd }, { cropSize, method, extrapolationValue }: tf.CropAndResizeAttrs) {
    const [batch, height, width] = image.shape
    const [count] = boxes.shape
    const rows = b.reshape(alongBox(b, boxes, 0, cropSize[0], height), [count, cropSize[0], 1])
    const columns = b.reshape(alongBox(b, boxes, 1, cropSize[1], width), [count, 1, cropSize[1]])
    const numbers = b.reshape(b.cast(boxInd, 'float32'), [count, 1, 1])
    const sampled = sample(b, b.cast(image, 'float32'), { numbers, rows, columns }, method, 'edge')
    const isInside = b.add('And', [isWithin(b, rows, height), isWithin(b, columns, width)])
    const cropped = where(b, isInside, sampled, b.scalar(extrapolationValue))
    // Boxes of nonexistent images stay empty.
    return where(b, b.withScalar('Less', numbers, batch), cropped, b.scalar(0))
  },
  Transform(b, { image, transforms }, { interpolation, fillMode, fillValue, outputShape }: tf.TransformAttrs) {
    const [batch, height, width] = image.shape
    const [outHeight, outWidth] = outputShape ?? [height, width]
    const x = b.positions([1, 1, outWidth], 'float32')
    const y = b.positions([1, outHeight, 1], 'float32')
    const coefficient = (i: number): Value =>
      b.reshape(b.slice(transforms, [1], [i], [i + 1]), [transforms.shape[0], 1, 1])
    const plane = (i: number): Value =>
      b.add('Add', [b.add('Mul', [coefficient(i), x]), b.add('Mul', [coefficient(i + 1), y])])
    const divisor = b.withScalar('Add', plane(6), 1)
    const project = (i: number): Value => b.add('Div', [b.add('Add', [plane(i), coefficient(i + 2)]), divisor])
    const numbers = b.positions([batch, 1, 1], 'float32')
    const columns = mapInside(b, project(0), width, fillMode)
    const rows = mapInside(b, project(3), height, fillMode)
    const sampled = sample(b, image, { numbers, rows, columns }, interpolation, fillValue)
    // Points at infinity are outside the image.
    return where(b, b.withScalar('Equal', divisor, 0), b.scalar(fillValue, image.dtype), sampled)
  },
  RotateWithOffset(b, { image }, { radians, fillValue, center }: tf.RotateWithOffsetAttrs) {
    const [batch, height, width, channels] = image.shape
    const sources = rotatedSources(height, width, radians, tf.backend_util.getImageCenter(center, height, width))
    const pixels = b.reshape(image, [batch, height * width, channels])
    const rotated = b.add(
      'Gather',
      [
        pixels,
        b.constant(
          sources.map((at) => Math.max(at, 0)),
          [height * width],
          'int32',
        ),
      ],
      { axis: 1 },
    )
    const isKnown = b.constant(
      sources.map((at) => Number(at >= 0)),
      [height * width, 1],
      'bool',
    )
    // tfjs's fourth channel is opacity.
    const fill = Array.from({ length: channels }, (_, i) =>
      typeof fillValue === 'number' ? fillValue : i === 3 ? 255 : fillValue[i],
    )
    return b.reshape(b.add('Where', [isKnown, rotated, b.constant(fill, [channels], image.dtype)]), image.shape)
  },
}

/** Sampling positions: image indices and positions in them, float32, which broadcast to [N, H', W']. */
interface Places {
  readonly numbers: Value
  readonly rows: Value
  readonly columns: Value
}

/** Pixels [N, H', W', C] at fractional positions. Outside the image: its edge, or a constant. */
function sample(
  b: GraphBuilder,
  image: Value,
  { numbers, rows, columns }: Places,
  method: 'nearest' | 'bilinear',
  outside: 'edge' | number,
): Value {
  const read = (y: Value, x: Value): Value => pixelsAt(b, image, { numbers, rows: y, columns: x }, outside)
  if (method === 'nearest') return read(nearest(b, rows), nearest(b, columns))
  const [top, left] = [b.add('Floor', [rows]), b.add('Floor', [columns])]
  const [bottom, right] = [b.withScalar('Add', top, 1), b.withScalar('Add', left, 1)]
  const mix = (from: Value, to: Value, share: Value): Value =>
    b.add('Add', [from, b.add('Mul', [b.add('Sub', [to, from]), share])])
  const across = channel(b, b.add('Sub', [columns, left]))
  const above = mix(read(top, left), read(top, right), across)
  const below = mix(read(bottom, left), read(bottom, right), across)
  return mix(above, below, channel(b, b.add('Sub', [rows, top])))
}

function pixelsAt(b: GraphBuilder, image: Value, { numbers, rows, columns }: Places, outside: 'edge' | number): Value {
  const [batch, height, width, channels] = image.shape
  const whole = (x: Value, length: number): Value => b.cast(clip(b, x, length - 1), 'int32')
  const row = b.add('Add', [b.withScalar('Mul', whole(numbers, batch), height), whole(rows, height)])
  const pixel = b.add('Add', [b.withScalar('Mul', row, width), whole(columns, width)])
  const found = b.add('Gather', [b.reshape(image, [batch * height * width, channels]), pixel], { axis: 0 })
  if (outside === 'edge') return found
  const isInside = b.add('And', [isWithin(b, rows, height), isWithin(b, columns, width)])
  return where(b, isInside, found, b.scalar(outside, image.dtype))
}

/** Positions along one side of each box, [boxes, count]: from its start to its end, or its center. Boxes are [y1, x1, y2, x2] with 1 for the last pixel. */
function alongBox(b: GraphBuilder, boxes: Value, axis: 0 | 1, count: number, length: number): Value {
  const [from, to] = [axis, axis + 2].map((i) => b.withScalar('Mul', b.slice(boxes, [1], [i], [i + 1]), length - 1))
  const shares = count === 1 ? [0.5] : indices(count).map((i) => i / (count - 1))
  const weighted = (side: Value, weights: number[]): Value =>
    b.add('Mul', [side, b.constant(weights, [count], 'float32')])
  return b.add('Add', [
    weighted(
      from,
      shares.map((share) => 1 - share),
    ),
    weighted(to, shares),
  ])
}

/** Maps positions outside an axis by tfjs's fill modes; `constant` leaves them unchanged. */
function mapInside(b: GraphBuilder, x: Value, length: number, mode: tf.TransformAttrs['fillMode']): Value {
  if (mode === 'constant') return x
  if (mode === 'nearest' || length === 1) return clip(b, x, length - 1)
  const beyond = (period: number): Value =>
    b.cast(b.cast(b.withScalar('Div', b.add('Abs', [x]), period), 'int32'), 'float32')
  const [isBefore, isBehind] = [b.withScalar('Less', x, 0), b.withScalar('Greater', x, length - 1)]
  if (mode === 'wrap') {
    const shift = b.withScalar('Mul', beyond(length - 1), length)
    const before = b.add('Add', [x, b.withScalar('Add', shift, length)])
    const mapped = b.add('Where', [isBefore, before, b.add('Where', [isBehind, b.add('Sub', [x, shift]), x])])
    return clip(b, mapped, length - 1)
  }
  // abcd is extended as dcba|abcd|dcba.
  const shift = b.withScalar('Mul', beyond(2 * length), 2 * length)
  const before = b.add('Add', [x, shift])
  const turned = b.withScalar('Sub', b.add('Neg', [before]), 1)
  const unfoldedBefore = b.add('Where', [
    b.withScalar('Less', before, -length),
    b.withScalar('Add', before, 2 * length),
    turned,
  ])
  const behind = b.add('Sub', [x, shift])
  const unfoldedBehind = b.add('Where', [
    b.withScalar('GreaterOrEqual', behind, length),
    b.add('Sub', [b.scalar(2 * length - 1), behind]),
    behind,
  ])
  return clip(b, b.add('Where', [isBefore, unfoldedBefore, b.add('Where', [isBehind, unfoldedBehind, x])]), length - 1)
}

/** For each pixel of a rotated image its source pixel, -1 if that is outside. */
function rotatedSources(
  height: number,
  width: number,
  radians: number,
  [centerX, centerY]: [number, number],
): number[] {
  const [sine, cosine] = [Math.sin(radians), Math.cos(radians)]
  return indices(height * width).map((pixel) => {
    const [x, y] = [(pixel % width) - centerX, Math.floor(pixel / width) - centerY]
    const column = Math.round(x * cosine - y * sine + centerX)
    const row = Math.round(x * sine + y * cosine + centerY)
    return column >= 0 && column < width && row >= 0 && row < height ? row * width + column : -1
  })
}

function indices(length: number): number[] {
  return Array.from({ length }, (_, i) => i)
}

/** JavaScript's rounding, half up. */
function nearest(b: GraphBuilder, x: Value): Value {
  return b.add('Floor', [b.withScalar('Add', x, 0.5)])
}

function clip(b: GraphBuilder, x: Value, last: number): Value {
  return b.add('Clip', [x, b.scalar(0), b.scalar(last)])
}

function isWithin(b: GraphBuilder, x: Value, length: number): Value {
  return b.add('And', [b.withScalar('GreaterOrEqual', x, 0), b.withScalar('LessOrEqual', x, length - 1)])
}

/** [N, H, W] to [N, H, W, 1] */
function channel(b: GraphBuilder, x: Value): Value {
  return b.reshape(x, [...x.shape, 1])
}

/** Selects pixels by a condition [N, H, W]. */
function where(b: GraphBuilder, condition: Value, t: Value, e: Value): Value {
  return select(b, channel(b, condition), t, e)
}
