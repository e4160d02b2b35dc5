/** Functions of floats that ONNX does not have, each composed of operators that preserve precision. */
import type { GraphBuilder } from '../graph/builder.ts'
import type { Value } from '../graph/graph.ts'

/** Near zero exp(x) - 1 loses digits; tanh does not: expm1(x) = 2 tanh(x/2) / (1 - tanh(x/2)). */
export function expm1(b: GraphBuilder, x: Value): Value {
  const t = b.add('Tanh', [b.withScalar('Mul', x, 0.5)])
  const near = b.add('Div', [b.withScalar('Mul', t, 2), b.add('Sub', [b.scalar(1), t])])
  const far = b.withScalar('Sub', b.add('Exp', [x]), 1)
  return b.add('Where', [b.withScalar('Less', b.add('Abs', [x]), 0.5), near, far])
}

/** Kahan's form: with u = 1 + x, log1p(x) = log(u) x / (u - 1), and x where u is 1. */
export function log1p(b: GraphBuilder, x: Value): Value {
  const u = b.withScalar('Add', x, 1)
  const excess = b.withScalar('Sub', u, 1)
  const log = b.add('Log', [u])
  const corrected = b.add('Mul', [log, b.add('Div', [x, excess])])
  const isTiny = b.withScalar('Equal', excess, 0)
  const isInfinite = b.add('IsInf', [u])
  return b.add('Where', [isTiny, x, b.add('Where', [isInfinite, log, corrected])])
}

/** The angle in the first quadrant, mapped to its own. Two quotients are undefined: 0 / 0, the origin, counts as 0, and that of infinities as 1. */
export function atan2(b: GraphBuilder, y: Value, x: Value): Value {
  const both = (test: (side: Value) => Value): Value => b.add('And', [test(y), test(x)])
  const quotient = b.add('Div', [b.add('Abs', [y]), b.add('Abs', [x])])
  const finite = b.add('Where', [both((side) => b.add('IsInf', [side])), b.scalar(1), quotient])
  const ratio = b.add('Where', [both((side) => b.withScalar('Equal', side, 0)), b.scalar(0), finite])
  const acute = b.add('Atan', [ratio])
  const angle = b.add('Where', [b.withScalar('Less', x, 0), b.add('Sub', [b.scalar(Math.PI), acute]), acute])
  return b.add('Where', [b.withScalar('Less', y, 0), b.add('Neg', [angle]), angle])
}

/**
 * 1 above zero, alpha below and at zero. With alpha 0 it is one fast operator, max(0, min(1, 1e38 x)), of the rectified input: in a
 * gradient, later layers keep that value anyway, so the input itself need not be kept.
 */
export function step(b: GraphBuilder, x: Value, alpha: number): Value {
  if (alpha === 0) return b.add('HardSigmoid', [b.add('Relu', [x])], { alpha: { float: 1e38 }, beta: { float: 0 } })
  const known = b.add('Where', [b.withScalar('Greater', x, 0), b.scalar(1), b.scalar(alpha)])
  return b.add('Where', [b.add('IsNaN', [x]), x, known])
}
