/** Marks of segments that are computed again. They are not ONNX operators: a pass turns them into dependencies. */
import { type OperatorTable, preserving } from './operator.ts'

export const recomputeOperators: OperatorTable = {
  /** A value that the second computation begins with, and a scalar that must be known before. */
  Recompute: preserving(2, 2),
  /** A gradient with which the backward pass of the segment is complete. */
  RecomputeEnd: preserving(1, 1),
}
