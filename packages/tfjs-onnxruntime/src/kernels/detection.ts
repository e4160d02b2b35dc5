/** Kernels that select boxes of detected objects. */
import type * as tf from '@tensorflow/tfjs-core'
import type { GraphBuilder } from '../graph/builder.ts'
import type { Value } from '../graph/graph.ts'
import type { LoweringTable } from './lowering.ts'

export const detectionKernels: LoweringTable = {
  /** Without padding, the number of boxes depends on the data, which a static graph cannot express. */
  NonMaxSuppressionV4: (b, { boxes, scores }, attrs: tf.NonMaxSuppressionV4Attrs) =>
    attrs.padToMaxOutputSize ? suppress(b, boxes, scores, attrs) : undefined,
}

/** Greedy selection: takes the best box repeatedly and drops those that overlap it. boxes [N, 4], scores [N] to indices [maxOutputSize] and their number. */
function suppress(
  b: GraphBuilder,
  boxes: Value,
  scores: Value,
  { maxOutputSize, iouThreshold, scoreThreshold }: tf.NonMaxSuppressionV4Attrs,
): Value[] {
  const count = boxes.shape[0]
  const isOverlapping = b.withScalar('GreaterOrEqual', overlaps(b, boxes), iouThreshold)
  const numbers = b.positions([count], 'int32')
  const never = b.scalar(Number.NEGATIVE_INFINITY)
  let left = b.add('Where', [b.withScalar('Greater', scores, scoreThreshold), scores, never])
  const chosen: Value[] = []
  const found: Value[] = []
  for (let i = 0; i < maxOutputSize; i++) {
    const best = b.cast(b.add('ArgMax', [left], { axis: 0, keepdims: 1 }), 'int32')
    const isFound = b.cast(b.add('Greater', [b.add('Gather', [left, best], { axis: 0 }), never]), 'int32')
    chosen.push(b.add('Mul', [best, isFound]))
    found.push(isFound)
    const isNear = b.reshape(b.add('Gather', [isOverlapping, best], { axis: 0 }), [count])
    left = b.add('Where', [b.add('Or', [isNear, b.add('Equal', [numbers, best])]), never, left])
  }
  const [indices, isFound] = [chosen, found].map((parts) =>
    parts.length === 0 ? b.fill(0, [0], 'int32') : b.add('Concat', parts, { axis: 0 }),
  )
  return [indices, b.reduce('ReduceSum', isFound, [0])]
}

/** Intersection over union of each box with each: [N, N], 0 where one has no area. Boxes are [y1, x1, y2, x2], corners in any order. */
function overlaps(b: GraphBuilder, boxes: Value): Value {
  const count = boxes.shape[0]
  const side = (i: number): Value => b.slice(boxes, [1], [i], [i + 1])
  const ends = [0, 1].map((axis) => ['Min', 'Max'].map((op) => b.add(op, [side(axis), side(axis + 2)])))
  const across = (x: Value): Value => b.reshape(x, [1, count])
  const areas = ends.map(([low, high]) => b.add('Sub', [high, low])).reduce((a, c) => b.add('Mul', [a, c]))
  const shared = ends
    .map(([low, high]) => {
      const length = b.add('Sub', [b.add('Min', [high, across(high)]), b.add('Max', [low, across(low)])])
      return b.withScalar('Max', length, 0)
    })
    .reduce((a, c) => b.add('Mul', [a, c]))
  const union = b.add('Sub', [b.add('Add', [areas, across(areas)]), shared])
  const hasArea = b.withScalar('Greater', b.add('Min', [areas, across(areas)]), 0)
  return b.add('Where', [hasArea, b.add('Div', [shared, union]), b.scalar(0)])
}
