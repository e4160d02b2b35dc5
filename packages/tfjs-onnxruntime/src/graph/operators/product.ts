/** Products of matrices and tensors. */
import type { Attributes } from '../graph.ts'
import { broadcast, type Inferred, type Inputs, illegal, type OperatorTable } from './operator.ts'

export const productOperators: OperatorTable = {
  MatMul: { arity: [2, 2], infer: inferMatMul },
  /** ONNX Runtime's own operator: a times b transposed, over whole rows of both. Other runtimes lack it. */
  FusedMatMul: { arity: [2, 2], infer: ([a, b]) => inferMatMul([a, { ...b!, shape: swapped(b!.shape) }]) },
  Einsum: { arity: [1, 1 << 20], infer: inferEinsum },
}

function inferMatMul([a, b]: Inputs): Inferred[] {
  const [m, k] = a!.shape.slice(-2)
  const [k2, n] = b!.shape.slice(-2)
  if (a!.shape.length < 2 || b!.shape.length < 2 || k !== k2)
    throw illegal(`Expected matrices that multiply but received [${a!.shape}] and [${b!.shape}].`)
  return [{ shape: [...broadcast(a!.shape.slice(0, -2), b!.shape.slice(0, -2)), m, n], dtype: a!.dtype }]
}

function swapped(shape: readonly number[]): number[] {
  return [...shape.slice(0, -2), shape[shape.length - 1], shape[shape.length - 2]]
}

function inferEinsum(inputs: Inputs, a: Attributes): Inferred[] {
  const [left, right] = (a.equation as string).split('->')
  const lengths = new Map<string, number>()
  left.split(',').forEach((term, i) => {
    Array.from(term).forEach((letter, axis) => {
      lengths.set(letter, inputs[i]!.shape[axis])
    })
  })
  return [{ shape: Array.from(right, (letter) => lengths.get(letter)!), dtype: inputs[0]!.dtype }]
}
