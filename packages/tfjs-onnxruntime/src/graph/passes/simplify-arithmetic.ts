/** Drops arithmetic that has no effect, and replaces uniform constants by a single number. */
import type { GraphBuilder } from '../builder.ts'
import { binaryOperators } from '../elementwise.ts'
import { type ElementType, type Graph, type Node, sameShape, sizeOf, splatOf, type Value } from '../graph.ts'
import { rewrite } from '../rewrite.ts'

/**
 * before: Mul(x, ones), Add(x, zeros), Pow(x, 2), Add(x, twos of the shape of x); after: Expand(x), x, Mul(x, x), Add(x, 2).
 *
 * tfjs's gradients of sums and means multiply by tensors of ones to broadcast.
 */
export function simplifyArithmetic(graph: Graph): Graph {
  return rewrite(graph, (node, inputs, builder) => {
    if (!(node.op in binaryOperators)) return simplifyUnary(node, inputs as readonly Value[])
    const simplified = simplifyBinary(node, inputs as readonly Value[], builder)
    return simplified === undefined ? undefined : [simplified]
  })
}

function simplifyUnary(node: Node, [x]: readonly Value[]): readonly Value[] | undefined {
  const inner = x?.producer
  if (node.op === 'Neg' && inner?.op === 'Neg') return [inner.inputs[0]!]
  if (node.op === 'Not' && inner?.op === 'Not') return [inner.inputs[0]!]
  if (node.op === 'Relu' && inner?.op === 'Relu') return [x]
  return undefined
}

function simplifyBinary(node: Node, [a, b]: readonly Value[], builder: GraphBuilder): Value | undefined {
  const { shape, dtype } = node.outputs[0]
  const [left, right] = [splatOf(a), splatOf(b)]
  const kept = dropIdentity(node.op, left, right, dtype)
  if (kept === 'left') return builder.expand(a, shape)
  if (kept === 'right') return builder.expand(b, shape)
  if (kept === 'zero') return builder.fill(0, shape, dtype)
  if (node.op === 'Pow' && right === 2) return builder.expand(builder.add('Mul', [a, a]), shape)
  if (node.op === 'Pow' && right === 0.5 && dtype === 'float32') return builder.expand(builder.add('Sqrt', [a]), shape)
  if (node.op === 'Sub' && left === 0 && Object.is(left, 0)) return builder.expand(builder.add('Neg', [b]), shape)
  if (right !== undefined && sizeOf(b.shape) > 1)
    return withNumber(node.op, shape, a, (number) => [a, number], right, b.dtype, builder)
  if (left !== undefined && sizeOf(a.shape) > 1)
    return withNumber(node.op, shape, b, (number) => [number, b], left, a.dtype, builder)
  return undefined
}

function dropIdentity(
  op: string,
  left: number | undefined,
  right: number | undefined,
  dtype: ElementType,
): 'left' | 'right' | 'zero' | undefined {
  // For floats it may be NaN: 0 times infinity.
  if (op === 'Mul' && dtype !== 'float32' && (left === 0 || right === 0)) return 'zero'
  if (right === 0 && (op === 'Add' || op === 'Sub')) return 'left'
  if (right === 1 && (op === 'Mul' || op === 'Div' || op === 'Pow')) return 'left'
  if (left === 0 && op === 'Add') return 'right'
  if (left === 1 && op === 'Mul') return 'right'
  return undefined
}

/** The operator with one number in place of a constant tensor; the result is expanded if that tensor made it larger. */
function withNumber(
  op: string,
  shape: readonly number[],
  x: Value,
  order: (number: Value) => [Value, Value],
  number: number,
  dtype: Value['dtype'],
  builder: GraphBuilder,
): Value {
  const result = builder.add(op, order(builder.scalar(number, dtype)))
  return sameShape(x.shape, shape) ? result : builder.expand(result, shape)
}
