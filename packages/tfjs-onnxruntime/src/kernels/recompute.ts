/** Where the second computation of a segment begins and ends. */
import type { LoweringTable } from './lowering.ts'

export const recomputeKernels: LoweringTable = {
  /** x, and a scalar without which the computation does not begin. */
  Recompute: (b, { x, after }) => b.add('Recompute', [x, after]),
  RecomputeEnd: (b, { x }) => b.add('RecomputeEnd', [x]),
}
