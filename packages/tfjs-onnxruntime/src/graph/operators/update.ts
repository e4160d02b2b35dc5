/** Optimizer updates. They are not ONNX operators: a pass expands them, or the host computes them. */
import { like, type OperatorTable } from './operator.ts'

export const updateOperators: OperatorTable = {
  /** variable, m, v, gradient, decay, rate, floor and, where weights decay, shrink to the new variable, m and v. */
  AdamUpdate: { arity: [7, 8], infer: ([variable]) => [like(variable!), like(variable!), like(variable!)] },
}
