/**
 * Integer arithmetic with JavaScript's results. ONNX Runtime casts NaN to the smallest integer, rejects a divisor of 0, and crashes with a
 * hardware trap if the smallest integer is divided by -1.
 */
import type { GraphBuilder } from '../graph/builder.ts'
import { numbersOf, type Value } from '../graph/graph.ts'

/** Booleans as 0 and 1; ONNX has no arithmetic on them. */
export function numeric(b: GraphBuilder, x: Value): Value {
  return x.dtype === 'bool' ? b.cast(x, 'int32') : x
}

/** Truncates to integers. NaN and values beyond 32 bits become 0; JavaScript keeps the low 32 bits of the latter. */
export function truncate(b: GraphBuilder, x: Value): Value {
  if (x.dtype !== 'float32') return b.cast(x, 'int32')
  const fits = b.add('And', [b.withScalar('GreaterOrEqual', x, -(2 ** 31)), b.withScalar('Less', x, 2 ** 31)])
  return b.cast(b.add('Where', [fits, x, b.scalar(0)]), 'int32')
}

/** The quotient of whole numbers, rounded down; 0 where the divisor is 0. */
export function floorDivide(b: GraphBuilder, a: Value, divisor: Value): Value {
  const { safe, isSafe } = withoutTraps(b, divisor)
  const quotient = b.add('Div', [a, safe])
  const rest = b.add('Sub', [a, b.add('Mul', [quotient, safe])])
  const differs = b.add('Xor', [b.withScalar('Less', rest, 0), b.withScalar('Less', safe, 0)])
  const isAbove = b.add('And', [b.add('Not', [b.withScalar('Equal', rest, 0)]), differs])
  const rounded = b.add('Sub', [quotient, b.cast(isAbove, 'int32')])
  return isSafe === undefined ? rounded : b.add('Where', [isSafe, rounded, b.add('Mul', [a, divisor])])
}

/** The remainder of whole numbers with the sign of the divisor; 0 where that is 0. */
export function floorModulo(b: GraphBuilder, a: Value, divisor: Value): Value {
  return b.add('Mod', [a, withoutTraps(b, divisor).safe])
}

/** The divisor with 1 in place of 0 and of -1 (which overflows for the smallest integer), and where it was neither. */
function withoutTraps(b: GraphBuilder, divisor: Value): { readonly safe: Value; readonly isSafe?: Value } {
  const isTrap = (x: number): boolean => x === 0 || x === -1
  if (divisor.constant !== undefined && !Array.from(numbersOf(divisor)).some(isTrap)) return { safe: divisor }
  const isSafe = b.add('Not', [b.add('Or', [b.withScalar('Equal', divisor, 0), b.withScalar('Equal', divisor, -1)])])
  return { safe: b.add('Where', [isSafe, divisor, b.scalar(1, divisor.dtype)]), isSafe }
}
