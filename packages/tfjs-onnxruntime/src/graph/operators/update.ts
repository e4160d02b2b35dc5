/** Optimizer updates. They are not ONNX operators: a pass expands them, or the host computes them. */
import { like, type OperatorTable } from './operator.ts'

export const updateOperators: OperatorTable = {
  /** variable, m, v, gradient, decay, rate, floor, where weights decay shrink, and take where steps may be skipped, to the new variable, m and v. */
  AdamUpdate: { arity: [9, 9], infer: ([variable]) => [like(variable!), like(variable!), like(variable!)] },
}
