/** The two transposes around a channels-first operator; the layout pass cancels them. */
import type { GraphBuilder } from '../graph/builder.ts'
import type { Value } from '../graph/graph.ts'

/** [N, ...space, C] to [N, C, ...space]. */
export function channelsFirst(b: GraphBuilder, x: Value): Value {
  const rank = x.shape.length
  return b.transpose(x, [0, rank - 1, ...spatialAxes(rank, 1)])
}

/** [N, C, ...space] to [N, ...space, C]. */
export function channelsLast(b: GraphBuilder, x: Value): Value {
  const rank = x.shape.length
  return b.transpose(x, [0, ...spatialAxes(rank, 2), 1])
}

function spatialAxes(rank: number, first: number): number[] {
  return Array.from({ length: rank - 2 }, (_, i) => first + i)
}
