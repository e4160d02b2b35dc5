/** Computes nodes whose inputs are all constants: of any size for uniform constants, otherwise small arrays only. */
import type { GraphBuilder } from '../builder.ts'
import { binaryOperators, unaryOperators } from '../elementwise.ts'
import { type Graph, type Node, numbersOf, sizeOf, splatOf, type Value } from '../graph.ts'
import { infer } from '../operators.ts'
import { rewrite } from '../rewrite.ts'

/** Larger constants are left to ONNX Runtime, which folds them on loading; the model stays small. */
const maxElements = 1 << 16

/** before: Mul(2, Add(1, 1)); after: 4. */
export function foldConstants(graph: Graph): Graph {
  return rewrite(graph, (node, inputs, builder) => {
    if (inputs.length === 0 || !inputs.every((value) => value?.constant !== undefined)) return undefined
    const folded = foldUniform(node, inputs as Value[], builder) ?? foldArray(node, inputs as Value[], builder)
    return folded === undefined ? undefined : [folded]
  })
}

const movers = new Set(['Reshape', 'Transpose', 'Expand', 'Tile', 'Slice', 'Identity'])

function foldUniform(node: Node, inputs: readonly Value[], builder: GraphBuilder): Value | undefined {
  const [output] = infer(node.op, inputs, node.attributes)
  const first = splatOf(inputs[0])
  if (first === undefined || sizeOf(output.shape) === 0) return undefined
  if (movers.has(node.op)) return builder.fill(first, output.shape, output.dtype)
  const unary = unaryOperators[node.op]
  if (unary !== undefined) return builder.fill(unary(first), output.shape, output.dtype)
  if (node.op === 'Cast') return builder.fill(castNumber(first, output.dtype), output.shape, output.dtype)
  const second = splatOf(inputs[1])
  const binary = binaryOperators[node.op]
  if (binary === undefined || second === undefined || isIntegerDivision(node, inputs)) return undefined
  return builder.fill(binary(first, second), output.shape, output.dtype)
}

function foldArray(node: Node, inputs: readonly Value[], builder: GraphBuilder): Value | undefined {
  const [output] = infer(node.op, inputs, node.attributes)
  const size = sizeOf(output.shape)
  if (size > maxElements || inputs.some((value) => sizeOf(value.shape) > maxElements)) return undefined
  const make = (numbers: ArrayLike<number>): Value => builder.constant(numbers, output.shape, output.dtype)
  const numbers = inputs.map((value) => numbersOf(value))
  if (node.op === 'Reshape') return make(numbers[0])
  if (node.op === 'Transpose')
    return make(transposed(numbers[0], inputs[0].shape, node.attributes.perm as readonly number[]))
  if (node.op === 'Cast') return make(Array.from(numbers[0], (x) => castNumber(x, output.dtype)))
  const unary = unaryOperators[node.op]
  if (unary !== undefined) return make(Array.from(numbers[0], unary))
  const binary = binaryOperators[node.op]
  if (binary === undefined || isIntegerDivision(node, inputs)) return undefined
  const [left, right] = inputs.map((value, i) => broadcastNumbers(numbers[i], value.shape, output.shape))
  return make(Array.from({ length: size }, (_, i) => binary(left(i), right(i))))
}

/** Integer division truncates, which the table of functions does not cover. */
function isIntegerDivision(node: Node, inputs: readonly Value[]): boolean {
  return (node.op === 'Div' || node.op === 'Pow') && inputs[0].dtype !== 'float32'
}

function castNumber(x: number, dtype: string): number {
  if (dtype === 'bool') return Number(x !== 0)
  return dtype === 'float32' ? x : Math.trunc(x)
}

/** The values of an array with permuted axes. */
export function transposed(
  numbers: ArrayLike<number>,
  shape: readonly number[],
  perm: readonly number[],
): Float64Array {
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)))
  const outShape = perm.map((axis) => shape[axis])
  const outStrides = perm.map((axis) => strides[axis])
  const out = new Float64Array(sizeOf(shape))
  const index = new Array(perm.length).fill(0)
  let from = 0
  for (let i = 0; i < out.length; i++) {
    out[i] = numbers[from]
    for (let axis = perm.length - 1; axis >= 0; axis--) {
      from += outStrides[axis]
      if (++index[axis] < outShape[axis]) break
      from -= outStrides[axis] * outShape[axis]
      index[axis] = 0
    }
  }
  return out
}

function broadcastNumbers(
  numbers: ArrayLike<number>,
  shape: readonly number[],
  outShape: readonly number[],
): (i: number) => number {
  if (sizeOf(shape) === sizeOf(outShape)) return (i) => numbers[i]
  const offset = outShape.length - shape.length
  return (i) => {
    let rest = i
    let from = 0
    let stride = 1
    for (let axis = outShape.length - 1; axis >= 0; axis--) {
      const position = rest % outShape[axis]
      rest = Math.floor(rest / outShape[axis])
      const length = shape[axis - offset] ?? 1
      if (length > 1) from += position * stride
      stride *= length
    }
    return numbers[from]
  }
}
