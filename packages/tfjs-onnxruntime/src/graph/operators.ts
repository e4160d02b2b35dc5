/**
 * The ONNX operators (opset 18) that graphs may contain, optimizer updates and marks of segments: how many inputs each takes, and the shapes and types that come out.
 *
 * Reference: https://github.com/onnx/onnx/blob/main/docs/Operators.md
 */
import { EngineError } from '../errors.ts'
import type { Attributes } from './graph.ts'
import { elementwiseOperators } from './operators/elementwise.ts'
import { indexingOperators } from './operators/indexing.ts'
import { movementOperators } from './operators/movement.ts'
import type { Inferred, Inputs, OperatorTable } from './operators/operator.ts'
import { productOperators } from './operators/product.ts'
import { recomputeOperators } from './operators/recompute.ts'
import { reductionOperators } from './operators/reduction.ts'
import { updateOperators } from './operators/update.ts'
import { windowOperators } from './operators/window.ts'

export const opset = 18

/** The domain of ONNX Runtime's own operators, and which of them graphs may contain. */
export const contributed = { domain: 'com.microsoft', version: 1, operators: new Set(['FusedConv', 'FusedMatMul']) }

const operators: OperatorTable = {
  ...elementwiseOperators,
  ...movementOperators,
  ...reductionOperators,
  ...productOperators,
  ...windowOperators,
  ...indexingOperators,
  ...updateOperators,
  ...recomputeOperators,
}

/** Shapes and types of a node's outputs. @throws where the operator or its inputs are not legal. */
export function infer(op: string, inputs: Inputs, attributes: Attributes): readonly Inferred[] {
  const operator = operators[op]
  if (operator === undefined)
    throw new EngineError(
      'illegal-graph',
      `Expected an operator of the table but received ${op}. Add it to graph/operators.`,
      { op },
    )
  const [least, most] = operator.arity
  if (inputs.length < least || inputs.length > most)
    throw new EngineError(
      'illegal-graph',
      `Expected ${least} to ${most} inputs for ${op} but received ${inputs.length}. This is a fault of the compiler: report it.`,
      { op, inputs: inputs.length },
    )
  return operator.infer(inputs, attributes)
}
