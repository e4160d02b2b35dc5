/** Which operators compute each element on its own, and what they compute. */

type Unary = (x: number) => number
type Binary = (a: number, b: number) => number

/** Unary operators; those with a function can be constant-folded. */
export const unaryOperators: Readonly<Record<string, Unary | undefined>> = {
  Neg: (x) => -x,
  Abs: Math.abs,
  Exp: Math.exp,
  Log: Math.log,
  Sqrt: Math.sqrt,
  Reciprocal: (x) => 1 / x,
  Floor: Math.floor,
  Ceil: Math.ceil,
  Tanh: Math.tanh,
  Sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  Relu: (x) => Math.max(0, x),
  Sin: Math.sin,
  Cos: Math.cos,
  Not: (x) => 1 - x,
  Identity: (x) => x,
  ...withoutFunction(
    'Round Softplus Elu Selu LeakyRelu Erf HardSigmoid Tan Asin Acos Atan Sinh Cosh Asinh Acosh Atanh IsNaN IsInf',
  ),
}

/** Binary operators with broadcasting; those with a function can be constant-folded. */
export const binaryOperators: Readonly<Record<string, Binary | undefined>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
  Pow: (a, b) => a ** b,
  Max: Math.max,
  Min: Math.min,
  Equal: (a, b) => Number(a === b),
  Less: (a, b) => Number(a < b),
  Greater: (a, b) => Number(a > b),
  LessOrEqual: (a, b) => Number(a <= b),
  GreaterOrEqual: (a, b) => Number(a >= b),
  And: (a, b) => Number(a !== 0 && b !== 0),
  Or: (a, b) => Number(a !== 0 || b !== 0),
  Xor: (a, b) => Number((a !== 0) !== (b !== 0)),
  ...withoutFunction('Mod PRelu BitwiseAnd'),
}

/** Operators whose inputs broadcast to the shape of their output. */
export function isElementwise(op: string): boolean {
  return (
    op in unaryOperators ||
    op in binaryOperators ||
    op === 'Where' ||
    op === 'Clip' ||
    op === 'Cast' ||
    op === 'Recompute'
  )
}

function withoutFunction(names: string): Record<string, undefined> {
  return Object.fromEntries(names.split(' ').map((name) => [name, undefined]))
}
